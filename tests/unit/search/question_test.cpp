#include "flash/search/question.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/search/weighted_sum.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

template <class Action>
void expect_usage(const Action& action, const std::string& part) {
  try {
    action();
    ADD_FAILURE() << "no error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(Question, WhatIsNamedHasExponentOneAndTheRestNone) {
  Objective objective;
  objective.metric[Metric::macs] = 3;
  set_objective(objective, "", "");
  EXPECT_EQ(objective.metric[Metric::macs], 3);
  set_objective(objective, "accuracy", "");
  EXPECT_EQ(objective.accuracy, 1);
  EXPECT_EQ(objective.metric, PerMetric<double>());
  set_objective(objective, "", "latency, peak-memory");
  EXPECT_EQ(objective.accuracy, 0);
  EXPECT_EQ(objective.metric[Metric::latency], 1);
  EXPECT_EQ(objective.metric[Metric::peak_memory], 1);
  EXPECT_EQ(objective.metric[Metric::energy], 0);
  set_objective(objective, "accuracy", "energy");
  EXPECT_EQ(objective.accuracy, 1);
  EXPECT_EQ(objective.metric[Metric::energy], 1);
  EXPECT_EQ(objective.metric[Metric::latency], 0);
}

TEST(Question, ASumSetsWeights) {
  Objective objective;
  objective.training_free = true;
  set_objective(objective, " 2*accuracy-0.02 * latency - 1e-3*peak-memory ", "");
  EXPECT_TRUE(objective.is_sum());
  EXPECT_TRUE(objective.training_free);
  EXPECT_EQ(objective.accuracy, 2);
  EXPECT_EQ(objective.metric[Metric::latency], 0.02);
  EXPECT_EQ(objective.metric[Metric::peak_memory], 1e-3);
  EXPECT_EQ(objective.metric[Metric::energy], 0);
  EXPECT_EQ(sum_text(objective), "2*accuracy - 0.02*latency - 0.001*peak_memory");
  set_objective(objective, "", "latency + .1*energy");
  EXPECT_EQ(objective.accuracy, 0);
  EXPECT_EQ(objective.metric[Metric::energy], 0.1);
  EXPECT_EQ(sum_text(objective), "-latency - 0.1*energy");
  Objective again;
  set_sum(again, sum_text(objective));
  again.training_free = true;
  EXPECT_EQ(again, objective);
  set_objective(objective, "", "peak-memory, latency");  // a hyphen makes no sum
  EXPECT_FALSE(objective.is_sum());
  EXPECT_EQ(sum_text(objective), "");
}

TEST(Question, SumsThatAreNoneAreRefused) {
  Objective objective;
  const auto sum = [&](const char* text) { return [&, text] { set_objective(objective, text, ""); }; };
  const auto costs = [&](const char* text) { return [&, text] { set_objective(objective, "", text); }; };
  expect_usage([&] { set_objective(objective, "accuracy - latency", "energy"); }, "a sum stands alone");
  expect_usage([&] { set_objective(objective, "accuracy", "latency + energy"); }, "a sum stands alone");
  expect_usage(sum("accuracy + latency"), "adds latency, of which less is better");
  expect_usage(sum("-accuracy"), "subtracts accuracy");
  expect_usage(sum("accuracy - latency - 2*latency"), "names latency twice");
  expect_usage(sum("accuracy + accuracy"), "names accuracy twice");
  expect_usage(sum("accuracy - latncy"), "did you mean latency?");
  expect_usage(sum("accuracy -"), "ends without a quantity");
  expect_usage(sum("accuracy - 2 latency"), "has no * after 2");
  expect_usage(sum("accuracy*2"), "where a + or a - is expected");
  expect_usage(sum("accuracy - 0*latency"), "not within 1e-30 .. 1e30: 0");
  expect_usage(sum("accuracy - 1e400*latency"), "not within");
  expect_usage(sum("accuracy - -1*latency"), "'-1*latency' is not known here");
  expect_usage(sum("accuracy - latency, energy"), "where a + or a - is expected");
  expect_usage(costs("latency + accuracy"), "names accuracy, of which more is better");
  expect_usage(costs("latency - energy"), "subtracts energy");
  EXPECT_EQ(objective, Objective());
}

TEST(Question, BoundsReplaceTheirOwnAlone) {
  Constraints constraints;
  constraints.metric_max[Metric::area] = 7;
  add_bounds(constraints, "latency<=0.5, parameters <= 6e4,accuracy>=0.6");
  EXPECT_EQ(constraints.metric_max[Metric::latency], 0.5);
  EXPECT_EQ(constraints.metric_max[Metric::parameters], 6e4);
  EXPECT_EQ(constraints.metric_max[Metric::area], 7);
  EXPECT_EQ(constraints.accuracy_min, 0.6);
  add_bounds(constraints, "");
  EXPECT_EQ(constraints.metric_max[Metric::latency], 0.5);
}

TEST(Question, WhatCannotBeAskedIsRefused) {
  Objective objective;
  Constraints constraints;
  const auto bounds = [&](const char* text) {
    return [&constraints, text] { add_bounds(constraints, text); };
  };
  expect_usage([&] { set_objective(objective, "latency", ""); }, "--maximise: 'latency' is not known here");
  expect_usage([&] { set_objective(objective, "", "latncy"); }, "did you mean latency?");
  expect_usage([&] { set_objective(objective, "", "accuracy"); }, "--minimise: 'accuracy'");
  expect_usage(bounds("latency=0.5"), "'latency=0.5' is no bound");
  expect_usage(bounds("latency<0.5"), "is no bound");
  expect_usage(bounds("latency"), "is no bound");
  expect_usage(bounds("latency<="), "no number");
  expect_usage(bounds("latency<=fast"), "no number");
  expect_usage(bounds("latency<=nan"), "no number");
  expect_usage(bounds("latency<=-1"), "not positive");
  expect_usage(bounds("latency>=1"), "bounds a metric from below");
  expect_usage(bounds("accuracy<=0.5"), "bounds accuracy from above");
  expect_usage(bounds("latency<=0.15, macs<=1e6, latency<=0.3"), "bounds latency twice");
  expect_usage(bounds("peak-memory<=8, peak_memory<=9"), "bounds peak_memory twice");
  expect_usage(bounds("speed<=1"), "'speed' is not known here (allowed: accuracy, latency");
}

TEST(Question, AFloorThatNoAccuracyReachesIsRefusedUnlessItIsAnNNDegree) {
  Objective objective;
  Constraints constraints;
  add_bounds(constraints, "accuracy>=60");
  expect_usage([&] { check_floor(objective, constraints); }, "'accuracy>=60' is met by none");
  objective.training_free = true;
  EXPECT_NO_THROW(check_floor(objective, constraints));
  objective.training_free = false;
  add_bounds(constraints, "accuracy>=0.6");
  EXPECT_NO_THROW(check_floor(objective, constraints));
}

}  // namespace
}  // namespace flash
