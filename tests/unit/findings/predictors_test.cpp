// Which accuracy predictor a run takes, by functions whose best predictor is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
using testing::Not;

class ChoosePredictor : public testing::Test {
 protected:
  ChoosePredictor() : space_(find_preset("cifar-small")->definition) { job_.space = space_.definition(); }

  void train(const std::function<double(const Point&)>& accuracy, double noise, int count = 25) {
    samples_.clear();
    Philox random(17);
    for (const NetworkId id : spread_networks(space_, static_cast<std::size_t>(count), 0, 1)) {
      TrainedSample sample;
      sample.id = id;
      sample.point = space_.point(id);
      sample.result.ok = sample.good = true;
      sample.result.accuracy = std::clamp(accuracy(*sample.point) + noise * random.normal(), 0.0, 1.0);
      samples_.push_back(sample);
    }
  }
  void train_by_theta(const char* score, double noise) {
    const AccuracyModel theta{1.1, 40, -1.5};
    train([&, score](const Point& point) { return theta(space_.score(score, point)); }, noise);
  }
  // Wide networks are better, deep ones worse: NN-Degree says hardly anything of them.
  void train_by_sum(double noise) {
    const AdditiveScore sum{link_offset, {{"log wm", 2.5, 0}, {"log depth", -0.5, 0}, {"log macs", 0.1, 12}}};
    const auto score = bound_score(sum, space_);
    train(
        [&](const Point& point) {
          const Stratum& stratum = space_.stratum(point);
          return additive_link()(value(*score, stratum.shape, point.options, stratum.slots));
        },
        noise);
  }
  PredictorFit used() {
    const std::vector<PredictorFit> fits = fit_predictors(job_, space_, samples_);
    EXPECT_EQ(std::ranges::count_if(fits, &PredictorFit::used), 1);
    return *std::ranges::find_if(fits, &PredictorFit::used);
  }
  Models fitted_models() {
    OwnFits own;
    own.predictors = fit_predictors(job_, space_, samples_);
    own.hardware.emplace();
    return run_models(job_, own);
  }
  std::string refusal() {
    try {
      fit_predictors(job_, space_, samples_);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
  }

  Job job_;
  const Space space_;
  std::vector<TrainedSample> samples_;
};

TEST_F(ChoosePredictor, ThetaWhereAccuracyFollowsNNDegree) {
  train_by_theta("nn_degree_links", 0.02);
  const PredictorFit fit = used();
  EXPECT_EQ(fit.predictor, "nn_degree.links");
  EXPECT_THAT(fit.choice, HasSubstr("takes theta(NN-Degree, links)"));
  EXPECT_THAT(fit.choice, HasSubstr("the additive predictor "));  // its error
}

TEST_F(ChoosePredictor, TheAdditiveOneWhereItIsBetter) {
  train_by_sum(0.02);
  const PredictorFit fit = used();
  EXPECT_EQ(fit.predictor, "additive");
  EXPECT_TRUE(fit.additive);
  EXPECT_THAT(fit.choice, HasSubstr("takes the additive predictor, the least in error"));
}

// Of two fits with these left-out errors of eight networks.
PredictorFit chosen(const Job& job, const std::vector<double>& theta, const std::vector<double>& sum,
                    double theta_spearman = 0, double sum_spearman = 0) {
  std::vector<PredictorFit> fits(2);
  const auto set = [](PredictorFit& fit, const std::vector<double>& errors) {
    double squares = 0;
    for (const double error : errors) squares += error * error;
    fit.fit.errors_loo = errors;
    fit.fit.rmse_loo = std::sqrt(squares / static_cast<double>(errors.size()));
  };
  fits[0].predictor = "nn_degree.links";
  fits[0].score = "nn_degree_links";
  set(fits[0], theta);
  fits[1].predictor = additive_predictor;
  fits[1].additive.emplace();
  set(fits[1], sum);
  fits[0].fit.spearman = theta_spearman;
  fits[1].fit.spearman = sum_spearman;
  for (PredictorFit& fit : fits) {
    fit.fit.rmse_loo_mean = 0.1;
    fit.fit.model.b = 1;
  }
  choose_predictor(job, fits);
  EXPECT_EQ(std::ranges::count_if(fits, &PredictorFit::used), 1);
  return *std::ranges::find_if(fits, &PredictorFit::used);
}

// They differ in one network alone: that may be chance.
TEST_F(ChoosePredictor, TheSimplerOneWhereNoneIsBetterByAStandardError) {
  const std::vector<double> theta{0.05, -0.05, 0.05, -0.05, 0.05, -0.05, 0.05, 0.07};
  const std::vector<double> sum{0.05, -0.05, 0.05, -0.05, 0.05, -0.05, 0.05, -0.05};
  const PredictorFit fit = chosen(job_, theta, sum);
  EXPECT_EQ(fit.predictor, "nn_degree.links");
  EXPECT_THAT(fit.choice, HasSubstr("the simpler one"));
  const std::vector<double> clear{0.03, -0.03, 0.03, -0.03, 0.03, -0.03, 0.03, -0.03};
  EXPECT_EQ(chosen(job_, theta, clear).predictor, "additive");
  EXPECT_EQ(chosen(job_, clear, theta).predictor, "nn_degree.links");
}

TEST_F(ChoosePredictor, TheSimplerOneIsNotTakenWhereItDoesNotHoldAndTheBestDoes) {
  std::vector<double> theta(16, 0.05), sum(16, 0.05);
  theta.back() = 0.07;
  EXPECT_EQ(chosen(job_, theta, sum, 0.8, 0.8).predictor, "nn_degree.links");
  EXPECT_EQ(chosen(job_, theta, sum, 0.1, 0.8).predictor, "additive");  // ranks that may be chance
  EXPECT_EQ(chosen(job_, theta, sum, 0.1, 0.1).predictor, "nn_degree.links");
}

TEST_F(ChoosePredictor, WhatTheJobAsksFor) {
  train_by_sum(0.02);
  job_.predictor = "paper";
  EXPECT_EQ(used().predictor, "nn_degree.links");
  EXPECT_THAT(used().choice, HasSubstr("\"paper\" asks for theta(NN-Degree, links)"));
  job_.reading = "channels";
  EXPECT_EQ(used().predictor, "nn_degree.channels");
  train_by_theta("nn_degree_channels", 0.02);
  job_.predictor = "additive";
  EXPECT_EQ(used().predictor, "additive");
}

TEST_F(ChoosePredictor, OfFewNetworksTheAdditiveOneIsRefused) {
  train([](const Point& point) { return 0.3 + 0.001 * static_cast<double>(point.options[0]); }, 0.01, 7);
  EXPECT_EQ(used().predictor.substr(0, 9), "nn_degree");
  job_.predictor = "additive";
  EXPECT_THAT(refusal(), HasSubstr("at least 8 trained networks are needed, there are 7"));
}

// Models, their JSON, and all that searches say of them.
TEST_F(ChoosePredictor, ModelsHoldWhatWasChosen) {
  train_by_sum(0.02);
  const Models models = fitted_models();
  ASSERT_TRUE(models.additive);
  EXPECT_THAT(models.provenance["accuracy"]["choice"].get<std::string>(), HasSubstr("additive"));
  const Models back = models_from_json(Json::parse(to_json(models).dump()));
  EXPECT_EQ(back.additive, models.additive);
  EXPECT_EQ(grounds(back), Grounds::predictor);
  EXPECT_THAT(warnings(back), testing::IsEmpty());
  for (const TrainedSample& sample : samples_)
    EXPECT_THAT(extrapolated(back, space_, sample.id), testing::IsEmpty());
}

TEST_F(ChoosePredictor, ModelsOfNoiseAreNotToBeTrusted) {
  train([](const Point&) { return 0.5; }, 0.05);
  for (const char* kind : {"paper", "additive"}) {
    job_.predictor = kind;
    const Models models = fitted_models();
    if (grounds(models) == Grounds::predictor) continue;  // by luck
    EXPECT_THAT(warnings(models), testing::Contains(HasSubstr("does not hold")));
    EXPECT_THAT(optimum_words(grounds(models)), Not(HasSubstr("proven")));
  }
}

}  // namespace
}  // namespace flash
