// A training that is interrupted and goes on from its checkpoint, against one that nothing interrupts.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <optional>

#include "flash/task/checkpoint.hpp"
#include "interrupting_store.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

// Keeps the checkpoint behind the last epoch alone.
class LastStore : public CheckpointStore {
 public:
  std::optional<TrainingCheckpoint> read(const TrainingExtent& extent) override {
    if (bytes.empty()) return std::nullopt;
    return decode_checkpoint(bytes, "key", extent);
  }
  bool due() const override { return false; }
  bool wants_last() const override { return bytes.empty(); }
  void write(const TrainingCheckpoint& checkpoint) override { bytes = encode_checkpoint("key", checkpoint); }
  std::string bytes;
};

struct Case {
  Space space = Space(tiny_space());
  Data data = tiny_data();
  TrainingSettings settings = tiny_training();
  Point point = space.point(space.size() - 1);

  explicit Case(const CellSpace& definition = tiny_space()) : space(definition) { settings.epochs = 3; }
  TrainedNetwork train(CheckpointStore* checkpoints = nullptr) const {
    return train_and_keep_network(space, point, data, settings, 5, {.checkpoints = checkpoints});
  }
};

void expect_same_bits(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t k = 0; k < a.size(); ++k)
    EXPECT_TRUE(at::equal(a[k].detach().view(at::kInt), b[k].detach().view(at::kInt))) << "tensor " << k;
}

void expect_same(const TrainedNetwork& a, const TrainedNetwork& b) {
  EXPECT_EQ(a.result.failure, b.result.failure);
  EXPECT_EQ(a.result.tries, b.result.tries);
  EXPECT_EQ(a.result.learning_rate, b.result.learning_rate);
  EXPECT_EQ(a.result.accuracy, b.result.accuracy);
  EXPECT_EQ(std::isnan(a.result.ideal_accuracy), std::isnan(b.result.ideal_accuracy));
  if (!std::isnan(a.result.ideal_accuracy)) {
    EXPECT_EQ(a.result.ideal_accuracy, b.result.ideal_accuracy);
  }
  EXPECT_EQ(a.result.train_loss, b.result.train_loss);
  ASSERT_EQ(a.result.curve.size(), b.result.curve.size());
  for (std::size_t k = 0; k < a.result.curve.size(); ++k) {
    EXPECT_EQ(a.result.curve[k].epoch, b.result.curve[k].epoch);
    EXPECT_EQ(a.result.curve[k].train_loss, b.result.curve[k].train_loss) << k;
    EXPECT_EQ(a.result.curve[k].accuracy, b.result.curve[k].accuracy) << k;
  }
  expect_same_bits(a.network->parameters().all(), b.network->parameters().all());
  expect_same_bits(a.network->parameters().running_statistics, b.network->parameters().running_statistics);
}

// Whether the training got as far as that many checkpoints, to be interrupted there and go on.
bool interrupted_at(int writes, const Case& training, const TrainedNetwork& whole) {
  SCOPED_TRACE("interrupted at checkpoint " + std::to_string(writes));
  InterruptingStore store(writes);
  try {
    expect_same(training.train(&store), whole);
    return false;
  } catch (const Interrupted&) {
    expect_same(training.train(&store), whole);
    return true;
  }
}

// Interrupts at every checkpoint in turn; returns how many there are.
int expect_same_wherever_interrupted(const Case& training) {
  const TrainedNetwork whole = training.train();
  int checkpoints = 0;
  while (!testing::Test::HasFailure() && interrupted_at(checkpoints + 1, training, whole)) ++checkpoints;
  return checkpoints;
}

// 61 images make 3 batches of about 20, and 40 test images one more: 4 checkpoints an epoch.
TEST(Resume, GivesTheSameDigitsFromEveryBatch) {
  Case training;
  training.settings.crop = 2;
  training.settings.flip = true;
  EXPECT_EQ(expect_same_wherever_interrupted(training), 12);
}

// Other images would give another network, and another accuracy, if anything were trained or judged again.
TEST(Resume, FromTheLastCheckpointNothingIsTrainedAgain) {
  Case training;
  LastStore store;
  const TrainedNetwork whole = training.train(&store);
  expect_same(whole, training.train());
  ASSERT_FALSE(store.bytes.empty());
  for (std::uint8_t& pixel : training.data.train.pixels) pixel = 255 - pixel;
  for (std::uint8_t& pixel : training.data.test.pixels) pixel = 0;
  expect_same(training.train(&store), whole);
}

TEST(Resume, GivesTheSameDigitsOfDepthwiseBlocksWithAdam) {
  Case training(tiny_space("dense-cells", Block::depthwise));
  training.settings.optimiser = "adam";
  training.settings.learning_rate = 3e-3;
  EXPECT_EQ(expect_same_wherever_interrupted(training), 12);
}

TEST(Resume, GivesTheSameDigitsOfMlpCellsAtAConstantRate) {
  Case training(tiny_space("mlp-cells"));
  training.settings.schedule = "constant";
  EXPECT_EQ(expect_same_wherever_interrupted(training), 12);
}

TEST(Resume, GivesTheSameDigitsOnTwoThreads) {
  Case training;
  training.settings.threads = 2;
  training.settings.epochs = 1;
  const TrainedNetwork whole = training.train();
  expect_same(training.train(), whole);
  EXPECT_TRUE(interrupted_at(2, training, whole));
}

TEST(Resume, GivesTheSameDigitsWithinTheTestImages) {
  Case training;
  training.settings.epochs = 1;
  training.data.test = tiny_images(250, 2);  // three batches
  EXPECT_EQ(expect_same_wherever_interrupted(training), 6);
}

// What the chip disturbs is measured once, before the first epoch under noise, and kept.
TEST(Resume, GivesTheSameDigitsUnderTheNoiseOfAChip) {
  Case training;
  training.settings.epochs = 1;
  training.settings.noise_epochs = 1;
  training.settings.chip = ChipArithmetic{.adc_bits = 3, .read_noise = 0.05};
  const TrainedNetwork whole = training.train();
  EXPECT_FALSE(std::isnan(whole.result.ideal_accuracy));
  for (const int writes : {4, 5, 6, 8}) EXPECT_TRUE(interrupted_at(writes, training, whole));
}

TEST(Resume, GoesOnWithTheTryThatWasUnderWay) {
  Case at_chance;
  Philox random(1);  // labels that say nothing of the image
  for (ImageSet* set : {&at_chance.data.train, &at_chance.data.test})
    for (auto& label : set->labels) label = static_cast<std::uint8_t>(random.below(4));
  at_chance.settings.epochs = 8;
  at_chance.settings.retries = 1;
  const TrainedNetwork whole = at_chance.train();
  EXPECT_EQ(whole.result.tries, 2);
  const int a_try = 8 * 4;
  for (const int writes : {a_try, a_try + 1, a_try + 6, 2 * a_try})
    EXPECT_TRUE(interrupted_at(writes, at_chance, whole));

  Case diverges(tiny_space("mlp-cells"));
  diverges.settings.learning_rate = 0.05 * std::pow(3.0, 12);
  diverges.settings.retries = 13;
  const TrainedNetwork found = diverges.train();
  EXPECT_TRUE(found.result.ok) << found.result.failure;
  EXPECT_GT(found.result.tries, 1);
  for (const int writes : {1, 2, 3, 5, 8, 13}) EXPECT_TRUE(interrupted_at(writes, diverges, found));
}

TEST(Resume, GivesTheSameDigitsHoweverOftenInterrupted) {
  const Case training;
  const TrainedNetwork whole = training.train();
  InterruptingStore store(1);
  for (int starts = 1;; ++starts) {
    ASSERT_LE(starts, 13) << "it does not get on";
    try {
      expect_same(training.train(&store), whole);
      EXPECT_EQ(starts, 13);
      return;
    } catch (const Interrupted&) {
      store.interrupt_again_after(1);
    }
  }
}

TEST(Resume, AddsTheSecondsOfAllStartsUp) {
  const Case training;
  InterruptingStore store(6);
  EXPECT_THROW(training.train(&store), Interrupted);
  const TrainingPosition interrupted = store.last();
  EXPECT_GT(interrupted.seconds, interrupted.epoch_start);
  EXPECT_GT(interrupted.epoch_start, 0);
  const TrainingResult result = training.train(&store).result;
  EXPECT_GT(result.seconds, interrupted.seconds);
  EXPECT_EQ(result.curve[0].seconds, interrupted.curve[0].seconds);
  EXPECT_GE(result.curve[1].seconds, interrupted.seconds - interrupted.epoch_start);
}

}  // namespace
}  // namespace flash
