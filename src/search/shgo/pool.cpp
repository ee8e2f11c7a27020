#include <algorithm>

#include "pool.hpp"

namespace flash::shgo {

std::vector<std::size_t> ranks(std::span<const Value> values, std::span<const double> points) {
  struct Vertex {
    Value value;
    std::size_t index;
  };
  const std::size_t dimension = values.empty() ? 0 : points.size() / values.size();
  std::vector<Vertex> order(values.size());
  for (std::size_t v = 0; v < order.size(); ++v) order[v] = {values[v], v};
  const auto is_better = [&](const Vertex& a, const Vertex& b) {
    if (a.value.violation != b.value.violation) return a.value.violation < b.value.violation;
    if (a.value.objective != b.value.objective) return a.value.objective < b.value.objective;
    const double *p = &points[a.index * dimension], *q = &points[b.index * dimension];
    return std::lexicographical_compare(p, p + dimension, q, q + dimension);
  };
  std::sort(order.begin(), order.end(), is_better);
  std::vector<std::size_t> result(values.size());
  for (std::size_t k = 1; k < order.size(); ++k)
    result[order[k].index] = result[order[k - 1].index] + (is_better(order[k - 1], order[k]) ? 1 : 0);
  return result;
}

std::vector<std::size_t> minimiser_pool(std::span<const Value> values, std::span<const std::size_t> ranks,
                                        const std::vector<Edge>& descents, std::size_t fallbacks) {
  constexpr auto none = static_cast<std::size_t>(-1);
  std::vector<std::size_t> vertex(values.size(), none);  // the first of each rank; none: it is beaten
  for (std::size_t v = values.size(); v-- > 0;) vertex[ranks[v]] = v;
  std::vector<std::size_t> order;  // by rank
  for (const std::size_t v : vertex)
    if (v != none) order.push_back(v);
  for (const auto& [u, v] : descents)
    if (ranks[u] != ranks[v]) vertex[std::max(ranks[u], ranks[v])] = none;

  const auto is_unbeaten = [&](std::size_t v) { return vertex[ranks[v]] == v; };
  std::vector<std::size_t> pool;
  for (const std::size_t v : order)
    if (is_unbeaten(v) && values[v].feasible() &&
        values[v].objective < std::numeric_limits<double>::infinity())
      pool.push_back(v);
  if (pool.empty()) {
    pool = order;
    std::stable_partition(pool.begin(), pool.end(), is_unbeaten);
    pool.resize(std::min(pool.size(), fallbacks));
  }
  return pool;
}

}  // namespace flash::shgo
