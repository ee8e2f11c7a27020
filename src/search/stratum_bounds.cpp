// The members of StratumSearch that go along the bounds.
#include <algorithm>
#include <bit>
#include <cmath>

#include "stratum_search.hpp"

namespace flash {

// A compass search, diagonals included, of the other cells.
bool StratumSearch::follow_bound(const Stratum& stratum, Spot& spot, std::size_t fitted) {
  Options strides;
  for (const std::int64_t count : stratum.options)
    strides.push_back(static_cast<std::int64_t>(
        std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(1, count / 8)))));
  std::size_t directions = 1;
  for (std::size_t c = 0; c < stratum.cells(); ++c) directions *= 3;
  bool moved = false;
  for (bool finest = false; !finest && !tracker_.exhausted();) {
    bool improved = false;
    for (std::size_t direction = 0; direction < directions; ++direction) {
      Options at = spot.options;
      std::size_t rest = direction;
      for (std::size_t c = 0; c < at.size(); ++c, rest /= 3) {
        const auto sign = static_cast<std::int64_t>(rest % 3) - 1;
        if (c == fitted && sign != 0) break;
        at[c] = std::clamp<std::int64_t>(at[c] + sign * strides[c], 0, stratum.options[c] - 1);
      }
      if (rest == 0 && fit(stratum, spot, at, fitted)) improved = true;
    }
    moved = moved || improved;
    if (improved) continue;
    finest = true;
    for (std::int64_t& stride : strides)
      if (stride > 1) {
        stride /= 2;
        finest = false;
      }
  }
  return moved;
}

bool StratumSearch::pin_all(const Stratum& stratum, Spot& spot, Options& at, std::size_t free) {
  const Evaluator& evaluator = tracker_.evaluator();
  if (!evaluator.degree_helps()) return false;
  bool improved = false;
  for (const Metric m : all_metrics) {
    if (std::isinf(evaluator.constraints().metric_max[static_cast<std::size_t>(m)])) continue;
    for (std::size_t climbing = 0; climbing < at.size(); ++climbing)
      for (std::size_t fitted = 0; fitted < at.size(); ++fitted)
        if (climbing != fitted && climbing != free && fitted != free)
          improved = pin(stratum, spot, at, climbing, fitted, m) || improved;
  }
  return improved;
}

// As one cell climbs and the other makes good by coming down along the floor, the metric crosses its ceiling
// at most once where tables are smooth; halving finds a crossing in any case.
bool StratumSearch::pin(const Stratum& stratum, Spot& spot, Options& at, std::size_t climbing,
                        std::size_t fitted, Metric metric) {
  const Evaluator& evaluator = tracker_.evaluator();
  const SeparableSum& degree = evaluator.tables(stratum.index).degree;
  const SeparableSum& cost = evaluator.tables(stratum.index).metric[static_cast<std::size_t>(metric)];
  const double ceiling = evaluator.constraints().metric_max[static_cast<std::size_t>(metric)];
  const Options home = at;
  const auto least = [&](std::size_t cell) {  // that keeps the floor
    at[cell] = 0;
    const std::span<const double> degrees = degree.cell[cell];
    const double wanted = floor_ - (degree(at) - degrees.front());
    const auto enough = std::ranges::lower_bound(degrees, wanted) - degrees.begin();
    return std::min<std::int64_t>(enough, stratum.options[cell] - 1);
  };
  const auto put = [&](std::int64_t option) {
    at[climbing] = option;
    at[fitted] = least(fitted);
  };
  at[fitted] = stratum.options[fitted] - 1;
  std::int64_t low = least(climbing);
  at[fitted] = 0;
  std::int64_t high = least(climbing);
  put(low);
  const bool within = cost(at) <= ceiling;
  put(high);
  if (within != (cost(at) <= ceiling))
    while (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      put(middle);
      (within == (cost(at) <= ceiling) ? low : high) = middle;
    }
  bool improved = false;
  for (const std::int64_t option : {low, high}) {
    put(option);
    improved = offer(stratum, spot, at) || improved;
  }
  at = home;
  return improved;
}

bool StratumSearch::follow_bounds(const Stratum& stratum, Spot& spot, std::size_t free) {
  bool moved = false;
  for (std::int64_t stride = std::max<std::int64_t>(1, stratum.options[free] / 8); stride > 0;) {
    bool improved = false;
    for (const std::int64_t step : {stride, -stride}) {
      Options at = spot.options;
      at[free] = std::clamp<std::int64_t>(at[free] + step, 0, stratum.options[free] - 1);
      improved = pin_all(stratum, spot, at, free) || improved;
    }
    moved = moved || improved;
    if (!improved) stride /= 2;
  }
  return moved;
}

}  // namespace flash
