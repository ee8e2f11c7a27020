// What predictions were worth, by the networks that were confirmed.
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "flash/predict/rank_correlation.hpp"
#include "flash/stage/comparison_summary.hpp"
#include "flash/stage/confirmation.hpp"
#include "unknown.hpp"

namespace flash {
namespace {

double median_latency_ratio(std::span<const ConfirmedNetwork> confirmed) {
  std::vector<double> ratios;
  for (const ConfirmedNetwork& network : confirmed) {
    const double ratio = network.measured[Metric::latency] / network.predicted.metrics[Metric::latency];
    if (std::isfinite(ratio)) ratios.push_back(ratio);
  }
  return quartiles(std::move(ratios)).median;
}

void add_accuracy(ConfirmationFigures& figures, std::span<const ConfirmedNetwork> confirmed) {
  std::vector<double> predicted, found;
  double squares = 0, sum = 0, inside = 0, banded = 0;
  for (const ConfirmedNetwork& network : confirmed) {
    if (std::isnan(network.test_accuracy)) continue;
    predicted.push_back(network.predicted.accuracy);
    found.push_back(network.test_accuracy);
    const double error = network.test_accuracy - network.predicted.accuracy;
    squares += error * error;
    sum += error;
    if (std::isnan(network.accuracy_band)) continue;
    ++banded;
    inside += std::abs(error) <= network.accuracy_band;
  }
  const auto count = static_cast<double>(found.size());
  figures.networks = found.size();
  figures.rmse = count > 0 ? std::sqrt(squares / count) : unknown;
  figures.bias = count > 0 ? sum / count : unknown;
  figures.in_band = banded > 0 ? inside / banded : unknown;
  figures.spearman = spearman(predicted, found);
  std::tie(figures.spearman_low, figures.spearman_high) = spearman_interval(figures.spearman, count);
}

void add_objective(ConfirmationFigures& figures, std::span<const ConfirmedNetwork> confirmed) {
  std::vector<double> predicted, found;
  for (const ConfirmedNetwork& network : confirmed) {
    if (std::isnan(network.held.objective)) continue;
    predicted.push_back(network.predicted.objective);
    found.push_back(network.held.objective);
  }
  figures.spearman_objective = spearman(predicted, found);
}

// The objective by what the judging images let expect: test images tell, they do not choose, and the luckiest is
// not the best.
double judged_objective(const ConfirmedNetwork& network, const Objective& objective) {
  return objective.moved(network.held.objective, network.test_accuracy, network.expected.accuracy);
}

// Where all that lies between networks may be noise they are expected to be alike: then what was found decides.
bool is_better(const ConfirmedNetwork& one, const ConfirmedNetwork& other, const Objective& objective) {
  constexpr double rounding = 1e-9;
  const double here = judged_objective(one, objective), there = judged_objective(other, objective);
  if (std::abs(here - there) > rounding * std::max(here, there)) return here > there;
  const auto found = [&](const ConfirmedNetwork& network) {
    return objective.moved(network.held.objective, network.test_accuracy, network.accuracy);
  };
  return found(one) > found(other);
}

}  // namespace

double pooled_deviation(std::span<const ConfirmedNetwork> confirmed, double TrainingResult::*figure) {
  double squares = 0, freedom = 0;
  for (const ConfirmedNetwork& network : confirmed) {
    std::vector<double> values;
    double mean = 0;
    for (const ConfirmTraining& training : network.trainings)
      if (training.good) values.push_back(training.result.*figure);
    for (const double value : values) mean += value / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    if (!values.empty()) freedom += static_cast<double>(values.size() - 1);
  }
  return freedom > 0 ? std::sqrt(squares / freedom) : unknown;
}

const ConfirmedNetwork* best_confirmed(std::span<const ConfirmedNetwork> confirmed,
                                       const Objective& objective) {
  const ConfirmedNetwork* best = nullptr;
  for (const ConfirmedNetwork& network : confirmed) {
    if (!network.meets_own) continue;
    if (best == nullptr || is_better(network, *best, objective)) best = &network;
  }
  return best;
}

ConfirmationFigures confirmation_figures(std::span<const ConfirmedNetwork> confirmed,
                                         const Objective& objective) {
  ConfirmationFigures figures;
  for (const ConfirmedNetwork& network : confirmed) figures.trainings += network.good();
  figures.noise = pooled_deviation(confirmed, &TrainingResult::test_accuracy);
  figures.latency_ratio = median_latency_ratio(confirmed);
  add_accuracy(figures, confirmed);
  add_objective(figures, confirmed);
  figures.regret = unknown;
  if (confirmed.empty()) return figures;
  const ConfirmedNetwork& first = confirmed.front();  // the proven best of the job's own set
  const ConfirmedNetwork* best = best_confirmed(confirmed, objective);
  if (best != nullptr && first.network.role == "best" && std::isfinite(first.held.objective))
    figures.regret = 1 - first.held.objective / best->held.objective;
  return figures;
}

}  // namespace flash
