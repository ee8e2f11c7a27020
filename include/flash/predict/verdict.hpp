// What a fit of the accuracy predictor is worth, in words.
#pragma once

#include <string>

namespace flash {

// What is known of a fit; NaN for what is not.
struct PredictorFigures {
  double samples = 0;
  double rmse_loo = 0;
  double rmse_loo_mean = 0;  // where the mean of the samples predicts
  double spearman = 0;
  double b = 0;  // of the model
};

// Why no search should rest on the predictor: it is no better than the mean, accuracy falls with NN-Degree or
// does not follow it beyond chance (5 %, two-sided), or the samples are few. "" where nothing of this holds.
std::string verdict(const PredictorFigures& figures);

}  // namespace flash
