// What the models say is the best, of each constraint set, with what is to be known of it.
#pragma once

#include <string>
#include <vector>

#include "flash/job/job.hpp"
#include "flash/search/count.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/search/margin.hpp"

namespace flash {

struct ModelAnswer {
  std::size_t set = 0;           // index of the constraint set
  bool found = false;            // something meets it; else the rest says nothing
  NetworkId id = 0;              // the proven optimum of the models
  Evaluation best;               // with all exact metrics
  double accuracy_band = 0;      // half width of the 95 % prediction band; NaN where not known
  Measurement metric_band;       // likewise
  BoundProbability probability;  // of meeting the set's bounds as asked, by these bands
  bool extrapolated = false;
  double accuracy_error = 0;  // how far off the predictor is (leave-one-out) [accuracy units]; NaN: not known
  WorthCount within;  // configurations within that error: see worth_within; NaN error: none are counted
  std::vector<std::string>
      binds;                 // the constraints without which the models know better: "latency <= 0.5 ms"
  std::string corner;        // "wm, depth and tc at their least"; "": some choice is not at its end
  double random_median = 0;  // the median objective of random configurations that meet the set
};

// What a configuration must be worth not to be told from the best: the objective of the best with its accuracy
// less by `error` [accuracy units].
double worth_within(const Evaluation& best, double error, const Objective& objective);

// The leave-one-out error of the models' accuracy predictor; NaN where the models do not say.
double accuracy_error(const Models& models);

// The median objective of those of 2,000 random configurations that meet the constraints; NaN where none does.
double random_median(const Evaluator& evaluator, std::uint64_t seed);

// One for each set. A function of its arguments alone.
std::vector<ModelAnswer> model_answers(const Job& job, const Space& space, const Models& models,
                                       const std::vector<Constraints>& sets);

}  // namespace flash
