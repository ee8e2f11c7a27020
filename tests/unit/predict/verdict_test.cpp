#include "flash/predict/verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace flash {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const PredictorFigures good{.samples = 25, .rmse_loo = 0.05, .rmse_loo_mean = 0.1, .spearman = 0.7, .b = 40};

std::string verdict_with(double PredictorFigures::*figure, double value) {
  PredictorFigures figures = good;
  figures.*figure = value;
  return verdict(figures);
}

TEST(Verdict, HasNothingToSayOfAGoodPredictor) { EXPECT_EQ(verdict(good), ""); }

TEST(Verdict, OfOneThatIsNoBetterThanTheMean) {
  const std::string text = verdict_with(&PredictorFigures::rmse_loo, 0.134);
  EXPECT_THAT(text,
              HasSubstr("no better than the mean of the trained networks (leave-one-out 13.4 against 10.0"));
  EXPECT_THAT(text, HasSubstr("does not hold"));
  EXPECT_THAT(text, HasSubstr("train more networks"));
  EXPECT_THAT(text, Not(HasSubstr("falls")));
}

TEST(Verdict, OfAccuracyThatFalls) {
  EXPECT_THAT(verdict_with(&PredictorFigures::b, -1), HasSubstr("accuracy falls with NN-Degree"));
}

// The tables of Student's t: for 25 samples a correlation is significant from 0.396 on, for 5 from 0.878.
TEST(Verdict, OfACorrelationThatMayBeChance) {
  EXPECT_THAT(verdict_with(&PredictorFigures::spearman, 0.39), HasSubstr("may be chance"));
  EXPECT_EQ(verdict_with(&PredictorFigures::spearman, 0.40), "");
  EXPECT_EQ(verdict_with(&PredictorFigures::spearman, 1), "");
  EXPECT_EQ(verdict_with(&PredictorFigures::spearman, nan), "");
  PredictorFigures few = good;
  few.samples = 5;
  few.spearman = 0.87;
  EXPECT_THAT(verdict(few), HasSubstr("may be chance"));
  few.spearman = 0.89;
  EXPECT_THAT(verdict(few), Not(HasSubstr("may be chance")));
}

TEST(Verdict, NamesTheScoreAndTheInterval) {
  PredictorFigures figures = good;
  figures.score = "the additive score";
  figures.spearman = 0.2;
  EXPECT_THAT(verdict(figures),
              HasSubstr("correlation of the additive score and accuracy (Spearman 0.20, 95 % "
                        "interval -0.22 to 0.55, 25 networks)"));
  figures.spearman = 0.7;
  EXPECT_EQ(verdict(figures), "");
  EXPECT_THAT(merit(figures),
              HasSubstr("5.0 points, that of the mean 10.0; accuracy rises with the additive score"));
  EXPECT_EQ(merit({.samples = nan, .rmse_loo = nan, .rmse_loo_mean = nan, .spearman = nan, .b = nan}), "");
}

TEST(Verdict, CallsNoOptimumProvenByOneThatDoesNotBeatTheMean) {
  EXPECT_TRUE(beats_mean(good));
  EXPECT_THAT(optimum_words(Grounds::predictor), HasSubstr("proven"));
  EXPECT_THAT(infeasible_words(Grounds::predictor), HasSubstr("proven"));
  PredictorFigures figures = good;
  for (const auto& [loo, mean] : {std::pair{0.1, 0.1}, {0.2, 0.1}, {0.0, 0.0}}) {
    figures.rmse_loo = loo;
    figures.rmse_loo_mean = mean;
    EXPECT_FALSE(beats_mean(figures));
    for (const std::string& text :
         {optimum_words(Grounds::mean), infeasible_words(Grounds::mean), verdict(figures)})
      EXPECT_THAT(text, Not(HasSubstr("proven")));
  }
  EXPECT_TRUE(beats_mean({.samples = nan, .rmse_loo = nan, .rmse_loo_mean = nan, .spearman = nan, .b = nan}));
}

TEST(Verdict, OfFewSamplesAndEqualOnes) {
  EXPECT_THAT(verdict_with(&PredictorFigures::samples, 9), HasSubstr("rests on 9 trained networks alone"));
  EXPECT_THAT(verdict_with(&PredictorFigures::rmse_loo_mean, 0),
              HasSubstr("all 25 trained networks have the same"));
}

TEST(Verdict, OfWhatIsNotKnownIsNone) {
  EXPECT_EQ(verdict({.samples = nan, .rmse_loo = nan, .rmse_loo_mean = nan, .spearman = nan, .b = nan}), "");
  EXPECT_EQ(verdict({.samples = 1e300, .rmse_loo = 1, .rmse_loo_mean = 2, .spearman = 0.9, .b = 1}), "");
}

}  // namespace
}  // namespace flash
