#include "flash/predict/shrinkage.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

double residual(const ObservedAccuracy& network) { return network.mean - network.predicted; }

double variance_of_mean(const ObservedAccuracy& network, double noise) {
  return noise * noise / static_cast<double>(network.trainings);
}

double weighted_mean(std::span<const ObservedAccuracy> observed, double noise, double between) {
  double sum = 0, weights = 0;
  for (const ObservedAccuracy& network : observed) {
    const double weight = 1 / (between + variance_of_mean(network, noise));
    sum += weight * residual(network);
    weights += weight;
  }
  return sum / weights;
}

// Of true accuracies about the predictions.
double variance_between(std::span<const ObservedAccuracy> observed, double noise) {
  const double mean = weighted_mean(observed, noise, 0);
  double excess = 1 - static_cast<double>(observed.size()), weights = 0, squares = 0;
  for (const ObservedAccuracy& network : observed) {
    const double weight = 1 / variance_of_mean(network, noise);
    excess += weight * std::pow(residual(network) - mean, 2);
    weights += weight;
    squares += weight * weight;
  }
  return std::max(0.0, excess / (weights - squares / weights));
}

}  // namespace

std::vector<ExpectedAccuracy> expected_accuracies(std::span<const ObservedAccuracy> observed, double noise) {
  std::vector<ExpectedAccuracy> expected;
  if (!(noise > 0) || observed.size() < 3) {
    for (const ObservedAccuracy& network : observed)
      expected.push_back({network.mean, noise == 0 ? 0 : std::numeric_limits<double>::quiet_NaN()});
    return expected;
  }
  const double between = variance_between(observed, noise);
  const double bias = weighted_mean(observed, noise, between);
  for (const ObservedAccuracy& network : observed) {
    const double own = variance_of_mean(network, noise);
    const double share = between / (between + own);
    expected.push_back(
        {network.predicted + bias + share * (residual(network) - bias), std::sqrt(share * own)});
  }
  return expected;
}

}  // namespace flash
