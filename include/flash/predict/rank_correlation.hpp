// Rank correlations; equal to scipy.stats.spearmanr and kendalltau (tau-b).
#pragma once

#include <span>

namespace flash {

// Both in [-1, 1]; NaN where either side has fewer than two different values.
double spearman(std::span<const double> x, std::span<const double> y);
double kendall(std::span<const double> x, std::span<const double> y);

}  // namespace flash
