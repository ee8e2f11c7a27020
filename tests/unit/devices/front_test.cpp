#include "flash/devices/front.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "flash/core/error.hpp"
#include "sample_tables.hpp"

namespace flash {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

TEST(Front, DominatedAndUnknownNetworksAreDropped) {
  const std::vector<double> accuracy{0.5, 0.6, 0.6, 0.9, nan, 0.7};
  const std::vector<double> latency{1, 2, 3, 9, 1, nan};
  EXPECT_THAT(pareto_networks(accuracy, latency), ElementsAre(3U, 1U, 0U));
  const std::vector<std::size_t> among{2, 3};
  EXPECT_THAT(pareto_networks(accuracy, latency, among), ElementsAre(3U, 2U));
}

TEST(Front, OfEqualsTheFirst) {
  EXPECT_THAT(pareto_networks(std::vector{0.5, 0.5}, std::vector{2.0, 2.0}), ElementsAre(0U));
}

TEST(Front, QualityByHand) {
  // Reference: latency 10 x 1.05, accuracy 0.9 - 0.15. Truth: 2 ms 0.8, 5 ms 0.85, 10 ms 0.9.
  const std::vector<double> accuracy{0.8, 0.85, 0.9, 0.84, 0.2};
  const std::vector<double> latency{2, 5, 10, 6, 1};
  const double whole = 3 * 0.05 + 5 * 0.1 + 0.5 * 0.15;
  const std::vector<std::size_t> all{0, 1, 2};
  const std::vector<std::size_t> some{0, 2};
  const FrontQuality best = front_quality(accuracy, latency, all, 0.15);
  EXPECT_DOUBLE_EQ(best.hypervolume, 1);
  EXPECT_DOUBLE_EQ(best.accuracy_lost, 0);
  const FrontQuality quality = front_quality(accuracy, latency, some, 0.15);
  EXPECT_NEAR(quality.hypervolume, (8 * 0.05 + 0.5 * 0.15) / whole, 1e-12);
  // Of latencies 2 + 8 k / 49 those from 5 and below 10: k of 19 to 48.
  EXPECT_NEAR(quality.accuracy_lost, 0.05 * 30 / 50, 1e-12);
  const FrontQuality none = front_quality(accuracy, latency, std::vector<std::size_t>{4}, 0.15);
  EXPECT_DOUBLE_EQ(none.hypervolume, 0);
  EXPECT_GT(none.accuracy_lost, 0.05);
}

struct Case {
  Encoding encoding = random_networks(400, 6);
  std::vector<double> proxy = sums(encoding, weights_of(6, 0.5, 1));
  std::vector<double> target = sums(encoding, weights_of(6, 0.5, 2));
  FrontInput input;
  Case() {
    input.devices.encoding = &encoding;
    input.devices.proxy = proxy;
    Philox random(4);
    for (const double latency : sums(encoding, weights_of(6, 0.3, 3)))
      input.accuracy.push_back(0.5 + 0.02 * latency + 0.01 * random.normal());
  }
  FrontStep run(const FrontOptions& options) {
    FrontStep step = front_step(input, options);
    while (!step.ended) {
      for (const std::size_t network : step.measure) {
        input.devices.sampled.push_back(network);
        input.devices.measured.push_back(target[network]);
      }
      step = front_step(input, options);
    }
    return step;
  }
};

TEST(Front, TheActiveLoopFindsTheTrueFront) {
  Case c;
  const FrontStep end = c.run({});
  EXPECT_LE(c.input.devices.sampled.size(), 80U);
  EXPECT_GT(front_quality(c.input.accuracy, c.target, end.found, 0.15).hypervolume, 0.999);
  EXPECT_FALSE(end.why.empty());
}

TEST(Front, NothingIsMeasuredTwice) {
  Case c;
  FrontOptions options;
  options.stable = 0;
  c.run(options);
  const std::set<std::size_t> different(c.input.devices.sampled.begin(), c.input.devices.sampled.end());
  EXPECT_EQ(different.size(), c.input.devices.sampled.size());
}

TEST(Front, AStepDependsOnItsArgumentsAlone) {
  Case c;
  const FrontStep first = front_step(c.input);
  EXPECT_EQ(first.measure.size(), 20U);
  EXPECT_EQ(first.measure, front_step(c.input).measure);
  for (const std::size_t network : first.measure) {
    c.input.devices.sampled.push_back(network);
    c.input.devices.measured.push_back(c.target[network]);
  }
  const FrontStep second = front_step(c.input);
  EXPECT_LE(second.measure.size(), 10U);
  EXPECT_FALSE(second.measure.empty());
  EXPECT_FALSE(second.predicted.empty());
  EXPECT_EQ(second.measure, front_step(c.input).measure);
}

TEST(Front, APartOfARoundIsFilledUp) {
  Case c;
  c.input.devices.sampled = {3, 5};
  c.input.devices.measured = {c.target[3], nan};
  const FrontStep step = front_step(c.input);
  EXPECT_EQ(step.measure.size(), 18U);
  EXPECT_THAT(step.measure, testing::Not(testing::Contains(5U)));
}

TEST(Front, ThePublishedLoopMeasuresOneFront) {
  Case c;
  FrontOptions options;
  options.active = false;
  options.first = 40;
  options.method = "paper";
  const FrontStep end = c.run(options);
  EXPECT_THAT(end.why, HasSubstr("predicted front"));
  EXPECT_GT(front_quality(c.input.accuracy, c.target, end.found, 0.15).hypervolume, 0.9);
}

TEST(Front, TheProxysFrontIsTakenWhereItRanksAlike) {
  Case c;
  c.target = c.proxy;
  FrontOptions options;
  options.active = false;
  FrontStep step = front_step(c.input, options);
  for (const std::size_t network : step.measure) {
    c.input.devices.sampled.push_back(network);
    c.input.devices.measured.push_back(c.target[network]);
  }
  step = front_step(c.input, options);
  EXPECT_THAT(step.why, HasSubstr("proxy's own front"));
}

TEST(Front, NoNetworkCanBeMeasured) {
  Case c;
  FrontOptions options;
  options.budget = 12;
  FrontStep step = front_step(c.input, options);
  while (!step.ended) {
    for (const std::size_t network : step.measure) {
      c.input.devices.sampled.push_back(network);
      c.input.devices.measured.push_back(nan);
    }
    step = front_step(c.input, options);
  }
  EXPECT_THAT(step.found, IsEmpty());
  EXPECT_THAT(step.why, HasSubstr("no network could be measured"));
}

TEST(Front, InputsThatDoNotFitAreRefused) {
  Case c;
  c.input.accuracy.pop_back();
  EXPECT_THROW(front_step(c.input), Error);
  Case other;
  other.input.devices.sampled = {1000};
  other.input.devices.measured = {1};
  EXPECT_THROW(front_step(other.input), Error);
}

}  // namespace
}  // namespace flash
