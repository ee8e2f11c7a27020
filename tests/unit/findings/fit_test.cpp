#include "flash/findings/fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class FitPredictors : public testing::Test {
 protected:
  FitPredictors() : space_(find_preset("shapes-mini")->definition) { job_.space = space_.definition(); }

  void add(const test::CellNetwork& network, double accuracy) {
    TrainedSample sample;
    sample.point = test::point_of(space_, network);
    sample.id = small_id(space_.id(*sample.point));
    sample.result.ok = sample.good = true;
    sample.result.accuracy = accuracy;
    samples_.push_back(sample);
  }
  const AccuracyFit& used(const std::vector<PredictorFit>& fits) {
    return std::ranges::find_if(fits, &PredictorFit::used)->fit;
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

TEST_F(FitPredictors, KeepANetworkThatNamesAllImages) {
  for (int depth = 3; depth <= 7; ++depth) add({1, {depth, depth, depth}, {4, 4, 4}}, 0.5 + 0.05 * depth);
  add({2, {7, 7, 7}, {9, 9, 9}}, 1.0);
  const auto fits = fit_predictors(job_, space_, samples_);
  EXPECT_EQ(fits.front().samples, 6u);
  EXPECT_LT(used(fits).rmse_fit, 0.1);
}

// Without skips all networks have the NN-Mass 0: that rival has no fit, the others have.
TEST_F(FitPredictors, ARivalThatIsTheSameOfAllNetworksIsAbsent) {
  for (const int wm : {1, 2})
    for (const int depth : {3, 5, 7})
      add({wm, {depth, depth, depth}, {0, 0, 0}}, 0.4 + 0.1 * wm + 0.01 * depth);
  add({1, {5, 5, 5}, {8, 0, 0}}, 0.56);
  for (const PredictorFit& fit : fit_predictors(job_, space_, samples_))
    EXPECT_EQ(std::isnan(fit.fit.rmse_loo), fit.predictor == "nn_mass") << fit.predictor;
}

TEST_F(FitPredictors, SayWhatIsMissing) {
  for (int i = 0; i < 3; ++i) add({1, {3, 3, 3}, {i, 0, 0}}, 0.5);
  EXPECT_THAT(refusal(), HasSubstr("at least 4 trained networks and has 3"));
  EXPECT_THAT(refusal(), HasSubstr("train.epochs"));
  samples_.assign(5, samples_.front());
  EXPECT_THAT(refusal(), HasSubstr("at least 3 different predictor values are needed, there are 1"));
}

}  // namespace
}  // namespace flash
