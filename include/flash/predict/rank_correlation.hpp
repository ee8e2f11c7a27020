// Rank correlations; equal to scipy.stats.spearmanr and kendalltau (tau-b).
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace flash {

// Both in [-1, 1]; NaN where either side has fewer than two different values.
double spearman(std::span<const double> x, std::span<const double> y);
double kendall(std::span<const double> x, std::span<const double> y);

// The 95 % interval of a Spearman correlation of n pairs: Fisher's z with the variance of Bonett and Wright
// (Psychometrika 65, 2000), (1 + rho^2 / 2) / (n - 3). NaN where rho is, or n < 4.
std::pair<double, double> spearman_interval(double rho, std::size_t n);

}  // namespace flash
