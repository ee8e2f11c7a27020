// The members of StratumSearch that go along the bounds.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "stratum_search.hpp"

namespace flash {
namespace {

constexpr std::int64_t scanned = 64;  // options of each of two cells
constexpr std::int64_t grid = 6;      // steps of a coarse grid

}  // namespace

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
  for (const Metric m : evaluator.metrics()) {
    if (std::isinf(evaluator.constraints().metric_max[m])) continue;
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
  const Term& degree = evaluator.tables(stratum.index).degree;
  const Term& cost = evaluator.tables(stratum.index).metric[metric];
  const double ceiling = evaluator.constraints().metric_max[metric];
  const Options home = at;
  const auto least = [&](std::size_t cell) {  // that keeps the floor
    at[cell] = 0;
    const std::span<const double> degrees = degree.sum[cell];
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

bool StratumSearch::scout(const Stratum& stratum, Spot& spot) {
  const Evaluation before = spot.worth;
  const std::size_t cells = stratum.cells();
  for (std::size_t fitted = 0; fitted < cells; ++fitted)
    for (std::size_t i = 0; i < cells; ++i)
      for (std::size_t j = cells == 2 ? i : i + 1; j < cells; ++j)
        if (i != fitted && j != fitted) scout(stratum, spot, fitted, i, j);
  return better(spot.worth, 0, before, 0);
}

void StratumSearch::scout(const Stratum& stratum, Spot& spot, std::size_t fitted, std::size_t i,
                          std::size_t j) {
  Spot best = spot;
  best.worth.violation = std::numeric_limits<double>::infinity();
  Options at = spot.options;
  for (std::int64_t k = 0; k <= grid; ++k)
    for (std::int64_t l = 0; l <= (i == j ? 0 : grid); ++l) {
      if (i != j) at[j] = (stratum.options[j] - 1) * l / grid;
      at[i] = (stratum.options[i] - 1) * k / grid;
      fit(stratum, best, at, fitted);
    }
  follow_bound(stratum, best, fitted);
  if (better(best.worth, 0, spot.worth, 0)) spot = best;
}

void StratumSearch::scan(const Stratum& stratum, Spot& spot) {
  for (std::size_t fitted = 0; fitted < stratum.cells(); ++fitted)
    for (std::size_t i = 0; i < stratum.cells(); ++i)
      for (std::size_t j = i + 1; j < stratum.cells(); ++j)
        if (i != fitted && j != fitted && !spot.worth.feasible()) scan(stratum, spot, fitted, i, j);
}

void StratumSearch::scan(const Stratum& stratum, Spot& spot, std::size_t fitted, std::size_t i,
                         std::size_t j) {
  Options at = spot.options;
  const bool all = stratum.options[i] * stratum.options[j] <= scanned * scanned;
  const std::int64_t rows = all ? stratum.options[i] : std::min(stratum.options[i], scanned);
  const std::int64_t columns = all ? stratum.options[j] : std::min(stratum.options[j], scanned);
  for (std::int64_t k = 0; k < rows; ++k)
    for (std::int64_t l = 0; l < columns; ++l) {
      at[i] = rows == 1 ? 0 : (stratum.options[i] - 1) * k / (rows - 1);
      at[j] = columns == 1 ? 0 : (stratum.options[j] - 1) * l / (columns - 1);
      const Room room = this->room(stratum, at, fitted, rounding_slack);
      if (room.least > room.most) continue;
      for (const std::int64_t option : {room.least, room.most}) {
        at[fitted] = option;
        offer(stratum, spot, at);
      }
    }
}

}  // namespace flash
