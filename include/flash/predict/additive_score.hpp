// The additive score [ours]: a regression on what is counted of a network, as a sum over its slots, so that
// every search, the sweep and the proof run on it as they do on NN-Degree.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/predict/accuracy_model.hpp"
#include "flash/space/geometry/score.hpp"
#include "flash/space/space.hpp"

namespace flash {

// score = intercept + sum of weight * feature. Features are of a shape ("log depth", "log macs": of the shape
// with every slot at its first option) or sums over slots ("log tc", "op = conv3"); a number behind the name
// means the n-th axis of that name, or the n-th slot, alone.
struct AdditiveScore {
  struct Weight {
    std::string feature;
    double weight = 0;
    double centre = 0;  // of what a slot adds to the feature: tables hold weight * (value - centre), near 0
    bool operator==(const Weight&) const = default;
  };
  double intercept = 0;
  std::vector<Weight> weights;
  bool operator==(const AdditiveScore&) const = default;
};

// Scores lie near `link_offset` o, so that they are positive, and accuracy is logistic in them [ours]:
//     1 / (1 + exp(o^2 / g - o)) = logistic(o - o^2 / g), o - o^2 / g = g - o to first order,
// which is theta(g) with a = 1, b = o^2, c = -o: what searches know how to bound, sweep and prove.
inline constexpr double link_offset = 100;
AccuracyModel additive_link();
// The score at which additive_link() gives the accuracy, which is first brought within [0.001, 0.999].
double linked_score(double accuracy);

// The score as searches ask for it. Safe to share between threads; `space` may go, its geometry must stay.
// Throws Error bad_data where the space has no feature of a weight's name.
std::unique_ptr<const Score> bound_score(const AdditiveScore& score, const Space& space);

Json to_json(const AdditiveScore& score);
AdditiveScore additive_score_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
