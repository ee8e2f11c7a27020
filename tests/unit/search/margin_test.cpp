#include "flash/search/margin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "flash/search/binding.hpp"
#include "flash/search/exact.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr double t10 = 2.2281388520;  // Student's t of 10 degrees of freedom at 95 %

// Of models whose latency band is t10 * sigma, relative, at every network, and whose accuracy band is t10 * 0.02.
Models banded_models(double sigma = 0.05) {
  Models models = simple_models(small_space());
  models.metrics[Metric::latency]->support = FitSupport{{}, sigma, 10, std::vector<double>(9, 0.0)};
  models.accuracy->spread = AccuracySpread{std::vector<double>(9, 0.0), 0.02, 10, 1};
  return models;
}

Constraints latency_ceiling(double max, double margin) {
  Constraints constraints;
  constraints.metric_max[Metric::latency] = max;
  constraints.margin = margin;
  return constraints;
}

Constraints tightened(const Constraints& constraints, const Models& models, const Objective& objective = {}) {
  return with_margin(constraints, Space(models.space), models, objective);
}

std::string margin_refusal(const Constraints& constraints, const Models& models) {
  try {
    tightened(constraints, models);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  return "accepted";
}

TEST(Margin, DividesACeilingByOneAndItsShareOfTheBand) {
  Constraints asked = latency_ceiling(3, 0.5);
  asked.metric_max[Metric::parameters] = 1000;
  const Constraints tighter = tightened(asked, banded_models());
  EXPECT_NEAR(tighter.metric_max[Metric::latency], 3 / (1 + 0.5 * t10 * 0.05), 1e-8);
  EXPECT_EQ(tighter.metric_max[Metric::parameters], 1000);
  ASSERT_TRUE(tighter.asked);
  EXPECT_EQ(tighter.asked->metric_max[Metric::latency], 3);
  EXPECT_EQ(as_asked(tighter).metric_max, asked.metric_max);
  EXPECT_FALSE(as_asked(tighter).asked);
  // Once tightened, no more.
  EXPECT_EQ(tightened(tighter, banded_models()).metric_max, tighter.metric_max);
}

TEST(Margin, OfZeroOrOfExactMetricsAloneChangesNothing) {
  EXPECT_FALSE(tightened(latency_ceiling(3, 0), banded_models()).asked);
  Constraints exact;
  exact.margin = 1;
  exact.metric_max[Metric::macs] = 1e5;
  EXPECT_FALSE(tightened(exact, simple_models(small_space())).asked);  // whose models have no bands
  Constraints free_degree;
  free_degree.margin = 1;
  free_degree.accuracy_min = 40;
  Objective training_free;
  training_free.training_free = true;
  EXPECT_FALSE(tightened(free_degree, banded_models(), training_free).asked);
}

// A constant band: the floor is what was asked and the band.
TEST(Margin, AddsToAFloorWhatTheBandTakes) {
  Constraints asked;
  asked.accuracy_min = 0.6;
  asked.margin = 0.5;
  const Constraints tighter = tightened(asked, banded_models());
  EXPECT_NEAR(tighter.accuracy_min, 0.6 + 0.5 * t10 * 0.02, 1e-8);
  EXPECT_EQ(as_asked(tighter).accuracy_min, 0.6);
}

TEST(Margin, OfAFloorThatNotEvenTheBestKeepsIsMetByNothingAndSaysWhy) {
  Models models = banded_models();
  const Evaluator free(Space(models.space), models, {}, {});
  Constraints asked;
  asked.accuracy_min = free.accuracy(free.degree_range().second) - 0.01;
  asked.margin = 1;
  const Constraints tighter = tightened(asked, models);
  EXPECT_NEAR(tighter.accuracy_min, asked.accuracy_min + t10 * 0.02, 1e-8);
  const Evaluator evaluator(Space(models.space), models, {}, tighter);
  const ExactResult exact = solve_exact(evaluator);
  EXPECT_FALSE(exact.found);
  EXPECT_THAT(binding_text(evaluator, exact.best_id), HasSubstr(" asked, tightened by margin 1)"));
  EXPECT_TRUE(solve_exact(Evaluator(Space(models.space), models, {}, as_asked(tighter))).found);
}

// Leverages of a real fit, and bands of theta and of an additive score that vary: of every network of the space.
TEST(Margin, WhatMeetsTheTightenedBoundsKeepsTheAskedByItsBand) {
  const CellSpace definition = small_space({2, 3}, {3, 4});
  const Space space(definition);
  Models models = simple_models(definition);
  const std::vector<std::string> names{"macs", "layers"};
  std::vector<Point> fitted;
  std::vector<double> measured;
  Philox random(5);
  for (int i = 0; i < 14; ++i) {
    fitted.push_back(space.point(random.below(space.size())));
    measured.push_back((*models.metrics[Metric::latency])(space, fitted.back()) *
                       (1 + 0.1 * random.normal()));
  }
  models.metrics[Metric::latency] = fit_metric(names, fit_data(space, names, fitted, measured), {}).model;
  for (const bool additive : {false, true}) {
    if (additive)
      models.accuracy->score_band = 1.5;
    else
      models.accuracy->spread = AccuracySpread{{1e-4, 0, 0, 0, 4, 0, 0, 0, 1e-4}, 0.01, 10, 1.2};
    const Evaluator free(space, models, {}, {});
    const auto [least, most] = free.metric_range(Metric::latency);
    for (const double share : {0.2, 0.5, 0.8})
      for (const double margin : {0.3, 1.0}) {
        Constraints asked = latency_ceiling(least + share * (most - least), margin);
        asked.accuracy_min = free.accuracy((free.degree_range().first + free.degree_range().second) / 2);
        const Constraints tighter = tightened(asked, models);
        EXPECT_LT(tighter.metric_max[Metric::latency], asked.metric_max[Metric::latency]);
        EXPECT_GT(tighter.accuracy_min, asked.accuracy_min);
        std::size_t met = 0;
        double best_lost = 0;  // the most accurate of those below the floor
        for (std::uint64_t id = 0; id < space.size(); ++id) {
          const Evaluation e = free.at(id);
          if (e.metrics[Metric::latency] <= tighter.metric_max[Metric::latency]) {
            ++met;
            const double band = predict(*models.metrics[Metric::latency], space, space.point(id)).band;
            EXPECT_LE(e.metrics[Metric::latency] + margin * band,
                      asked.metric_max[Metric::latency] * (1 + 1e-9));
          }
          const double low = e.accuracy - margin * models.accuracy->band(e.nn_degree);
          if (e.accuracy >= tighter.accuracy_min) {
            EXPECT_GE(low, asked.accuracy_min - 1e-9);
          } else {
            best_lost = std::max(best_lost, low);
          }
        }
        EXPECT_LT(best_lost, asked.accuracy_min);  // no tighter than need be
        EXPECT_GT(met, 0u);
      }
  }
}

TEST(Margin, RefusesModelsWithoutABand) {
  const Models by_hand = simple_models(small_space());
  EXPECT_THAT(margin_refusal(latency_ceiling(3, 1), by_hand),
              HasSubstr("constraints.margin: the latency model has no prediction band"));
  Models few = banded_models();
  few.metrics[Metric::latency]->support->degrees_of_freedom = 0;
  EXPECT_THAT(margin_refusal(latency_ceiling(3, 1), few), HasSubstr("set margin = 0"));
  Constraints floor;
  floor.accuracy_min = 0.5;
  floor.margin = 1;
  EXPECT_THAT(margin_refusal(floor, by_hand), HasSubstr("the accuracy predictor has no prediction band"));
}

TEST(Margin, StandsInJsonWhereItTightens) {
  const Constraints plain = latency_ceiling(3, 1);
  EXPECT_FALSE(to_json(plain).contains("margin"));
  EXPECT_FALSE(to_json(plain).contains("asked"));
  const Constraints tighter = tightened(plain, banded_models());
  EXPECT_NE(to_json(tighter), to_json(plain));  // no task of the one is taken for one of the other
  const Constraints again = constraints_from_json(Json::parse(to_json(tighter).dump()));
  EXPECT_EQ(to_json(again), to_json(tighter));
  EXPECT_EQ(again.asked->metric_max[Metric::latency], 3);
  EXPECT_EQ(again.margin, 1);
}

TEST(Margin, BoundsAloneAndInWords) {
  Constraints asked = latency_ceiling(3, 0.5);
  asked.accuracy_min = 0.6;
  const Constraints tighter = tightened(asked, banded_models());
  EXPECT_EQ(bound_text(tighter, Metric::latency, false),
            "latency <= 3 ms, searched at <= 2.842 ms for margin 0.5");
  EXPECT_EQ(bound_text(tighter, {}, false), "accuracy >= 0.6, searched at >= 0.6223 for margin 0.5");
  EXPECT_EQ(bound_text(asked, {}, true), "NN-Degree >= 0.6");
  EXPECT_TRUE(std::isinf(floor_of(tighter).metric_max[Metric::latency]));
  EXPECT_EQ(as_asked(floor_of(tighter)).accuracy_min, 0.6);
  EXPECT_TRUE(std::isinf(as_asked(floor_of(tighter)).metric_max[Metric::latency]));
  EXPECT_TRUE(std::isinf(ceilings_of(tighter).accuracy_min));
  EXPECT_EQ(as_asked(ceilings_of(tighter)).metric_max[Metric::latency], 3);
}

TEST(Margin, ProbabilitiesAreOfTheAskedBounds) {
  Constraints asked = latency_ceiling(3, 1);
  asked.accuracy_min = 0.6;
  asked.metric_max[Metric::parameters] = 10;
  const Constraints tighter = tightened(asked, banded_models());
  Evaluation predicted;
  predicted.accuracy = 0.65;
  predicted.metrics[Metric::latency] = 3.2;
  predicted.metrics[Metric::parameters] = 5;
  Measurement band;
  band[Metric::latency] = 0.2;
  const BoundProbability probability = bound_probability(tighter, predicted, 0.1, band);
  EXPECT_NEAR(probability.accuracy, 0.836452, 1e-6);  // Phi(0.979982)
  EXPECT_NEAR(probability.metric[Metric::latency], 0.025, 1e-9);
  EXPECT_TRUE(std::isnan(probability.metric[Metric::parameters]));
  EXPECT_TRUE(std::isnan(probability.metric[Metric::energy]));
  EXPECT_TRUE(std::isnan(bound_probability({}, predicted, 0.1, band).accuracy));
}

}  // namespace
}  // namespace flash
