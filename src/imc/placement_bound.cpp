// The lower bound of placement.hpp on flit-hops.
#include <algorithm>
#include <limits>
#include <numeric>

#include "flash/imc/placement.hpp"

namespace flash {
namespace {

using Costs = std::vector<std::vector<std::int64_t>>;  // [tile][place]

// Hops from each place of a square to all others, ascending.
std::vector<std::vector<int>> distances(int side) {
  std::vector<std::vector<int>> sorted;
  for (int from = 0; from < side * side; ++from) {
    std::vector<int>& hops = sorted.emplace_back();
    for (int to = 0; to < side * side; ++to)
      if (to != from) hops.push_back(std::abs(from % side - to % side) + std::abs(from / side - to / side));
    std::ranges::sort(hops);
  }
  return sorted;
}

// The cheapest assignment of rows to columns, rows <= columns: successive shortest paths with potentials
// (H. Kuhn 1955; O(rows^2 columns)).
std::int64_t cheapest_assignment(const Costs& costs) {
  const std::size_t rows = costs.size(), columns = costs.front().size(), none = rows;
  constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 4;
  std::vector<std::int64_t> of_row(rows), of_column(columns);
  std::vector<std::size_t> row_of(columns, none);
  for (std::size_t start = 0; start < rows; ++start) {
    std::vector<std::int64_t> least(columns, far);
    std::vector<std::size_t> before(columns, columns);
    std::vector<char> reached(columns);
    std::size_t row = start, column = columns;
    do {
      std::int64_t step = far;
      std::size_t next = columns;
      for (std::size_t c = 0; c < columns; ++c) {
        if (reached[c]) continue;
        const std::int64_t reduced = costs[row][c] - of_row[row] - of_column[c];
        if (reduced < least[c]) {
          least[c] = reduced;
          before[c] = column;
        }
        if (least[c] < step) {
          step = least[c];
          next = c;
        }
      }
      of_row[start] += step;
      for (std::size_t c = 0; c < columns; ++c) {
        if (reached[c]) {
          of_row[row_of[c]] += step;
          of_column[c] -= step;
        } else {
          least[c] -= step;
        }
      }
      column = next;
      reached[column] = 1;
      row = row_of[column];
    } while (row != none);
    while (before[column] != columns) {
      row_of[column] = row_of[before[column]];
      column = before[column];
    }
    row_of[column] = start;
  }
  std::int64_t sum = 0;
  for (std::size_t c = 0; c < columns; ++c)
    if (row_of[c] != none) sum += costs[row_of[c]][c];
  return sum;
}

}  // namespace

std::int64_t least_flit_hops(int side, int tiles, std::span<const Flow> volumes) {
  std::vector<std::vector<std::int64_t>> of_tile(static_cast<std::size_t>(tiles));
  std::int64_t adjacent = 0;  // every pair one hop apart
  for (const Flow& pair : volumes) {
    of_tile[static_cast<std::size_t>(pair.from)].push_back(pair.flits);
    of_tile[static_cast<std::size_t>(pair.to)].push_back(pair.flits);
    adjacent += pair.flits;
  }
  for (auto& flits : of_tile) std::ranges::sort(flits, std::greater());
  constexpr int most_places = 1024;
  const auto cost = [](const std::vector<std::int64_t>& flits, const std::vector<int>& hops) {
    return std::inner_product(flits.begin(), flits.end(), hops.begin(), std::int64_t{0});
  };
  std::int64_t twice = 0;  // each pair is seen from both ends
  if (side * side <= most_places) {
    const auto hops = distances(side);
    Costs costs;
    for (const auto& flits : of_tile) {
      auto& row = costs.emplace_back();
      for (const auto& from : hops) row.push_back(cost(flits, from));
    }
    if (!costs.empty()) twice = cheapest_assignment(costs);
  } else {
    std::vector<int> best;  // in the middle of an endless mesh: 4 k places at k hops
    for (int k = 1; std::ssize(best) < tiles; ++k)
      best.insert(best.end(), static_cast<std::size_t>(4 * k), k);
    for (const auto& flits : of_tile) twice += cost(flits, best);
  }
  return std::max(adjacent, (twice + 1) / 2);
}

}  // namespace flash
