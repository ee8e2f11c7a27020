#include "flash/train/train_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

struct Trained {
  Space space;
  Point point;
  Data data = tiny_data();
  TrainingSettings settings = tiny_training();

  explicit Trained(const CellSpace& definition = tiny_space())
      : space(definition), point(space.point(space.size() - 1)) {}
  TrainingResult run(std::uint64_t seed = 5) const {
    return train_network(space, point, data, settings, seed);
  }
};

void expect_same(const TrainingResult& a, const TrainingResult& b) {
  EXPECT_EQ(a.accuracy, b.accuracy);
  EXPECT_EQ(a.train_loss, b.train_loss);
  ASSERT_EQ(a.curve.size(), b.curve.size());
  for (std::size_t k = 0; k < a.curve.size(); ++k) {
    EXPECT_EQ(a.curve[k].train_loss, b.curve[k].train_loss) << k;
    EXPECT_EQ(a.curve[k].accuracy, b.curve[k].accuracy) << k;
  }
}

TEST(TrainNetwork, LearnsASmallSet) {
  const Trained trained;
  const TrainingResult result = trained.run();
  EXPECT_TRUE(result.ok) << result.failure;
  EXPECT_EQ(result.failure, "");
  EXPECT_GT(result.accuracy, 0.9);
  EXPECT_LT(result.train_loss, result.curve.front().train_loss);
  EXPECT_EQ(result.tries, 1);
  EXPECT_EQ(result.learning_rate, trained.settings.learning_rate);
  EXPECT_GT(result.seconds, 0.0);
  const Counts counts = trained.space.counts(trained.point);
  EXPECT_EQ(result.parameters, counts.parameters);
  EXPECT_EQ(result.macs, counts.macs);
}

TEST(TrainNetwork, KeepsACurveThatEndsAtTheResult) {
  const Trained trained;
  const TrainingResult result = trained.run();
  ASSERT_EQ(result.curve.size(), 8U);
  for (std::size_t k = 0; k < result.curve.size(); ++k) {
    EXPECT_EQ(result.curve[k].epoch, static_cast<int>(k) + 1);
    EXPECT_GE(result.curve[k].seconds, 0.0);
  }
  EXPECT_EQ(result.curve.back().accuracy, result.accuracy);
  EXPECT_EQ(result.curve.back().train_loss, result.train_loss);
}

TEST(TrainNetwork, EndsAtAGateThatItDoesNotReachAndThereAlone) {
  const Trained trained;
  const TrainingResult whole = trained.run();
  const auto gated = [&](double least) {
    TrainingExtras extras{.test = true};
    extras.gates = {{2, least}};
    return train_network(trained.space, trained.point, trained.data, trained.settings, 5, extras);
  };
  const TrainingResult ended = gated(1.1);
  EXPECT_TRUE(ended.ok);
  EXPECT_TRUE(ended.ended_early);
  ASSERT_EQ(ended.curve.size(), 2U);
  EXPECT_EQ(ended.accuracy, whole.curve[1].accuracy);
  EXPECT_TRUE(std::isnan(ended.test_accuracy));
  EXPECT_TRUE(training_result_from_json(to_json(ended)).ended_early);
  const TrainingResult passed = gated(whole.curve[1].accuracy);
  EXPECT_FALSE(passed.ended_early);
  expect_same(passed, whole);
}

TEST(TrainNetwork, IsJudgedByTheValidationImagesAndTestedWhenAsked) {
  Trained trained;
  EXPECT_TRUE(std::isnan(trained.run().test_accuracy));
  const TrainingResult by_test = trained.run();
  trained.data.validation = trained.data.test;
  for (Label& label : trained.data.test.labels)  // that nothing has seen, and that are all wrong
    label = static_cast<Label>((label + 1) % trained.data.classes);
  const TrainingResult judged = trained.run();
  expect_same(judged, by_test);
  EXPECT_TRUE(std::isnan(judged.test_accuracy));
  const TrainingResult tested =
      train_network(trained.space, trained.point, trained.data, trained.settings, 5, {.test = true});
  expect_same(tested, judged);
  EXPECT_GT(tested.accuracy, 0.9);
  EXPECT_LT(tested.test_accuracy, 0.1);
}

TEST(TrainNetwork, WithoutValidationImagesTheTestImagesJudge) {
  const Trained trained;
  const TrainingResult result =
      train_network(trained.space, trained.point, trained.data, trained.settings, 5, {.test = true});
  EXPECT_EQ(result.test_accuracy, result.accuracy);
}

TEST(TrainNetwork, GivesTheSameDigitsForTheSameSeed) {
  Trained trained;
  trained.settings.crop = 2;
  trained.settings.flip = true;
  const TrainingResult first = trained.run();
  expect_same(first, trained.run());
  Trained other(tiny_space("dense-cells", Block::depthwise));
  other.run();
  expect_same(first, trained.run());
  EXPECT_NE(first.train_loss, trained.run(6).train_loss);
}

TEST(TrainNetwork, TrainsDepthwiseBlocks) {
  Trained trained(tiny_space("dense-cells", Block::depthwise));
  trained.settings.epochs = 12;
  const TrainingResult result = trained.run();
  EXPECT_TRUE(result.ok) << result.failure;
  EXPECT_GT(result.accuracy, 0.8);
  expect_same(result, trained.run());
}

TEST(TrainNetwork, TrainsMlpCellsWithAdam) {
  Trained trained(tiny_space("mlp-cells"));
  trained.settings.optimiser = "adam";
  trained.settings.learning_rate = 3e-3;
  trained.settings.epochs = 15;
  const TrainingResult result = trained.run();
  EXPECT_TRUE(result.ok) << result.failure;
  EXPECT_GT(result.accuracy, 0.9);
  expect_same(result, trained.run());
}

TEST(TrainNetwork, ReportsALossThatIsNotFinite) {
  Trained trained(tiny_space("mlp-cells"));  // no norm that would hold values down
  trained.settings.learning_rate = 1e6;
  trained.settings.retries = 2;
  const TrainingResult result = trained.run();
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.failure, testing::MatchesRegex("loss became (nan|infinite) in epoch [0-9]+"));
  EXPECT_TRUE(std::isnan(result.accuracy));
  EXPECT_EQ(result.tries, 3);
  EXPECT_DOUBLE_EQ(result.learning_rate, 1e6 / 9.0);
}

TEST(TrainNetwork, ReportsDenseCellsThatAHugeLearningRateBreaks) {
  Trained trained;
  trained.settings.learning_rate = 1e6;
  const TrainingResult result = trained.run();
  EXPECT_FALSE(result.ok);
  EXPECT_NE(result.failure, "");
}

TEST(TrainNetwork, ReportsAccuracyAtChance) {
  Trained trained;
  Philox random(1);  // labels that say nothing of the image
  for (ImageSet* set : {&trained.data.train, &trained.data.test})
    for (Label& label : set->labels) label = static_cast<Label>(random.below(4));
  const TrainingResult result = trained.run();
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.failure, HasSubstr("is at chance (0.25)"));
  EXPECT_TRUE(std::isfinite(result.accuracy));
}

TEST(TrainNetwork, SucceedsOnARetryAtALowerLearningRate) {
  Trained trained(tiny_space("mlp-cells"));
  trained.settings.learning_rate = 0.05 * std::pow(3.0, 12);
  trained.settings.retries = 13;
  const TrainingResult result = trained.run();
  EXPECT_TRUE(result.ok) << result.failure;
  EXPECT_GT(result.tries, 1);
  EXPECT_DOUBLE_EQ(result.learning_rate, trained.settings.learning_rate / std::pow(3.0, result.tries - 1));
}

ExitCode code_of(const Trained& trained, std::string* message = nullptr) {
  try {
    trained.run();
  } catch (const Error& error) {
    if (message != nullptr) *message = error.what();
    return error.code();
  }
  return ExitCode::ok;
}

TEST(TrainNetwork, RefusesSettingsThatCannotBe) {
  const auto refused = [](auto change) {
    Trained trained;
    change(trained.settings);
    return code_of(trained) == ExitCode::bad_job;
  };
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.epochs = 0; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.batch = 1; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.optimiser = "sdg"; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.schedule = "linear"; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.learning_rate = 0; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.momentum = 1; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.weight_decay = -1; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.crop = -1; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.threads = 0; }));
  EXPECT_TRUE(refused([](TrainingSettings& s) { s.retries = -1; }));
}

TEST(TrainNetwork, RefusesDataThatTheNetworksCannotRead) {
  Trained trained;
  trained.data.classes = 5;
  std::string message;
  EXPECT_EQ(code_of(trained, &message), ExitCode::bad_job);
  EXPECT_THAT(message, HasSubstr("1 channels, 8 x 8 pixels, 4 classes"));
}

TEST(TrainNetwork, RefusesDevicesThatAreNotThere) {
  std::string message;
  for (const char* device : {"cuda", "cuda:1", "cuda:99"}) {
    Trained trained;
    trained.settings.device = device;
    if (code_of(trained, &message) == ExitCode::ok) GTEST_SKIP() << "this machine has " << device;
    EXPECT_THAT(message, HasSubstr(device));
  }
  for (const char* device : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cpu:3"}) {
    Trained trained;
    trained.settings.device = device;
    EXPECT_EQ(code_of(trained, &message), ExitCode::bad_job) << device;
    EXPECT_THAT(message, HasSubstr("expected cpu, cuda or cuda:N"));
  }
}

}  // namespace
}  // namespace flash
