// The fit of the additive score [ours].
#pragma once

#include <span>
#include <string>
#include <vector>

#include "flash/predict/accuracy_model.hpp"
#include "flash/predict/additive_score.hpp"

namespace flash {

inline constexpr std::size_t least_additive_samples = 8;

struct AdditiveFit {
  AdditiveScore score;
  AccuracyFit fit;         // its model is the link; errors are nested, see below
  double penalty = 0;      // of the ridge, on weights of features of unit variance
  bool each_slot = false;  // whether slots have weights of their own beside those that they share
};

// Ridge regression of linked_score(accuracy) on features that are brought to one scale. The penalty, and of
// samples enough whether slots have weights of their own, have the least leave-one-out error of the samples
// (closed form, Golub, Heath, Wahba, Technometrics 21, 1979), in accuracy. fit.rmse_loo and fit.errors_loo are
// nested: each sample is predicted by a fit to the others that has chosen among the others alone; fit.spearman
// and fit.kendall are of these predictions. Throws Error bad_data with fewer than least_additive_samples, where
// accuracies lie outside [0, 1], or where no feature differs.
// `weights`: as of fit_accuracy.
AdditiveFit fit_additive(const Space& space, std::span<const Point> networks,
                         std::span<const double> accuracy, std::span<const double> weights = {});

}  // namespace flash
