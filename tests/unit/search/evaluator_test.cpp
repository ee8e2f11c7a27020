#include "flash/search/evaluator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/hardware/graph_costs.hpp"
#include "flash/search/degree_window.hpp"
#include "flash/search/weighted_sum.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;
using testing::HasSubstr;

template <class F>
void expect_error(const F& f, ExitCode code, const std::string& part) {
  try {
    f();
    ADD_FAILURE() << "no error with '" << part << "'";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

// The tables against the models themselves, in every depth mode, block and reading.
TEST(Evaluator, EqualsItsModels) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Evaluator evaluator = random_evaluator(seed);
    const Models& models = evaluator.models();
    Philox random(seed);
    for (int k = 0; k < 20; ++k) {
      const std::uint64_t id = random.below(evaluator.space().size());
      const Point point = evaluator.space().point(id);
      const Evaluation e = evaluator.at(id);
      EXPECT_DOUBLE_EQ(e.nn_degree, evaluator.space().score("nn_degree_" + models.reading, point));
      const double accuracy =
          evaluator.objective().training_free ? e.nn_degree : (*models.accuracy)(e.nn_degree);
      EXPECT_EQ(e.accuracy, accuracy);
      double f = evaluator.objective().of_accuracy(accuracy);
      for (const Metric m : all_metrics()) {
        const auto& model = models.metrics[m];
        EXPECT_EQ(std::isnan(e.metrics[m]), !evaluator.has(m));
        if (!evaluator.has(m)) continue;
        if (is_exact(m)) {
          EXPECT_EQ(e.metrics[m], exact_value(m, evaluator.space(), point));
        } else {
          EXPECT_DOUBLE_EQ(e.metrics[m], (*model)(evaluator.space(), point));
        }
        f /= evaluator.objective().of_metric(m, e.metrics[m]);
      }
      EXPECT_NEAR(e.objective / f, 1, 1e-12);
    }
  }
}

// What has neither exponent nor ceiling has no tables, unless it is asked for; what is shown has all.
TEST(Evaluator, HasExactMetricsInHandWhereTheyMatter) {
  const SpaceDefinition definition = small_space();
  const Models models = simple_models(definition);
  const Evaluator free{Space(definition), models, {}, {}};
  EXPECT_THAT(free.metrics(), testing::ElementsAre(Metric::latency, Metric::energy));
  EXPECT_TRUE(free.tables(0).metric[Metric::macs].sum.empty());
  Objective objective;
  objective.metric[Metric::macs] = 0.5;
  Constraints constraints;
  constraints.metric_max[Metric::parameters] = 1e9;
  const Evaluator some{Space(definition), models, objective, constraints, {Metric::peak_memory}};
  EXPECT_EQ(some.metrics().size(), 5U);
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{123}, free.space().size() - 1}) {
    const Measurement shown = free.in_full(id).metrics;
    const Counts costs = free.space().counts(free.space().point(id));
    EXPECT_EQ(shown[Metric::macs], static_cast<double>(costs.macs));
    EXPECT_EQ(shown[Metric::parameters], static_cast<double>(costs.parameters));
    for (const Metric m : exact_metrics) {
      EXPECT_TRUE(std::isnan(free.at(id).metrics[m]));
      EXPECT_EQ(some.at(id).metrics[m], shown[m]);
    }
    EXPECT_DOUBLE_EQ(some.at(id).objective, free.at(id).objective / std::sqrt(shown[Metric::macs]));
  }
}

TEST(Evaluator, CopiesStandAlone) {
  auto original = std::make_unique<Evaluator>(random_evaluator(3));
  const Evaluator copy = *original;
  const Evaluation before = copy.at(1);
  original.reset();
  EXPECT_EQ(copy.at(1).objective, before.objective);
}

TEST(Evaluator, ViolationIsTheLargestRelativeExcess) {
  const CellSpace definition = small_space();
  const Evaluator free{Space(definition), simple_models(definition), {}, {}};
  const Evaluation e = free.at(17);
  Constraints constraints;
  constraints.metric_max[Metric::latency] = e.metrics[Metric::latency] / 1.25;
  constraints.metric_max[Metric::energy] = e.metrics[Metric::energy] / 1.5;
  constraints.accuracy_min = e.accuracy * 1.1;
  const Evaluator bound{Space(definition), simple_models(definition), {}, constraints};
  EXPECT_NEAR(bound.at(17).violation, 0.5, 1e-12);
  EXPECT_EQ(bound.at(17).objective, e.objective);
  constraints.metric_max[Metric::energy] = e.metrics[Metric::energy];  // met exactly
  constraints.metric_max[Metric::latency] = e.metrics[Metric::latency];
  const Evaluator floor{Space(definition), simple_models(definition), {}, constraints};
  EXPECT_NEAR(floor.at(17).violation, 0.1 / 1.1, 1e-12);
  constraints.accuracy_min = e.accuracy;
  const Evaluator met{Space(definition), simple_models(definition), {}, constraints};
  EXPECT_TRUE(met.at(17).feasible());
}

TEST(Evaluator, RefusesWhatCannotBeRight) {
  const CellSpace definition = small_space();
  const Space space(definition);
  const Models good = simple_models(definition);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto refuse = [&](ExitCode code, const std::string& part, const auto& spoil) {
    Models models = good;
    Objective objective;
    Constraints constraints;
    spoil(models, objective, constraints);
    expect_error([&] { Evaluator(space, models, objective, constraints); }, code, part);
  };
  refuse(ExitCode::bad_data, "depths", [](Models& m, auto&, auto&) { m.space.settings["depths"] = {3, 4}; });
  refuse(ExitCode::bad_data, "accuracy predictor", [](Models& m, auto&, auto&) { m.accuracy.reset(); });
  refuse(ExitCode::bad_data, "not finite",
         [&](Models& m, auto&, auto&) { m.metrics[Metric::latency]->terms[0].coefficient = nan; });
  refuse(ExitCode::bad_data, "not positive", [](Models& m, auto&, auto&) {
    m.metrics[Metric::latency] = MetricModel{0, {}};
  });
  refuse(ExitCode::bad_data, "not positive",
         [&](Models& m, auto&, auto&) { m.metrics[Metric::energy]->intercept = nan; });
  refuse(ExitCode::bad_data, "NN-Degree", [](Models& m, auto&, auto&) { m.accuracy->a = -10; });
  refuse(ExitCode::bad_data, "NN-Degree", [&](Models& m, auto&, auto&) { m.accuracy->c = nan; });
  refuse(ExitCode::bad_job, "area", [](auto&, auto&, Constraints& c) { c.metric_max[Metric::area] = 1; });
  refuse(ExitCode::bad_job, "not a number", [&](auto&, auto&, Constraints& c) { c.accuracy_min = nan; });
  refuse(ExitCode::bad_job, "not a number",
         [&](auto&, auto&, Constraints& c) { c.metric_max[Metric::latency] = nan; });
  refuse(ExitCode::bad_job, "exponent", [](auto&, Objective& o, auto&) { o.accuracy = -1; });
  refuse(ExitCode::bad_job, "exponent", [&](auto&, Objective& o, auto&) { o.metric[Metric::energy] = nan; });
  refuse(ExitCode::bad_data, "objective",
         [](auto&, Objective& o, auto&) { o.metric[Metric::energy] = 1e6; });  // overflows
}

TEST(Evaluator, WeighsASum) {
  const CellSpace definition = small_space();
  Objective sum{.accuracy = 2, .metric = PerMetric<double>(), .form = Form::sum};
  sum.metric[Metric::latency] = 0.5;
  sum.metric[Metric::peak_memory] = 0.01;
  const Evaluator evaluator{Space(definition), simple_models(definition), sum, {}};
  const Evaluation e = evaluator.at(17);
  const double value =
      2 * e.accuracy - 0.5 * e.metrics[Metric::latency] - 0.01 * e.metrics[Metric::peak_memory];
  EXPECT_NEAR(sum.shown(e.objective), value, 1e-12);
  EXPECT_NEAR(sum.moved(e.objective, e.accuracy, e.accuracy + 0.1), std::exp(value + 0.2), 1e-12);
  EXPECT_NEAR(sum.slope(e.objective, e.accuracy), 2 * e.objective, 1e-12);
  EXPECT_NEAR(
      sum.of_accuracy(e.accuracy) / (sum.of_metric(Metric::latency, e.metrics[Metric::latency]) *
                                     sum.of_metric(Metric::peak_memory, e.metrics[Metric::peak_memory])),
      e.objective, 1e-12);
}

TEST(Evaluator, RefusesSumsThatItCannotTellApart) {
  const CellSpace definition = small_space();
  const auto refuse = [&](const std::string& text, const std::string& part) {
    Objective sum;
    set_sum(sum, text);
    expect_error([&] { Evaluator(Space(definition), simple_models(definition), sum, {}); }, ExitCode::bad_job,
                 part);
  };
  refuse("accuracy - area", "area is part of the sum, but target 'test' has no model of it");
  refuse("accuracy - parameters", "divide all weights by 1");
  refuse("1e-20*accuracy", "multiply all weights by 1e+");
}

TEST(Evaluator, TrainingFreeNeedsNoAccuracyModel) {
  const CellSpace definition = small_space();
  Models models = simple_models(definition);
  models.accuracy.reset();
  Objective objective;
  objective.training_free = true;
  const Evaluator evaluator{Space(definition), models, objective, {}};
  EXPECT_EQ(evaluator.at(5).accuracy, evaluator.at(5).nn_degree);
}

TEST(Better, OrdersByViolationThenObjectiveThenId) {
  Evaluation good, poor, missing, far;
  good.objective = 2;
  poor.objective = 1;
  missing.objective = 9;
  missing.violation = 0.1;
  far.objective = 99;
  far.violation = 0.2;
  EXPECT_TRUE(better(good, 5, poor, 1));
  EXPECT_TRUE(better(poor, 5, missing, 1));
  EXPECT_TRUE(better(missing, 5, far, 1));
  EXPECT_TRUE(better(good, 1, good, 2));
  EXPECT_FALSE(better(good, 2, good, 1));
  EXPECT_FALSE(better(good, 2, good, 2));
}

// The window must agree with the predictor to the last bit, at the floor's very neighbours too.
TEST(DegreeWindow, AgreesWithThePredictor) {
  const CellSpace definition = small_space();
  for (const double b : {20.0, 3.0, 0.0, -0.5}) {
    const Evaluator free{Space(definition), simple_models(definition, b), {}, {}};
    for (std::uint64_t id = 0; id < free.space().size(); id += 401) {
      for (const double nudge : {0.0, 1.0, 2.0}) {
        Constraints constraints;
        constraints.accuracy_min = std::nextafter(free.at(id).accuracy, nudge);
        const Evaluator evaluator{Space(definition), simple_models(definition, b), {}, constraints};
        const DegreeWindow window = degree_window(evaluator, constraints.accuracy_min);
        for (std::uint64_t other = 0; other < free.space().size(); other += 97) {
          const Evaluation e = evaluator.at(other);
          if (e.nn_degree >= window.sure_low && e.nn_degree <= window.sure_high) {
            EXPECT_TRUE(e.feasible());
          }
          if (e.nn_degree < window.maybe_low || e.nn_degree > window.maybe_high) {
            EXPECT_FALSE(e.feasible());
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace flash
