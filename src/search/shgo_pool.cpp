#include "flash/search/shgo/pool.hpp"

#include <algorithm>

namespace flash::shgo {
namespace {

bool is_start(const Value& value) {
  return value.feasible() && value.objective < std::numeric_limits<double>::infinity();
}

}  // namespace

std::vector<std::size_t> minimiser_pool(std::span<const Value> values, std::span<const std::size_t> same,
                                        const std::vector<Edge>& edges) {
  const auto is_better = [&](std::size_t a, std::size_t b) {
    return values[a] < values[b] || (!(values[b] < values[a]) && a < b);
  };
  std::vector<bool> beaten(values.size(), false);
  for (const auto& [u, v] : edges) {
    const std::size_t a = same[u];
    const std::size_t b = same[v];
    if (a != b) beaten[is_better(a, b) ? b : a] = true;
  }
  std::vector<std::size_t> pool;
  for (std::size_t v = 0; v < values.size(); ++v)
    if (same[v] == v && is_start(values[v]) && !beaten[v]) pool.push_back(v);
  std::sort(pool.begin(), pool.end(), is_better);

  if (pool.empty() && !values.empty()) {
    std::size_t nearest = 0;
    for (std::size_t v = 1; v < values.size(); ++v)
      if (is_better(v, nearest)) nearest = v;
    pool.push_back(nearest);
  }
  return pool;
}

}  // namespace flash::shgo
