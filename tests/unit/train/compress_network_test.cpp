// Compressing: the counts that were asked for, the same bytes again, also after every interruption.
#include "flash/train/compress_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "flash/fcn/file.hpp"
#include "interrupting_store.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

struct Case {
  Space space = Space(tiny_space());
  Data data = tiny_data();
  TrainingSettings training = tiny_training();
  CompressionSettings settings;
  Point point = space.point(space.size() - 1);

  Case() {
    data.validation = tiny_images(24, 3);
    settings.ratio = 4;
    settings.bits = 3;
    settings.epochs = 9;
    settings.rounds = 3;
    settings.learning_rate = 5e-3;
  }
  CompressedTraining compress(CheckpointStore* store = nullptr) const {
    return compress_network(space, point, data, training, settings, 5, {nullptr, store});
  }
};

TEST(CompressNetwork, KeepsAsManyWeightsAsAskedOnLevels) {
  const Case c;
  const CompressedTraining made = c.compress();
  ASSERT_TRUE(made.result.ok) << made.result.failure;
  std::int64_t weights = 0, kept = 0;
  for (const CompressedLayer& layer : made.result.layers) {
    weights += layer.weights;
    kept += layer.kept;
    EXPECT_EQ(layer.bits, 3);
    EXPECT_GE(layer.kept, 1);
  }
  EXPECT_EQ(kept, std::lround(static_cast<double>(weights) / 4));
  EXPECT_GT(made.result.test_accuracy, 0.8);
  EXPECT_EQ(made.result.file_bytes, made.file.size());
  EXPECT_LT(made.file.size() * 8, 4U * static_cast<std::size_t>(made.result.parameters));
  const auto phases = compression_phases(c.settings);
  EXPECT_EQ(made.result.phase_accuracy.size(), phases.size());
  EXPECT_EQ(made.result.rounds.size(), 9U);  // two searches and the quantisation's
  for (const CompressionRound& round : made.result.rounds) EXPECT_GE(round.residual, 0);
  EXPECT_LT(made.result.rounds[2].residual,
            made.result.rounds[0].residual);  // weights come to where they should be
}

TEST(CompressNetwork, IsTheSameToTheByteWhereverItWasInterrupted) {
  Case c;
  c.settings.epochs = 8;
  const std::string whole = c.compress().file;
  EXPECT_EQ(c.compress().file, whole);
  int interruptions = 0;
  InterruptingStore store(3);
  for (;; store.interrupt_again_after(5)) {
    try {
      EXPECT_EQ(c.compress(&store).file, whole);
      break;
    } catch (const Interrupted&) {
      ASSERT_LT(++interruptions, 100);
    }
  }
  EXPECT_GT(interruptions, 4);
}

TEST(CompressNetwork, ByMagnitudeItIsPrunedAtOnce) {
  Case c;
  c.settings.method = "magnitude";
  c.settings.bits = 32;
  const CompressedTraining made = c.compress();
  ASSERT_TRUE(made.result.ok) << made.result.failure;
  EXPECT_TRUE(made.result.rounds.empty());
  EXPECT_EQ(made.result.layers.front().bits, 32);
}

TEST(CompressNetwork, WhatEmptiesALayerIsRefused) {
  Case c;
  c.settings.ratio = 1e6;
  EXPECT_THROW(c.compress(), Error);
  c.settings.ratio = 4;
  c.settings.layers = {{99, 0.5, 0}};
  EXPECT_THROW(c.compress(), Error);
}

// What each layer keeps of its weights.
std::vector<double> shares_of(const CompressionResult& result) {
  std::vector<double> shares;
  for (const CompressedLayer& layer : result.layers)
    shares.push_back(static_cast<double>(layer.kept) / static_cast<double>(layer.weights));
  return shares;
}

TEST(CompressNetwork, LayersThatGainNothingStayDenseAndTheOthersMakeUpForIt) {
  Case c;
  c.settings.bits = 32;
  const std::vector<double> before = shares_of(c.compress().result);
  // The layer of largest share, and one that is met at any share.
  const auto dense = static_cast<std::size_t>(std::ranges::max_element(before) - before.begin());
  ASSERT_LT(before[dense], 1);
  c.settings.layers = {{static_cast<int>(dense), 0, 0, before[dense] * 0.9}};
  const CompressionResult result = c.compress().result;
  ASSERT_TRUE(result.ok) << result.failure;
  EXPECT_EQ(shares_of(result)[dense], 1);
  std::int64_t weights = 0, kept = 0;
  for (const CompressedLayer& layer : result.layers) {
    weights += layer.weights;
    kept += layer.kept;
  }
  EXPECT_EQ(kept, std::lround(static_cast<double>(weights) / c.settings.ratio));
  // Not where it gains.
  c.settings.layers = {{static_cast<int>(dense), 0, 0, 1}};
  EXPECT_EQ(shares_of(c.compress().result), before);
}

TEST(CompressNetwork, SaysWhereNothingIsLeftToPrune) {
  const auto refusal = [](Case c) {
    try {
      c.compress();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job);
      return std::string(error.what());
    }
    return std::string("compressed");
  };
  Case c;
  c.settings.target = "imc";
  const std::size_t layers = c.compress().result.layers.size();
  for (std::size_t l = 0; l < layers; ++l) c.settings.layers.push_back({static_cast<int>(l), 0, 0, 0});
  EXPECT_THAT(refusal(c), testing::HasSubstr("no layer gains on imc"));
  for (LayerCompression& layer : c.settings.layers) layer.break_even = 1e-6;
  EXPECT_THAT(refusal(c), testing::AllOf(testing::HasSubstr("no layer gains on imc"),
                                         testing::HasSubstr("break-evens of the layers: 1e-06, 1e-06")));
  // A tiny layer alone gains: the others are more than may be kept.
  c.settings.layers.back().break_even = 1;
  EXPECT_THAT(refusal(c), testing::HasSubstr("the others cannot make up for it"));
}

TEST(CompressNetwork, SettingsThatCannotBeAreRefused) {
  const auto refused = [](auto change) {
    Case c;
    change(c.settings);
    EXPECT_THROW(c.compress(), Error);
    EXPECT_THROW(compression_settings_from_json(to_json(c.settings)), Error);
  };
  using S = CompressionSettings;
  refused([](S& s) { s.method = "prune"; });
  refused([](S& s) { s.groups = "blocks"; });
  refused([](S& s) { s.bits = 9; });
  refused([](S& s) { s.bits = 0; });
  refused([](S& s) { s.bias_bits = 1; });
  refused([](S& s) { s.ratio = 0.5; });
  refused([](S& s) { s.rounds = 0; });
  refused([](S& s) { s.rho_end = 1e-9; });
  refused([](S& s) { s.layers = {{0, 1.5, 0}}; });
  refused([](S& s) { s.layers = {{0, 0, 0, 1.5}}; });
  refused([](S& s) { s.layers = {{0, 0.5, 0, 0.25}}; });  // kept above where it gains
}

TEST(CompressNetwork, WhatDivergesIsSaid) {
  Case c;
  c.settings.learning_rate = 1e30;
  const CompressedTraining made = c.compress();
  EXPECT_FALSE(made.result.ok);
  EXPECT_THAT(made.result.failure, testing::HasSubstr("the loss became"));
  EXPECT_TRUE(made.file.empty());
}

}  // namespace
}  // namespace flash
