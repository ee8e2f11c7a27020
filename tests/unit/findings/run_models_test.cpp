#include "flash/findings/run_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Models known_models(const std::string& preset) {
  Models models;
  models.space = find_preset(preset)->definition;
  models.accuracy = AccuracyModel{1.1, 40, -1};
  models.accuracy->fitted = {30, 90};
  models.target = "table";
  models.metrics[Metric::energy] = MetricModel{2, {{"parameters", 1e-3}}};
  models.provenance = {
      {"accuracy", {{"samples", 25}}}, {"energy", "by hand"}, {"hardware", {{"machine", "board"}}}};
  return models;
}

class RunModels : public testing::Test {
 protected:
  RunModels() {
    job_.name = "own";
    job_.space = find_preset("shapes-mini")->definition;
    job_.hardware.machine = "here";
    job_.models_file =
        fs::temp_directory_path() / ("flash_run_models_" + std::to_string(::getpid()) + ".json");
    PredictorFit fit;
    fit.used = true;
    fit.fit.model = {1.2, 50, -2};
    fit.samples = 9;
    predictors_ = {PredictorFit{}, fit};
    MetricFit latency;
    latency.model = MetricModel{1, {{"macs", 1e-6}}};
    hardware_[Metric::latency] = latency;
  }
  ~RunModels() override { fs::remove(job_.models_file); }

  void write_file(const Models& models) { write_file_atomically(job_.models_file, to_json(models).dump()); }

  std::string refusal(const OwnFits& own) {
    try {
      run_models(job_, own);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
  }

  Job job_;
  std::vector<PredictorFit> predictors_;
  HardwareFit hardware_;
};

TEST_F(RunModels, NeedNoFileWhereTheRunHasFittedBoth) {
  const Models models = run_models(job_, {predictors_, hardware_});  // the file is not there
  EXPECT_EQ(models.accuracy->b, 50);
  EXPECT_EQ(models.target, "host");
  EXPECT_TRUE(models.metrics[Metric::latency]);
  EXPECT_FALSE(models.metrics[Metric::energy]);
  EXPECT_EQ(models.provenance["accuracy"]["samples"], 9);
  EXPECT_EQ(models.provenance["hardware"]["machine"], "here");
}

// What exact, search and flash-search know of a predictor they know from the models alone.
TEST_F(RunModels, SayWhatTheirPredictorIsWorth) {
  predictors_.back().fit.rmse_loo = 0.134;
  predictors_.back().fit.rmse_loo_mean = 0.114;
  predictors_.back().fit.spearman = 0.9;
  EXPECT_THAT(warnings(run_models(job_, {predictors_, hardware_})),
              testing::ElementsAre(HasSubstr("13.4 against 11.4 points")));
}

TEST_F(RunModels, TakeWhatTheRunHasNotMeasured) {
  write_file(known_models("shapes-mini"));
  const Models models = run_models(job_, {predictors_, {}});
  EXPECT_EQ(models.accuracy->b, 50);
  EXPECT_EQ(models.target, "table");
  EXPECT_FALSE(models.metrics[Metric::latency]);
  EXPECT_TRUE(models.metrics[Metric::energy]);
  EXPECT_EQ(models.provenance["hardware"]["machine"], "board");
  EXPECT_EQ(models.provenance["hardware"]["from"], job_.models_file.filename().string());
  EXPECT_EQ(models.provenance["energy"], "by hand");
}

TEST_F(RunModels, TakeTheAccuracyOfAnotherSpaceAndMarkIt) {
  Models known = known_models("cifar-small");
  known.space.input = job_.space.input;
  write_file(known);
  const Models models = run_models(job_, {{}, hardware_});
  EXPECT_EQ(models.space, job_.space);
  EXPECT_EQ(models.accuracy->b, 40);
  EXPECT_EQ(models.target, "host");
  EXPECT_TRUE(models.metrics[Metric::latency]);
  EXPECT_FALSE(models.metrics[Metric::energy]);
  EXPECT_EQ(models.provenance["accuracy"]["samples"], 25);
  EXPECT_EQ(models.provenance["accuracy"]["from"], job_.models_file.filename().string());
  // shapes-mini begins at NN-Degree 28, below the samples.
  EXPECT_THAT(extrapolated(models, Space(job_.space), 0), testing::ElementsAre("accuracy"));
}

TEST_F(RunModels, RefuseTheAccuracyOfOtherImages) {
  const auto refused = [&](auto change) {
    Models known = known_models("shapes-mini");
    change(known.space.input);
    write_file(known);
    return refusal({{}, hardware_});
  };
  EXPECT_THAT(refused([](Input& input) { input.side = 32; }),
              HasSubstr(job_.models_file.string() + ": the accuracy predictor was fitted on other images"));
  EXPECT_THAT(refused([](Input& input) { input.side = 32; }), HasSubstr("side (32, not 16)"));
  EXPECT_THAT(refused([](Input& input) { input.channels = 1; }), HasSubstr("channels (1, not 3)"));
  EXPECT_THAT(refused([](Input& input) { input.classes = 100; }), HasSubstr("classes (100, not 10)"));
  // Models without one take none from there.
  Models known = known_models("cifar-small");
  known.accuracy.reset();
  write_file(known);
  EXPECT_FALSE(run_models(job_, {{}, hardware_}).accuracy);
}

TEST_F(RunModels, RefuseAnotherReadingAndHardwareOfAnotherSpace) {
  write_file(known_models("cifar-small"));
  EXPECT_THAT(refusal({predictors_, {}}),
              HasSubstr(job_.models_file.string() + ": the models were fitted for another space"));
  EXPECT_THAT(refusal({}), HasSubstr("another space"));
  job_.reading = "channels";
  EXPECT_THAT(refusal({{}, hardware_}), HasSubstr("predictor.reading"));
}

TEST_F(RunModels, AreTheFileItselfWhereTheRunHasNothing) {
  const Models known = known_models("shapes-mini");
  write_file(known);
  Models models = run_models(job_, {});
  EXPECT_THAT(models.provenance["doubts"].dump(), HasSubstr("hardware.machine (\\\"board\\\", the job's is"));
  models.provenance.erase("doubts");
  EXPECT_EQ(to_json(models), to_json(known));
}

TEST_F(RunModels, DoWithoutAccuracyInATrainingFreeJob) {
  job_.models_file.clear();
  job_.objective.training_free = true;
  const Models models = run_models(job_, {{}, hardware_});
  EXPECT_FALSE(models.accuracy);
  EXPECT_TRUE(models.metrics[Metric::latency]);
}

}  // namespace
}  // namespace flash
