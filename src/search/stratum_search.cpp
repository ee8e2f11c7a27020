#include "stratum_search.hpp"

#include <algorithm>

#include "stratum_descent.hpp"
#include "tracked_problem.hpp"

namespace flash {
namespace {

constexpr double least_step = 1.0 / 64;  // of a table's range, to make a corner
constexpr std::size_t most_pairs = 64;   // of corners, beyond which one cell alone leaves its place

}  // namespace

Options StratumSearch::run(const Stratum& stratum, Options start) {
  const Evaluation* first = try_evaluate(tracker_, stratum, start);
  if (!first) return start;
  best_ = *first;
  best_options_ = std::move(start);
  StratumDescent descent(tracker_, stratum);
  for (;;) {
    const Options from = best_options_;
    sample(stratum, from);
    if (from == best_options_ && from != start) break;
    const Options sampled = start = best_options_;
    offer(stratum, descent.run(sampled));
    start = best_options_;
    if (best_options_ == sampled) break;
  }
  return best_options_;
}

void StratumSearch::offer(const Stratum& stratum, const Options& at) {
  const Evaluation* e = try_evaluate(tracker_, stratum, at);
  if (!e || !better(*e, 0, best_, 0)) return;
  best_ = *e;
  best_options_ = at;
}

const Options& StratumSearch::corners(const Stratum& stratum, std::size_t cell) {
  const StratumTables& tables = tracker_.evaluator().tables(stratum.index);
  const auto [place, is_new] = corners_.try_emplace(tables.degree.cell[cell].data());
  Options& result = place->second;
  if (!is_new) return result;
  const std::int64_t last = stratum.options[cell] - 1;
  result = {0, last};
  for (const Metric m : all_metrics) {
    if (!tracker_.evaluator().has(m)) continue;
    const std::span<const double> costs = tables.metric[static_cast<std::size_t>(m)].cell[cell];
    const double step = least_step * (costs.back() - costs.front());
    if (!(step > 0)) continue;
    for (std::size_t k = 1; k + 2 < costs.size(); ++k) {
      const double rise = costs[k + 1] - costs[k];
      if (rise - std::min(costs[k] - costs[k - 1], costs[k + 2] - costs[k + 1]) > step)
        result.push_back(static_cast<std::int64_t>(k));
    }
  }
  std::ranges::sort(result);
  const auto repeated = std::ranges::unique(result);
  result.erase(repeated.begin(), repeated.end());
  return result;
}

void StratumSearch::sample(const Stratum& stratum, const Options& around) {
  const std::size_t cells = stratum.cells();
  for (std::size_t fitted = 0; fitted < cells; ++fitted) {
    if (cells == 1)
      for (const std::int64_t k : corners(stratum, 0)) offer(stratum, {k});
    if (cells <= 2) sample_pair(stratum, around, cells - 1 - fitted, cells - 1 - fitted, fitted);
    for (std::size_t i = 0; i < cells; ++i)
      for (std::size_t j = i + 1; j < cells; ++j)
        if (i != fitted && j != fitted) sample_pair(stratum, around, i, j, fitted);
  }
}

void StratumSearch::sample_pair(const Stratum& stratum, Options at, std::size_t i, std::size_t j,
                                std::size_t fitted) {
  const Options& of_i = corners(stratum, i);
  const Options& of_j = corners(stratum, j);
  const std::int64_t home_i = at[i], home_j = at[j];
  fit(stratum, at, fitted);
  for (const std::int64_t k : of_i) {
    at[i] = k;
    fit(stratum, at, fitted);
  }
  at[i] = home_i;
  if (i == j) return;
  for (const std::int64_t k : of_j) {
    at[j] = k;
    fit(stratum, at, fitted);
  }
  at[j] = home_j;
  if (of_i.size() * of_j.size() > most_pairs) return;
  for (const std::int64_t k : of_i)
    for (const std::int64_t l : of_j) {
      at[i] = k;
      at[j] = l;
      fit(stratum, at, fitted);
    }
}

void StratumSearch::fit(const Stratum& stratum, Options& at, std::size_t cell) {
  const Evaluator& evaluator = tracker_.evaluator();
  const StratumTables& tables = evaluator.tables(stratum.index);
  const std::int64_t home = at[cell];
  at[cell] = 0;
  const auto room = [&](const SeparableSum& sum, double bound) {
    return bound - (sum(at) - sum.cell[cell].front());
  };
  std::int64_t low = 0, high = stratum.options[cell] - 1;
  if (evaluator.degree_helps()) {
    const std::span<const double> degrees = tables.degree.cell[cell];
    low = std::min<std::int64_t>(std::ranges::lower_bound(degrees, room(tables.degree, floor_)) - degrees.begin(), high);
  }
  for (const Metric m : all_metrics) {
    if (!evaluator.has(m)) continue;
    const SeparableSum& metric = tables.metric[static_cast<std::size_t>(m)];
    const double bound = evaluator.constraints().metric_max[static_cast<std::size_t>(m)];
    const auto within = std::ranges::upper_bound(metric.cell[cell], room(metric, bound)) - metric.cell[cell].begin();
    high = std::clamp<std::int64_t>(within - 1, 0, high);
  }
  for (const std::int64_t k : {low, high}) {
    at[cell] = k;
    offer(stratum, at);
  }
  at[cell] = home;
}

}  // namespace flash
