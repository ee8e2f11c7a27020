#include "stratum_search.hpp"

#include <algorithm>
#include <ranges>

#include "stratum_descent.hpp"
#include "tracked_problem.hpp"

namespace flash {
namespace {

constexpr double least_step = 1.0 / 64;  // of a table's range, to make a corner
constexpr std::size_t few_pairs = 64;
constexpr std::size_t many_pairs = 1024;

}  // namespace

void StratumSearch::survey(const Stratum& stratum, Spot& spot) {
  std::vector<Options> ends;
  for (const std::int64_t count : stratum.options) ends.push_back({0, count - 1});
  Corners corners;
  for (const Options& end : ends) corners.push_back(&end);
  sample(stratum, spot, corners, few_pairs);
}

void StratumSearch::climb(const Stratum& stratum, Spot& spot) {
  while (climb(stratum, spot, {few_pairs, !spot.worth.feasible(), 300})) {
  }
}

void StratumSearch::comb(const Stratum& stratum, Spot& spot) {
  while (climb(stratum, spot, {many_pairs, true, 1000})) {
  }
}

// One round; whether it made the spot better.
bool StratumSearch::climb(const Stratum& stratum, Spot& spot, const Effort& effort) {
  const Evaluation before = spot.worth;
  sample(stratum, spot, corners(stratum), effort.pairs);
  for (std::size_t cell = 0; effort.along_bounds && cell < stratum.cells(); ++cell) {
    follow_bound(stratum, spot, cell);
    follow_bounds(stratum, spot, cell);
  }
  offer(stratum, spot, StratumDescent(tracker_, stratum).run(spot.options, effort.evaluations));
  return better(spot.worth, 0, before, 0) && !tracker_.exhausted();
}

bool StratumSearch::offer(const Stratum& stratum, Spot& spot, const Options& at) {
  const Evaluation* e = try_evaluate(tracker_, stratum, at);
  if (!e || !better(*e, 0, spot.worth, 0)) return false;
  spot = {at, *e};
  return true;
}

StratumSearch::Corners StratumSearch::corners(const Stratum& stratum) {
  Corners result;
  for (std::size_t cell = 0; cell < stratum.cells(); ++cell) result.push_back(&corners(stratum, cell));
  return result;
}

const Options& StratumSearch::corners(const Stratum& stratum, std::size_t cell) {
  const StratumTables& tables = tracker_.evaluator().tables(stratum.index);
  const auto [place, is_new] = corners_.try_emplace(tables.degree.sum[cell].data());
  Options& result = place->second;
  if (!is_new) return result;
  result = {0, stratum.options[cell] - 1};
  const auto add = [&](std::span<const double> costs) {
    const double step = least_step * (costs.back() - costs.front());
    if (!(step > 0)) return;
    for (std::size_t k = 1; k + 2 < costs.size(); ++k) {
      const double rise = costs[k + 1] - costs[k];
      if (rise - std::min(costs[k] - costs[k - 1], costs[k + 2] - costs[k + 1]) > step)
        result.push_back(static_cast<std::int64_t>(k));
    }
  };
  for (const Metric m : tracker_.evaluator().metrics()) {
    add(tables.metric[m].sum[cell]);
    if (!tables.metric[m].most.empty()) add(tables.metric[m].most[cell]);
  }
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

void StratumSearch::sample(const Stratum& stratum, Spot& spot, const Corners& corners,
                           std::size_t most_pairs) {
  const std::size_t cells = stratum.cells();
  if (cells == 1) {
    Options at = spot.options;
    fit(stratum, spot, at, 0);
    for (const std::int64_t k : *corners[0]) offer(stratum, spot, {k});
    const std::int64_t last = stratum.options[0] - 1;
    for (std::int64_t part = 1; part < 8; ++part) offer(stratum, spot, {last * part / 8});
  }
  for (std::size_t free = 0; free < cells; ++free) {
    Options at = spot.options;
    pin_all(stratum, spot, at, free);
    for (const std::int64_t k : *corners[free]) {
      at[free] = k;
      pin_all(stratum, spot, at, free);
    }
  }
  for (std::size_t fitted = 0; fitted < cells; ++fitted)
    for (std::size_t i = 0; i < cells; ++i)
      for (std::size_t j = cells == 2 ? i : i + 1; j < cells; ++j)
        if (i != fitted && j != fitted) sample(stratum, spot, corners, fitted, i, j, most_pairs);
}

// Cells i and j, which may be one, at corners.
void StratumSearch::sample(const Stratum& stratum, Spot& spot, const Corners& corners, std::size_t fitted,
                           std::size_t i, std::size_t j, std::size_t most_pairs) {
  Options at = spot.options;
  const Options home = at;
  fit(stratum, spot, at, fitted);
  for (const std::int64_t k : *corners[i]) {
    at[i] = k;
    fit(stratum, spot, at, fitted);
  }
  at[i] = home[i];
  if (i == j) return;
  for (const std::int64_t k : *corners[j]) {
    at[j] = k;
    fit(stratum, spot, at, fitted);
  }
  if (corners[i]->size() * corners[j]->size() > most_pairs) return;
  for (const std::int64_t k : *corners[i])
    for (const std::int64_t l : *corners[j]) {
      at[i] = k;
      at[j] = l;
      fit(stratum, spot, at, fitted);
    }
}

StratumSearch::Room StratumSearch::room(const Stratum& stratum, Options& at, std::size_t cell, double slack) {
  const Evaluator& evaluator = tracker_.evaluator();
  const StratumTables& tables = evaluator.tables(stratum.index);
  const std::int64_t home = at[cell];
  at[cell] = 0;
  const auto rest = [&](const Term& term, double bound) {  // for the cell's part that adds up
    return bound - (term.lead(at).sum - term.sum[cell].front());
  };
  Room room{0, stratum.options[cell] - 1};
  if (evaluator.degree_helps()) {
    const std::span<const double> degrees = tables.degree.sum[cell];
    room.least =
        std::ranges::lower_bound(degrees, rest(tables.degree, floor_ * (1 - slack))) - degrees.begin();
  }
  for (const Metric m : evaluator.metrics()) {
    const double bound = evaluator.constraints().metric_max[m] * (1 + slack);
    if (std::isinf(bound)) continue;
    const Term& metric = tables.metric[m];
    const std::span<const double> costs = metric.sum[cell];
    std::int64_t within = std::ranges::upper_bound(costs, rest(metric, bound)) - costs.begin();
    if (!metric.most.empty()) {
      const auto keeps = [&](std::int64_t option) {
        at[cell] = option;
        return metric(at) <= bound;
      };
      within = *std::ranges::partition_point(std::views::iota(std::int64_t{0}, within), keeps);
      at[cell] = 0;
    }
    room.most = std::min(within - 1, room.most);
  }
  at[cell] = home;
  return room;
}

bool StratumSearch::fit(const Stratum& stratum, Spot& spot, Options& at, std::size_t cell) {
  const Room room = this->room(stratum, at, cell);
  const std::int64_t home = at[cell];
  const std::int64_t last = stratum.options[cell] - 1;
  bool improved = false;
  for (const std::int64_t k : {std::min(room.least, last), std::max<std::int64_t>(room.most, 0), home}) {
    at[cell] = k;
    improved = offer(stratum, spot, at) || improved;
  }
  at[cell] = home;
  return improved;
}

}  // namespace flash
