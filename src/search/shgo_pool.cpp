#include <algorithm>
#include <numeric>

#include "flash/search/shgo/pool.hpp"

namespace flash::shgo {

std::vector<std::size_t> ranks(std::span<const Value> values, std::span<const std::vector<double>> points) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto is_better = [&](std::size_t a, std::size_t b) {
    if (values[a] < values[b]) return true;
    return !(values[b] < values[a]) && points[a] < points[b];
  };
  std::sort(order.begin(), order.end(), is_better);
  std::vector<std::size_t> result(values.size());
  for (std::size_t k = 1; k < order.size(); ++k)
    result[order[k]] = result[order[k - 1]] + (is_better(order[k - 1], order[k]) ? 1 : 0);
  return result;
}

std::vector<std::size_t> minimiser_pool(std::span<const Value> values, std::span<const std::size_t> ranks,
                                        const std::vector<Edge>& edges) {
  constexpr auto none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> vertex(values.size(), none);  // the first of each rank; none: it is beaten
  for (std::size_t v = values.size(); v-- > 0;) vertex[ranks[v]] = v;
  const std::size_t best = values.empty() ? none : vertex[0];
  for (const auto& [u, v] : edges)
    if (ranks[u] != ranks[v]) vertex[std::max(ranks[u], ranks[v])] = none;

  std::vector<std::size_t> pool;
  for (const std::size_t v : vertex)
    if (v != none && values[v].feasible() && values[v].objective < std::numeric_limits<double>::infinity())
      pool.push_back(v);
  if (pool.empty() && best != none) pool.push_back(best);
  return pool;
}

}  // namespace flash::shgo
