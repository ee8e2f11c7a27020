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

TEST(Question, MetricsOnDevices) {
  const Metric a = metric_on(Metric::latency, "pixel3"), b = metric_on(Metric::latency, "titanx_256");
  Constraints constraints;
  add_bounds(constraints, "latency@pixel3<=5, latency@titanx_256 <= 20, latency<=1");
  EXPECT_EQ(constraints.metric_max[a], 5);
  EXPECT_EQ(constraints.metric_max[b], 20);
  EXPECT_EQ(constraints.metric_max[Metric::latency], 1);
  Objective objective;
  set_objective(objective, "accuracy", "latency@pixel3");
  EXPECT_EQ(objective.metric[a], 1);
  EXPECT_EQ(objective.metric[Metric::latency], 0);
  set_objective(objective, "accuracy - 0.02*latency@pixel3 - 1e-3*latency@titanx_256", "");
  EXPECT_EQ(objective.metric[a], 0.02);
  EXPECT_EQ(objective.metric[b], 1e-3);
  Objective read;
  set_sum(read, sum_text(objective));
  EXPECT_EQ(read, objective);
  expect_usage([&] { add_bounds(constraints, "macs@pixel3<=5"); },
               "--subject-to: macs is the same on every device");
  expect_usage([&] { set_objective(objective, "", "latency@"); },
               "--minimise: the name of a device, '', is empty");
  expect_usage([&] { set_objective(objective, "accuracy - latency@", ""); }, "is empty");
}

TEST(Question, ListsOfDevicesReadBackAsTheyAreWritten) {
  Constraints constraints;
  constraints.metric_max[Metric::latency] = 7;
  const std::vector<std::string> ceilings{"latency@pixel3 <= 0.1", "energy@titanx_256 <= 20"};
  set_device_ceilings(constraints, ceilings);
  EXPECT_EQ(device_ceilings(constraints), ceilings);
  set_device_ceilings(constraints, {"latency@pixel3<=5"});
  EXPECT_THAT(device_ceilings(constraints), testing::ElementsAre("latency@pixel3 <= 5"));
  EXPECT_EQ(constraints.metric_max[Metric::latency], 7);
  Objective objective{.metric = PerMetric<double>()};
  set_device_exponents(objective, {"latency@pixel3", "energy@pixel3^0.5"});
  EXPECT_THAT(device_exponents(objective), testing::ElementsAre("latency@pixel3", "energy@pixel3^0.5"));
  const auto refused = [&](const std::string& text, bool ceiling, const std::string& part) {
    try {
      if (ceiling)
        set_device_ceilings(constraints, {text});
      else
        set_device_exponents(objective, {text});
      ADD_FAILURE() << text;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  };
  refused("latency@pixel3", true, "no ceiling");
  refused("latency <= 5", true, "write latency@NAME");
  refused("latency@pixel3 <= x", true, "without a positive number");
  refused("latency@pixel3 <= -1", true, "without a positive number");
  refused("latency@pixel3^", false, "without a positive number");
  refused("speed@pixel3", false, "write latency@NAME");
  refused("latency@pixel3^101", false, "above 100");
  EXPECT_THROW(set_device_ceilings(constraints, {"latency@a<=1", "latency@a<=2"}), std::invalid_argument);
}

}  // namespace
}  // namespace flash
