#include "flash/devices/adaptation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "sample_tables.hpp"

namespace flash {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

AdaptationOptions method(const std::string& name) {
  AdaptationOptions options;
  options.method = name;
  return options;
}

const MethodScore& score(const Adaptation& adapted, const std::string& name) {
  return *std::ranges::find(adapted.methods, name, &MethodScore::method);
}

struct Case {
  Encoding encoding = random_networks(500, 6);
  std::vector<double> proxy = sums(encoding, weights_of(6, 0.8, 1));
  std::vector<double> target = sums(encoding, weights_of(6, 0.8, 2));
  double unsampled(const Adaptation& adapted, std::size_t samples) const {
    return spearman(std::span(adapted.predicted).subspan(samples), std::span(target).subspan(samples));
  }
};

TEST(Adaptation, AnAffineTargetIsThatOfTheProxy) {
  Case c;
  for (std::size_t i = 0; i < 500; ++i) c.target[i] = 3 * c.proxy[i] + 0.5;
  for (const char* name : {"raw", "paper", "shared", ""}) {
    const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 12), method(name));
    EXPECT_GT(c.unsampled(adapted, 12), 0.99) << name;
    EXPECT_NEAR(adapted.predicted[100], c.target[100], 0.05 * c.target[100]) << name;
  }
  EXPECT_DOUBLE_EQ(adapt(input_of(c.encoding, c.proxy, c.target, 12)).raw_srcc, 1);
}

TEST(Adaptation, ATargetOfCountsNeedsNoProxy) {
  Case c;
  c.target = sums(c.encoding, weights_of(6, 0, 5));
  for (const char* name : {"counts", "shared", ""}) {
    const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 12), method(name));
    EXPECT_GT(c.unsampled(adapted, 12), 0.99) << name;
  }
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 30));
  EXPECT_GT(score(adapted, "counts").srcc, 0.99);
  EXPECT_LT(score(adapted, "raw").srcc, 0.9);
}

TEST(Adaptation, AllMethodsSideBySide) {
  const Case c;
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 60));
  ASSERT_EQ(adapted.methods.size(), adaptation_methods().size());
  for (const MethodScore& m : adapted.methods) {
    EXPECT_TRUE(m.fitted);
    EXPECT_GT(m.srcc, m.method == "raw" ? -1 : 0.2) << m.method;
    EXPECT_LT(m.srcc_interval.first, m.srcc);
    EXPECT_GT(m.rmse, 0);
  }
  EXPECT_GT(c.unsampled(adapted, 60), 0.98);
  EXPECT_FALSE(adapted.why.empty());
  EXPECT_EQ(adapted.deviation.size(), 500U);
}

TEST(Adaptation, TheOrderOfSamplesChangesNothing) {
  const Case c;
  AdaptationInput input = input_of(c.encoding, c.proxy, c.target, 20);
  const Adaptation one = adapt(input);
  std::ranges::reverse(input.sampled);
  std::ranges::reverse(input.measured);
  const Adaptation other = adapt(input);
  EXPECT_EQ(one.predicted, other.predicted);
  EXPECT_EQ(one.deviation, other.deviation);
  EXPECT_EQ(one.model.place, other.model.place);
  for (std::size_t m = 0; m < one.methods.size(); ++m) EXPECT_EQ(one.methods[m].srcc, other.methods[m].srcc);
}

TEST(Adaptation, ANetworkMeasuredTwiceIsItsMean) {
  const Case c;
  AdaptationInput twice = input_of(c.encoding, c.proxy, c.target, 20);
  twice.sampled.push_back(3);
  twice.measured.push_back(c.target[3] * 1.5);
  AdaptationInput once = input_of(c.encoding, c.proxy, c.target, 20);
  once.measured[3] = c.target[3] * 1.25;
  EXPECT_EQ(adapt(twice).predicted.size(), adapt(once).predicted.size());
  EXPECT_NEAR(adapt(twice).predicted[77], adapt(once).predicted[77], 1e-9);
}

TEST(Adaptation, OneSampleIsPredictedEverywhere) {
  const Case c;
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 1));
  for (const double value : adapted.predicted) EXPECT_GT(value, 0);
  EXPECT_NEAR(adapted.predicted[0], c.target[0], 1e-6);
  EXPECT_THAT(adapted.warnings, Contains(HasSubstr("fewer than the 4 operators")));
  EXPECT_TRUE(std::isnan(adapted.raw_srcc));
  const Adaptation raw = adapt(input_of(c.encoding, c.proxy, c.target, 1), method("raw"));
  EXPECT_GT(spearman(raw.predicted, c.proxy), 0.9999);
}

TEST(Adaptation, AConstantTargetIsSaid) {
  Case c;
  c.target.assign(500, 4.0);
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 15));
  EXPECT_THAT(adapted.warnings, Contains(HasSubstr("measured on the target are the same")));
  for (const double value : adapted.predicted) EXPECT_NEAR(value, 4, 1e-9);
  EXPECT_TRUE(std::isnan(score(adapted, "counts").srcc));
}

TEST(Adaptation, TiesOfWholeMillisecondsAreNoHarm) {
  Case c;
  for (double& latency : c.target) latency = std::round(latency);
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 40));
  EXPECT_GT(c.unsampled(adapted, 40), 0.85);
}

TEST(Adaptation, AProxyWithoutVariationIsLeftOut) {
  Case c;
  c.proxy.assign(500, 2.0);
  const AdaptationInput input = input_of(c.encoding, c.proxy, c.target, 40);
  const Adaptation adapted = adapt(input);
  EXPECT_THAT(adapted.warnings, Contains(HasSubstr("latencies of the proxy are the same")));
  EXPECT_FALSE(score(adapted, "raw").fitted);
  EXPECT_THAT(score(adapted, "paper").reason, HasSubstr("the same"));
  EXPECT_GT(c.unsampled(adapted, 40), 0.9);
  EXPECT_THROW(adapt(input, method("paper")), Error);
  EXPECT_THROW(adapt(input, method("raw")), Error);
}

TEST(Adaptation, WithoutAProxyCountsAndScratchAreThere) {
  const Case c;
  const Adaptation adapted = adapt(input_of(c.encoding, {}, c.target, 60));
  EXPECT_GT(c.unsampled(adapted, 60), 0.95);
  EXPECT_EQ(score(adapted, "raw").reason, "there is no proxy");
}

TEST(Adaptation, MissingLatenciesOfKnownDevicesAreNone) {
  Case c;
  AdaptationInput input = input_of(c.encoding, c.proxy, c.target, 40);
  input.library = {c.proxy};
  for (std::size_t i = 0; i < 500; i += 3) input.proxy[i] = nan;
  for (std::size_t i = 1; i < 500; i += 3) input.library[0][i] = nan;
  const Adaptation adapted = adapt(input);
  EXPECT_GT(c.unsampled(adapted, 40), 0.95);
  for (const double value : adapted.predicted) EXPECT_FALSE(std::isnan(value));
}

TEST(Adaptation, ALibraryThatKnowsTheTargetHelps) {
  Case c;
  AdaptationInput input = input_of(c.encoding, c.proxy, c.target, 10);
  const double alone = c.unsampled(adapt(input, method("shared")), 10);
  const std::vector<double> other = sums(c.encoding, weights_of(6, 0.8, 9));
  std::vector<double> mixed;
  for (std::size_t i = 0; i < 500; ++i) mixed.push_back(c.target[i] + 0.3 * other[i]);
  input.library = {mixed, other};
  EXPECT_GT(c.unsampled(adapt(input, method("shared")), 10), std::max(alone, 0.95));
}

TEST(Adaptation, ATargetThatNothingExplainsIsSaid) {
  Case c;
  Philox random(12);
  for (double& latency : c.target) latency = 1 + random.uniform();
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 30));
  EXPECT_THAT(adapted.warnings,
              Contains(HasSubstr("no method ranks the target's samples better than chance")));
  EXPECT_THAT(adapted.warnings, Contains(HasSubstr("more samples than there are weights, 19")));
}

TEST(Adaptation, TheModelIsTheSameAsASumOverPlaces) {
  const Case c;
  for (const char* name : {"raw", "counts", "scratch", "paper", "shared"}) {
    const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 60), method(name));
    EXPECT_GT(adapted.model_srcc, 0.999) << name;
    EXPECT_GT(adapted.model.least(), 0) << name;
    for (const auto& place : adapted.model.place)
      EXPECT_EQ(*std::ranges::min_element(place), 0) << name;  // the fastest operator weighs nothing
    if (!adapted.model_refitted) {
      EXPECT_NEAR(adapted.model.at(c.encoding, 9), adapted.predicted[9], 0.05 * c.target[9]) << name;
    }
  }
}

TEST(Adaptation, AModelThatWouldFallBelowNothingIsRefitted) {
  Case c;
  // Hardly any constant: the fastest network of the space lies far below the fastest seen.
  std::vector<std::vector<double>> weights(6, {1.0, 0.01, 0.02, 0.0});
  c.target = sums(c.encoding, weights, 0.01);
  Philox random(3);
  for (double& latency : c.target) latency = std::max(0.01, latency + 0.2 * random.normal());
  bool refitted = false;
  for (std::size_t samples = 12; samples < 40; ++samples) {
    const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, samples), method("scratch"));
    EXPECT_GT(adapted.model.least(), 0);
    for (const double value : adapted.predicted) EXPECT_GT(value, 0);
    if (adapted.model_refitted) {
      refitted = true;
      EXPECT_THAT(adapted.warnings, Contains(HasSubstr("falls below 0")));
    }
  }
  EXPECT_TRUE(refitted);
}

TEST(Adaptation, NetworksKnownByNumbersAlone) {
  Encoding encoding;
  encoding.networks = 300;
  encoding.features = {"macs", "traffic"};
  Philox random(5);
  for (std::size_t i = 0; i < 600; ++i) encoding.values.push_back(1e6 * random.uniform());
  std::vector<double> proxy;
  std::vector<double> target;
  for (std::size_t i = 0; i < 300; ++i) {
    proxy.push_back(1 + 3e-6 * encoding.values[2 * i]);
    target.push_back(1 + 1e-6 * encoding.values[2 * i] + 4e-6 * encoding.values[2 * i + 1]);
  }
  const Adaptation adapted = adapt(input_of(encoding, proxy, target, 15));
  EXPECT_GT(spearman(adapted.predicted, target), 0.99);
  EXPECT_NEAR(adapted.model.feature[1], 4e-6, 4e-7);
  EXPECT_GT(adapted.model_srcc, 0.999);
  EXPECT_GT(spearman(adapt(input_of(encoding, proxy, target, 15), method("paper")).predicted, target), 0.2);
}

// As MobileNets of Once-for-all: five stages of four blocks, of which the last two may be missing; latencies of a block
// are its stage's size times its operator's cost, and devices differ in both.
TEST(Adaptation, PlacesThatMayBeMissing) {
  Encoding encoding;
  encoding.networks = 800;
  for (std::size_t p = 0; p < 20; ++p) {
    std::vector<std::string> operators{"k3_e3", "k3_e6", "k5_e3", "k5_e6"};
    if (p % 4 >= 2) operators.push_back("missing");
    encoding.places.push_back({std::string("b").append(std::to_string(p)), operators, p / 4});
  }
  Philox random(1);
  for (std::size_t i = 0; i < 800; ++i)
    for (std::size_t stage = 0; stage < 5; ++stage) {
      const std::uint64_t depth = 2 + random.below(3);
      for (std::uint64_t block = 0; block < 4; ++block)
        encoding.operators.push_back(static_cast<std::uint16_t>(block < depth ? random.below(4) : 4));
    }
  const auto device = [&](std::uint64_t seed) {
    Philox of_device(seed);
    std::vector<double> cost;
    for (const double usual : {1.0, 2.0, 1.5, 3.0}) cost.push_back(usual * (0.7 + 0.6 * of_device.uniform()));
    std::vector<std::vector<double>> weights;
    double size = 1;
    for (std::size_t p = 0; p < 20; ++p) {
      if (p % 4 == 0) size = 0.5 + 2 * of_device.uniform();
      weights.push_back({size * cost[0], size * cost[1], size * cost[2], size * cost[3]});
      if (p % 4 >= 2) weights.back().push_back(0);
    }
    return sums(encoding, weights);
  };
  const std::vector<double> proxy = device(1);
  const std::vector<double> target = device(2);
  const Adaptation adapted = adapt(input_of(encoding, proxy, target, 30));
  const double srcc = spearman(std::span(adapted.predicted).subspan(30), std::span(target).subspan(30));
  EXPECT_GT(srcc, 0.95);
  EXPECT_GT(srcc, spearman(proxy, target));
  EXPECT_GT(adapted.model_srcc, 0.99);
}

TEST(Adaptation, NetworksOfWhichNothingIsKnownHaveTheProxyAlone) {
  Encoding encoding;
  encoding.networks = 20;
  std::vector<double> proxy;
  for (int i = 0; i < 20; ++i) proxy.push_back(1 + i);
  const Adaptation adapted = adapt(input_of(encoding, proxy, proxy, 5));
  EXPECT_GT(spearman(adapted.predicted, proxy), 0.9999);
  EXPECT_THROW(adapt(input_of(encoding, {}, proxy, 5)), Error);
  EXPECT_THROW(adapt(input_of(encoding, proxy, proxy, 5), method("counts")), Error);
}

TEST(Adaptation, DeadSamplesAreLeftOut) {
  Case c;
  c.encoding.live.assign(500, true);
  c.encoding.live[0] = c.encoding.live[1] = false;
  c.target[0] = 1000;
  const Adaptation adapted = adapt(input_of(c.encoding, c.proxy, c.target, 40));
  EXPECT_THAT(adapted.warnings, Contains(HasSubstr("2 samples without a live path")));
  EXPECT_GT(c.unsampled(adapted, 40), 0.95);
}

TEST(Adaptation, BadInputIsRefused) {
  const Case c;
  const auto message = [&](const AdaptationInput& input, const AdaptationOptions& options) -> std::string {
    try {
      adapt(input, options);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  AdaptationInput input = input_of(c.encoding, c.proxy, c.target, 5);
  EXPECT_THAT(message(input, method("magic")), HasSubstr("no method is called 'magic'"));
  AdaptationOptions options;
  options.penalty = std::string("l3");
  EXPECT_THAT(message(input, options), HasSubstr("no penalty is called 'l3'"));
  input.measured[2] = -1;
  EXPECT_THAT(message(input, {}), HasSubstr("not a positive number"));
  input.measured[2] = 1;
  input.sampled[2] = 500;
  EXPECT_THAT(message(input, {}), HasSubstr("not among those of the table"));
  EXPECT_THAT(message(input_of(c.encoding, c.proxy, c.target, 0), {}), HasSubstr("nothing was measured"));
  AdaptationInput short_proxy = input_of(c.encoding, c.proxy, c.target, 5);
  short_proxy.proxy.pop_back();
  EXPECT_THAT(message(short_proxy, {}), HasSubstr("other networks"));
}

}  // namespace
}  // namespace flash
