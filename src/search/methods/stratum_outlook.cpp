#include "stratum_outlook.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace flash {
namespace {

constexpr double rounding = 1e-9;         // of a violation
constexpr std::size_t short_table = 256;  // of options: all are looked at
constexpr std::size_t long_sample = 96;   // of the options of a longer one
constexpr int score_levels = 8;  // of NN-Degree, besides those with some cells full and the others empty
constexpr std::size_t most_cells = 4;  // that are full or empty by turns

}  // namespace

StratumOutlook::StratumOutlook(const Evaluator& evaluator)
    : evaluator_(evaluator),
      floor_(evaluator.degree_helps() ? least_degree(evaluator, evaluator.constraints().accuracy_min) : 0) {}

Evaluation StratumOutlook::bound(const Stratum& stratum) const {
  const StratumTables& tables = evaluator_.tables(stratum.index);
  const auto [least, most] = tables.degree.range();
  Measurement metrics;
  for (const Metric m : evaluator_.metrics()) metrics[m] = tables.metric[m].range().first;
  return evaluator_.judge(evaluator_.degree_helps() ? most : least, metrics);
}

bool StratumOutlook::ascends(const StratumTables& tables) const {
  return tables.degree.non_decreasing &&
         std::ranges::all_of(evaluator_.metrics(), [&](Metric m) { return tables.metric[m].non_decreasing; });
}

Evaluation StratumOutlook::estimate(const Stratum& stratum) {
  const StratumTables& tables = evaluator_.tables(stratum.index);
  if (!evaluator_.degree_helps() || !ascends(tables)) return bound(stratum);
  PerMetric<double> start;
  for (const Metric m : evaluator_.metrics()) {
    std::vector<Piece>& pieces = pieces_[m];
    pieces.clear();
    for (std::size_t c = 0; c < stratum.cells(); ++c)
      std::ranges::copy(hull(tables.degree.sum[c], tables.metric[m].sum[c]), std::back_inserter(pieces));
    std::ranges::sort(pieces, {}, &Piece::cost);
    start[m] = tables.metric[m].range().first;
  }
  const double least = tables.degree.range().first;
  const double most = tables.degree.range().second;
  const double low = std::clamp(floor_, least, most);
  double high = most;  // that no ceiling forbids
  for (const Metric m : evaluator_.metrics()) high = std::min(high, least + most_rise(m, start));
  const auto at = [&](double degree) {
    Measurement metrics;
    for (const Metric m : evaluator_.metrics()) {
      double& value = metrics[m] = start[m];
      double rest = degree - least;
      for (const Piece& piece : pieces_[m]) {
        if (!(rest > 0)) break;
        value += std::min(rest, piece.room) * piece.cost;
        rest -= piece.room;
      }
    }
    Evaluation e = evaluator_.judge(degree, metrics);
    if (e.violation < rounding) e.violation = 0;  // at `high` a ceiling is met but for rounding
    return e;
  };
  Evaluation best = at(low);
  const double other = high > low ? high : least;  // where floor and ceilings are at odds
  const auto look = [&](double degree) {
    if (const Evaluation e = at(degree); better(e, 0, best, 0)) best = e;
  };
  for (int k = 1; k <= score_levels; ++k) look(low + (other - low) * k / score_levels);
  for (std::size_t full = 1; full + 1 < std::size_t{1} << std::min(stratum.cells(), most_cells); ++full) {
    double degree = least;
    for (std::size_t c = 0; c < stratum.cells(); ++c)
      if (full >> c & 1U) degree += tables.degree.sum[c].back() - tables.degree.sum[c].front();
    if (degree > low && degree < high) look(degree);
  }
  return best;
}

// Of NN-Degree, until the metric's ceiling.
double StratumOutlook::most_rise(Metric metric, const PerMetric<double>& start) const {
  double rest = evaluator_.constraints().metric_max[metric] - start[metric];
  double rise = 0;
  if (std::isinf(rest)) return rest;
  for (const Piece& piece : pieces_[metric]) {
    if (piece.room * piece.cost > rest) return rise + std::max(0.0, rest / piece.cost) * (1 - rounding_slack);
    rise += piece.room;
    rest -= piece.room * piece.cost;
  }
  return std::numeric_limits<double>::infinity();
}

// Andrew's monotone chain. Of a long table only a sample of options is looked at: what lies between two of
// them costs no less than the first and gives no more than the second.
const std::vector<StratumOutlook::Piece>& StratumOutlook::hull(std::span<const double> degrees,
                                                               std::span<const double> costs) {
  const auto [place, is_new] = hulls_.try_emplace(costs.data());
  if (!is_new) return place->second;
  const std::size_t last = costs.size() - 1;
  const bool all = last <= short_table;
  const std::size_t parts = all ? last : long_sample;
  struct Vertex {
    double degree, cost;
  };
  std::vector<Vertex> corners{{degrees[0], costs[0]}};
  const auto slope = [](const Vertex& a, const Vertex& b) {
    return (b.cost - a.cost) / (b.degree - a.degree);
  };
  for (std::size_t part = 1; part <= parts; ++part) {
    const std::size_t k = part * last / parts;
    const Vertex corner{degrees[k], costs[all ? k : (part - 1) * last / parts]};
    if (corner.degree <= corners.back().degree) continue;
    while (corners.size() > 1 &&
           slope(corners[corners.size() - 2], corners.back()) >= slope(corners.back(), corner))
      corners.pop_back();
    corners.push_back(corner);
  }
  for (std::size_t i = 1; i < corners.size(); ++i)
    place->second.push_back({slope(corners[i - 1], corners[i]), corners[i].degree - corners[i - 1].degree});
  return place->second;
}

}  // namespace flash
