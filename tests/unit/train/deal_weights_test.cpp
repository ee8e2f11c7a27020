// SmartDeal's weights in training: decomposed exactly as a file keeps them, zero where pruned.
#include "deal_weights.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/compress_network.hpp"
#include "flash/train/optimiser.hpp"
#include "interrupting_store.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

struct DealCase {
  Space space = Space(tiny_space());
  Data data = tiny_data();
  TrainingSettings training = tiny_training();
  CompressionSettings settings{.method = "smartdeal",
                               .ratio = 1.5,
                               .stages = 1,
                               .bias_bits = 32,
                               .group_rows = 2,
                               .epochs = 7,
                               .learning_rate = 5e-3,
                               .block_rows = 24};
  Point point = space.point(space.size() - 1);

  DealCase() { data.validation = tiny_images(24, 3); }
  CompressedTraining compress(CheckpointStore* store = nullptr, const Data* adapted = nullptr) const {
    return compress_network(space, point, data, training, settings, 5, {nullptr, store}, adapted);
  }
};

TEST(DealWeights, FilesKeepTheDecompositionThatWasJudged) {
  for (const char* variant : {"retrain", "switch"}) {
    DealCase c;
    c.settings.variant = variant;
    const CompressedTraining made = c.compress();
    ASSERT_TRUE(made.result.ok) << made.result.failure;
    EXPECT_EQ(made.result.phase_accuracy.size(), compression_phases(c.settings).size());
    EXPECT_GT(made.result.test_accuracy, 0.8) << variant;
    // Of the file, run by the sparse runtime; and of the trainer's network.
    EXPECT_EQ(made.result.accuracy, made.result.phase_accuracy.back());
    EXPECT_EQ(fcn_file(network_of_fcn(made.file)), made.file);
    std::int64_t weights = 0, kept = 0;
    for (const CompressedNode& node : made.network->nodes) {
      if (node.weights.rows == 0) continue;
      ASSERT_EQ(node.weights.form, CompressedMatrix::Form::shift_add);
      weights += static_cast<std::int64_t>(node.weights.rows * node.weights.columns);
      kept += static_cast<std::int64_t>(node.weights.kept());
    }
    EXPECT_LE(kept, std::lround(static_cast<double>(weights) / 1.5));
    EXPECT_GT(kept, weights / 4);
    EXPECT_EQ(made.result.layers.front().bits, 4);
  }
}

TEST(DealWeights, IsTheSameToTheByteWhereverItWasInterrupted) {
  for (const char* variant : {"retrain", "switch"}) {
    DealCase c;
    c.settings.variant = variant;
    c.settings.layers = {{2, 0, 5}};
    const std::string whole = c.compress().file;
    ASSERT_FALSE(whole.empty());
    int interruptions = 0;
    InterruptingStore store(3);
    for (;; store.interrupt_again_after(5)) {
      try {
        EXPECT_EQ(c.compress(&store).file, whole) << variant;
        break;
      } catch (const Interrupted&) {
        ASSERT_LT(++interruptions, 100);
      }
    }
    EXPECT_GT(interruptions, 4);
  }
}

TEST(DealWeights, WhatIsPrunedStaysZeroInGroupsOfFilters) {
  const DealCase c;
  const std::unique_ptr<BuiltNetwork> network = build_network(c.space, c.point, 1, at::kCPU);
  DealWeights weights(*network, c.settings);
  Optimiser optimiser(network->parameters(), c.training);
  const auto step = [&] {  // any gradients
    for (const at::Tensor& weight : network->parameters().weights) weight.mutable_grad().fill_(0.1);
    weights.add_gradients();
    optimiser.step(0.1);
    weights.hold(0.1);
  };
  using Kind = CompressionPhase::Kind;
  weights.begin({Kind::retrain, 1, 1.5, 1});
  const auto zeros = [&] {
    std::vector<std::vector<bool>> list;
    for (const at::Tensor& weight : network->parameters().weights) {
      list.emplace_back();
      for (const float value : row_major(weight)) list.back().push_back(value == 0);
    }
    return list;
  };
  const std::vector<std::vector<bool>> pruned = zeros();
  const at::Tensor first = network->parameters().weights.front();
  const auto columns = static_cast<std::size_t>(first.numel() / first.size(0));
  std::size_t count = 0;
  for (std::size_t k = 0; k < pruned.front().size(); ++k) {
    count += pruned.front()[k] ? 1 : 0;
    const std::size_t filter = k / columns, with = filter / 2 * 2;
    EXPECT_EQ(pruned.front()[k], pruned.front()[with * columns + k % columns / 3 * 3]);
  }
  EXPECT_GT(count, 0U);
  step();
  EXPECT_EQ(zeros(), pruned);
  for (const Kind kind : {Kind::decompose, Kind::settle, Kind::switch_}) {
    weights.begin({kind, 1, 1.5, 1});
    for (int k = 0; k < 3; ++k) step();
    weights.end_epoch();
    const std::vector<std::vector<bool>> now = zeros();
    for (std::size_t l = 0; l < now.size(); ++l)
      for (std::size_t k = 0; k < now[l].size(); ++k)
        if (pruned[l][k]) {
          EXPECT_TRUE(now[l][k]);
        }
    // What the network has is what a file would.
    for (std::size_t l = 0; l < now.size(); ++l)
      EXPECT_EQ(row_major(network->parameters().weights[l]), weights.matrix(l).dense());
  }
}

TEST(DealWeights, OtherImagesTrainTheLastPhase) {
  DealCase c;
  c.settings.variant = "switch";
  Data other = c.data;  // each class under another name
  for (ImageSet* set : {&other.train, &other.validation, &other.test})
    for (Label& label : set->labels) label = static_cast<Label>((label + 1) % 4);
  c.settings.epochs = 30;
  const CompressedTraining made = c.compress(nullptr, &other);
  ASSERT_TRUE(made.result.ok) << made.result.failure;
  EXPECT_GT(made.result.test_accuracy, 0.5);  // of the others
  EXPECT_LT(c.compress(nullptr, &c.data).result.test_accuracy_dense, 1.01);
  c.settings.variant = "retrain";
  EXPECT_THROW(c.compress(nullptr, &other), Error);
}

TEST(DealWeights, LayersWithBitsOfTheirOwnAreOnLevels) {
  DealCase c;
  c.settings.layers = {{0, 0, 6}};
  const CompressedTraining made = c.compress();
  ASSERT_TRUE(made.result.ok) << made.result.failure;
  EXPECT_EQ(made.result.layers.front().bits, 6);
  EXPECT_EQ(made.result.layers[1].bits, 4);
  EXPECT_EQ(made.result.accuracy, made.result.phase_accuracy.back());
}

TEST(DealWeights, WhatDivergesIsSaid) {
  DealCase c;
  c.settings.learning_rate = 1e30;
  const CompressedTraining made = c.compress();
  EXPECT_FALSE(made.result.ok);
  EXPECT_THAT(made.result.failure, testing::HasSubstr("the loss became"));
}

TEST(DealWeights, SettingsThatCannotBeAreRefused) {
  const auto refused = [](auto change) {
    DealCase c;
    change(c.settings);
    EXPECT_THROW(c.compress(), Error);
    EXPECT_THROW(compression_settings_from_json(to_json(c.settings)), Error);
  };
  using S = CompressionSettings;
  refused([](S& s) { s.bits = 3; });
  refused([](S& s) { s.groups = "rows"; });
  refused([](S& s) { s.macs_ratio = 2; });
  refused([](S& s) { s.variant = "bucket"; });
  refused([](S& s) { s.block_rows = 0; });
  refused([](S& s) { s.threshold = -1; });
  refused([](S& s) { s.row_threshold = 9; });
  refused([](S& s) { s.layers = {{0, 0.5, 8}}; });
  refused([](S& s) {
    s.method = "admm";
    s.variant = "switch";
  });
  S settings = DealCase().settings;
  settings.variant = "switch";
  settings.threshold = 0.25;
  settings.row_threshold = 0.125;
  EXPECT_EQ(to_json(compression_settings_from_json(to_json(settings))), to_json(settings));
}

}  // namespace
}  // namespace flash
