#include "row_bounds.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {

RowBounds::RowBounds(const Evaluator& evaluator)
    : evaluator_(evaluator), window_(degree_window(evaluator, evaluator.constraints().accuracy_min)) {}

bool RowBounds::set_stratum(const StratumTables& tables) {
  bounds_.clear();
  for (const Metric m : evaluator_.metrics()) add_metric(m, tables.metric[m]);
  return !window_.bounded() || add_degree(tables.degree);
}

// Between what fails the floor and what meets it lies a hair's breadth, which must drown in the doubt.
bool RowBounds::add_degree(const Term& term) {
  const bool floor = window_.maybe_low > -std::numeric_limits<double>::infinity();
  const auto range = term.range();
  if (range.first >= window_.sure_low && range.second <= window_.sure_high) return true;
  const auto within = [&](double degree) {
    return std::clamp(degree, evaluator_.degree_range().first, evaluator_.degree_range().second);
  };
  const double sure = within(floor ? window_.sure_low : window_.sure_high);
  const double maybe = within(floor ? window_.maybe_low : window_.maybe_high);
  add({.metric = {}, .sign = floor ? -1.0 : 1.0, .limit = maybe}, term.sum.back(), range);
  return std::abs(sure - maybe) < kernel_doubt / 4 * bounds_.back().unit;
}

// What has a maximum is within its bound where it is with the other slots' maximum, and with the row's.
void RowBounds::add_metric(Metric metric, const Term& term) {
  const double max = evaluator_.constraints().metric_max[metric];
  const auto range = term.range();
  if (range.second <= max) return;
  const std::span<const double> sum = term.sum.back();
  add({.metric = metric, .with_most = !term.most.empty(), .limit = max}, sum, range);
  if (term.most.empty()) return;
  std::vector<double> both(sum.size());
  std::ranges::transform(sum, term.most.back(), both.begin(), std::plus());
  add({.metric = metric, .limit = max}, both, range);
}

void RowBounds::add(Bound bound, std::span<const double> row, std::pair<double, double> range) {
  constexpr double finest_unit = 1e-6;  // of the quantity: what double precision loses of it does not show
  const auto [low, high] = std::ranges::minmax(row);
  bound.least = bound.sign > 0 ? low : -high;
  bound.unit = std::max({range.second - range.first, high - low,
                         finest_unit * std::max(std::abs(range.first), std::abs(range.second)),
                         std::numeric_limits<double>::min()});
  bound.excess.assign(row.size() + kernel_lanes, 0.0F);
  std::ranges::transform(row, bound.excess.begin(), [&](double value) {
    return static_cast<float>((bound.sign * value - bound.least) / bound.unit);
  });
  bound.largest = (high - low) / bound.unit;
  bounds_.push_back(std::move(bound));
}

RowBounds::Row RowBounds::set_lead(KernelRow& row, double degree, const PerMetric<Term::Lead>& metric) const {
  row.bounds.count = 0;
  for (const Bound& bound : bounds_) {
    double sum = degree;
    if (bound.metric) {
      const Term::Lead& lead = metric[*bound.metric];
      sum = bound.with_most ? lead.sum + lead.most : lead.sum;
    }
    const double lead = (bound.sign * (sum - bound.limit) + bound.least) / bound.unit;
    if (lead > kernel_doubt) return Row::outside;
    if (lead + bound.largest < -kernel_doubt) continue;
    const auto place = static_cast<std::size_t>(row.bounds.count++);
    row.bounds.excess[place] = bound.excess.data();
    row.bounds.lead[place] = static_cast<float>(lead);
  }
  return row.bounds.count > 0 ? Row::across : Row::inside;
}

}  // namespace flash
