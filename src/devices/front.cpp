#include "flash/devices/front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace flash {

std::vector<std::size_t> pareto_networks(std::span<const double> accuracy, std::span<const double> latency,
                                         std::span<const std::size_t> among) {
  std::vector<std::size_t> order(among.begin(), among.end());
  if (among.empty()) {
    order.resize(accuracy.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
  }
  std::erase_if(order, [&](std::size_t i) { return std::isnan(accuracy[i]) || std::isnan(latency[i]); });
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    if (latency[a] != latency[b]) return latency[a] < latency[b];
    return accuracy[a] != accuracy[b] ? accuracy[a] > accuracy[b] : a < b;
  });
  std::vector<std::size_t> front;
  for (const std::size_t i : order)
    if (front.empty() || accuracy[i] > accuracy[front.back()]) front.push_back(i);
  std::ranges::reverse(front);
  return front;
}

FrontQuality front_quality(std::span<const double> accuracy, std::span<const double> latency,
                           std::span<const std::size_t> found, double region) {
  FrontQuality quality;
  const std::vector<std::size_t> all = pareto_networks(accuracy, latency);
  if (all.empty()) return quality;
  const double best = accuracy[all.front()];
  const double least = best - region;
  const double last = 1.05 * latency[all.front()];
  // Accuracy ascending with latency; what lies outside the region adds nothing.
  const auto ascending = [&](std::vector<std::size_t> front) {
    std::erase_if(front, [&](std::size_t i) { return accuracy[i] < least || latency[i] > last; });
    std::ranges::reverse(front);
    return front;
  };
  const std::vector<std::size_t> truth = ascending(all);
  const std::vector<std::size_t> ours =
      found.empty() ? std::vector<std::size_t>{} : ascending(pareto_networks(accuracy, latency, found));
  const auto volume = [&](const std::vector<std::size_t>& front) {
    double sum = 0;
    for (std::size_t k = 0; k < front.size(); ++k) {
      const double until = k + 1 < front.size() ? latency[front[k + 1]] : last;
      sum += (until - latency[front[k]]) * (accuracy[front[k]] - least);
    }
    return sum;
  };
  const double whole = volume(truth);
  quality.hypervolume = whole > 0 ? volume(ours) / whole : (ours.empty() ? 0 : 1);
  const auto reached = [&](const std::vector<std::size_t>& front, double limit) {
    double accurate = least;
    for (const std::size_t i : front)
      if (latency[i] <= limit) accurate = std::max(accurate, accuracy[i]);
    return accurate;
  };
  constexpr int latencies = 50;
  const double from = latency[truth.front()];
  const double to = latency[truth.back()];
  for (int k = 0; k < latencies; ++k) {
    const double limit = k + 1 == latencies ? to : from + (to - from) * k / (latencies - 1);
    quality.accuracy_lost += (reached(truth, limit) - reached(ours, limit)) / latencies;
  }
  return quality;
}

}  // namespace flash
