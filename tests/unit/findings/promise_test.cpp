// Which networks are trained next, by functions whose best networks are known.
#include "flash/findings/promise.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "flash/core/random.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

class Promising : public testing::Test {
 protected:
  Promising() : space_(find_preset("shapes-mini")->definition) {
    job_.space = space_.definition();
    for (const NetworkId id : spread_networks(space_, 20, 0, 3)) samples_.push_back(sample(id));
  }

  // Larger networks are better, and nothing else matters; a training strays by `noise`.
  double truth(NetworkId id) const {
    const auto macs = static_cast<double>(space_.counts(space_.point(id)).macs);
    return 1 / (1 + std::exp(-0.8 * (std::log(macs) - 14)));
  }
  TrainedSample sample(NetworkId id) {
    TrainedSample made;
    made.id = id;
    made.point = space_.point(id);
    made.good = made.result.ok = true;
    made.result.accuracy = std::clamp(truth(id) + noise_ * random_.normal(), 0.0, 1.0);
    return made;
  }
  template <class Use>
  auto with_fits(const Constraints& constraints, const Use& use) {
    const std::vector<PredictorFit> fits = fit_predictors(job_, space_, samples_);
    OwnFits own;
    own.predictors = fits;
    own.hardware.emplace();
    const Evaluator evaluator(space_, run_models(job_, own), job_.objective, constraints);
    return use(KnownNetworks{job_, space_, samples_, fits, evaluator});
  }

  Job job_;
  const Space space_;
  double noise_ = 0.01;
  Philox random_{5};
  std::vector<TrainedSample> samples_;
};

TEST_F(Promising, WhatIsBetterByTheModelsPromisesMore) {
  const std::vector<NetworkId> ids = draw_networks(space_, 300, 0, 9);
  with_fits({}, [&](const KnownNetworks& known) {
    const std::vector<Promise> list = promises(known, ids);
    EXPECT_EQ(list.size(), ids.size());
    const auto most = std::ranges::max_element(list, {}, &Promise::improvement);
    std::vector<double> accuracies;
    for (const NetworkId id : ids) accuracies.push_back(truth(id));
    std::ranges::sort(accuracies, std::greater{});
    EXPECT_GE(truth(most->id), accuracies[ids.size() / 10]);
    for (const Promise& promise : list) {
      EXPECT_GE(promise.improvement, 0);
      EXPECT_EQ(promise.probability, 1);
      EXPECT_GT(promise.deviation, 0);
      EXPECT_LT(promise.deviation, 0.2);
    }
    return 0;
  });
}

TEST_F(Promising, WhatABoundForbidsPromisesNothing) {
  Constraints bounds;
  bounds.metric_max[Metric::macs] = 2e6;
  const std::vector<NetworkId> ids = draw_networks(space_, 300, 0, 9);
  with_fits(bounds, [&](const KnownNetworks& known) {
    std::size_t forbidden = 0;
    for (const Promise& promise : promises(known, ids)) {
      const bool meets = static_cast<double>(space_.counts(space_.point(promise.id)).macs) <= 2e6;
      EXPECT_EQ(promise.probability, meets ? 1 : 0);
      forbidden += !meets;
      if (!meets) {
        EXPECT_EQ(promise.improvement, 0);
      }
    }
    EXPECT_GT(forbidden, 0u);
    return 0;
  });
}

TEST_F(Promising, AFloorIsMetWithAProbability) {
  Constraints bounds;
  bounds.accuracy_min = 0.6;
  with_fits(bounds, [&](const KnownNetworks& known) {
    for (const Promise& promise : promises(known, draw_networks(space_, 200, 0, 9))) {
      const double predicted = known.evaluator.at(promise.id).accuracy;
      EXPECT_NEAR(promise.probability,
                  0.5 * std::erfc((0.6 - predicted) / promise.deviation / std::sqrt(2.0)), 1e-4);
    }
    return 0;
  });
}

TEST_F(Promising, ABatchBeginsWithTheModelsBestAndNoTwoAreAlike) {
  const std::vector<NetworkId> ids = draw_networks(space_, 1000, 0, 9);
  with_fits({}, [&](const KnownNetworks& known) {
    const std::vector<NetworkId> batch = most_promising(known, ids[17], ids, 5);
    EXPECT_EQ(batch.size(), 5u);
    EXPECT_EQ(batch.front(), ids[17]);
    EXPECT_EQ(std::set<NetworkId>(batch.begin(), batch.end()).size(), 5u);
    const NetworkId tried = samples_.front().id;
    std::vector<NetworkId> with_tried = ids;
    with_tried.push_back(tried);
    const std::vector<NetworkId> next = most_promising(known, tried, with_tried, 5);
    EXPECT_EQ(std::ranges::count(next, tried), 0);  // twice would teach nothing
    EXPECT_EQ(next, most_promising(known, tried, with_tried, 5));
    return 0;
  });
}

TEST_F(Promising, RoundsFindTheBestOfAKnownFunction) {
  const std::vector<NetworkId> ids = draw_networks(space_, 400, 4, 9);
  double optimum = 0;
  for (const NetworkId id : ids) optimum = std::max(optimum, truth(id));
  samples_.clear();
  for (std::size_t i = 0; i < 10; ++i) samples_.push_back(sample(ids[i]));
  for (int round = 0; round < 3; ++round) {
    const std::vector<NetworkId> next =
        with_fits({}, [&](const KnownNetworks& known) { return most_promising(known, ids.front(), ids, 4); });
    for (const NetworkId id : next) samples_.push_back(sample(id));
  }
  double found = 0;
  for (const TrainedSample& s : samples_) found = std::max(found, truth(s.id));
  EXPECT_GT(found, optimum - 0.01);
}

// Inverse variances, by hand: noise 3, misfit 4: 25 / (9 / 2 + 16).
TEST(WeightOf, IsThatOfInverseVariances) {
  EXPECT_NEAR(weight_of(2, 3, 4), 25 / 20.5, 1e-12);
  EXPECT_EQ(weight_of(1, 3, 4), 1);
  EXPECT_EQ(weight_of(4, 3, 0), 4);
  EXPECT_EQ(weight_of(4, 0, 0), 1);
  EXPECT_EQ(weight_of(4, std::nan(""), 1), 1);
}

TEST(TrainingNoise, IsPooledOverNetworksTrainedTwice) {
  std::vector<TrainedSample> samples(4);
  const double accuracies[] = {0.50, 0.60, 0.70, 0.40};
  for (std::size_t i = 0; i < 4; ++i) samples[i].good = true, samples[i].result.accuracy = accuracies[i];
  EXPECT_TRUE(std::isnan(training_noise(samples).deviation));
  EXPECT_TRUE(std::isnan(best_correlation(samples, training_noise(samples))));
  samples[0].again = {0.52};        // squares about the mean: 2 * 0.01^2
  samples[2].again = {0.70, 0.73};  // 0.02^2 ... : 2 * 0.01^2 + 0.02^2
  const TrainingNoise noise = training_noise(samples);
  EXPECT_EQ(noise.freedom, 3u);
  EXPECT_EQ(noise.networks, 2u);
  EXPECT_NEAR(noise.deviation, std::sqrt((2e-4 + 6e-4) / 3), 1e-12);
  EXPECT_NEAR(samples[2].accuracy(), 0.71, 1e-12);
  // Variance of the four single ones: 0.05 / 3.
  EXPECT_NEAR(best_correlation(samples, noise), std::sqrt(1 - (8e-4 / 3) / (0.05 / 3)), 1e-9);
  samples[3].good = false;
  EXPECT_EQ(samples[3].trainings(), 0u);
}

}  // namespace
}  // namespace flash
