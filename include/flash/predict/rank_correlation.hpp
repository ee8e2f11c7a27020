// Rank correlations; equal to scipy.stats.spearmanr and kendalltau (tau-b).
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace flash {

// Both in [-1, 1]; NaN where either side has fewer than two different values.
double spearman(std::span<const double> x, std::span<const double> y);
double kendall(std::span<const double> x, std::span<const double> y);

// 95 % interval of a rank correlation of so many pairs: Fisher's z with the variance (1 + r^2 / 2) / (n - 3)
// (Bonett, Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
// Psychometrika 65, 2000). NaN of fewer than 4 pairs, or of a NaN.
std::pair<double, double> spearman_interval(double correlation, double pairs);

}  // namespace flash
