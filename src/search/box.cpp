#include "box.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr std::size_t block_size = 64;

}  // namespace

void Box::cover(const Stratum& whole) {
  stratum = whole.index;
  low.assign(whole.cells(), 0);
  high = whole.options;
  for (std::int64_t& last : high) --last;
}

NetworkId Box::size() const {
  NetworkId product = 1;
  for (std::size_t c = 0; c < low.size(); ++c) product *= static_cast<NetworkId>(high[c] - low[c] + 1);
  return product;
}

void halve(Box& box, std::size_t cell, Box& upper) {
  upper = box;
  const std::int64_t middle = box.low[cell] + (box.high[cell] - box.low[cell]) / 2;
  box.high[cell] = middle;
  upper.low[cell] = middle + 1;
}

std::uint32_t BoxStore::put(const Box& box) {
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(strata_.size());
    strata_.emplace_back();
    options_.resize(options_.size() + 2 * cells_);
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  strata_[slot] = static_cast<std::uint32_t>(box.stratum);
  std::int32_t* options = &options_[2 * cells_ * slot];
  if (box.low.size() < cells_) std::fill_n(options, 2 * cells_, 0);
  for (std::size_t c = 0; c < box.low.size(); ++c) {
    options[c] = static_cast<std::int32_t>(box.low[c]);
    options[cells_ + c] = static_cast<std::int32_t>(box.high[c]);
  }
  return slot;
}

void BoxStore::take(std::uint32_t slot, Box& box) {
  box.stratum = strata_[slot];
  box.low.resize(space_.strata()[box.stratum].cells());
  box.high.resize(box.low.size());
  const std::int32_t* options = &options_[2 * cells_ * slot];
  for (std::size_t c = 0; c < box.low.size(); ++c) {
    box.low[c] = options[c];
    box.high[c] = options[cells_ + c];
  }
  free_.push_back(slot);
}

bool BoxStore::starts_before(std::uint32_t a, std::uint32_t b) const {
  if (strata_[a] != strata_[b]) return strata_[a] < strata_[b];
  const std::int32_t* low_a = &options_[2 * cells_ * a];
  const std::int32_t* low_b = &options_[2 * cells_ * b];
  return std::lexicographical_compare(low_a, low_a + cells_, low_b, low_b + cells_);
}

BoxBounds::BoxBounds(const Evaluator& evaluator)
    : evaluator_(evaluator), slopes_(evaluator.space().strata().size()) {
  const auto add = [this](const Term::Tables& tables) {
    for (const auto& table : tables) {
      const auto [place, is_new] = blocks_.try_emplace(table.data());
      if (!is_new) continue;
      for (std::size_t first = 0; first < table.size(); first += block_size) {
        const auto block = table.subspan(first, std::min(block_size, table.size() - first));
        const auto [least, largest] = std::ranges::minmax(block);
        place->second.least.push_back(least);
        place->second.largest.push_back(largest);
      }
    }
  };
  const auto add_term = [&](const Term& term) {
    if (term.non_decreasing) return;
    add(term.sum);
    add(term.most);
  };
  for (const Stratum& stratum : evaluator.space().strata()) {
    add_term(evaluator.tables(stratum.index).degree);
    add_term(evaluator.tables(stratum.index).loss);
    for (const Term& metric : evaluator.tables(stratum.index).metric) add_term(metric);
  }
}

template <bool largest>
double BoxBounds::extreme(std::span<const double> values, bool ascends, std::size_t low,
                          std::size_t high) const {
  if (ascends) return values[largest ? high : low];
  const auto further = [](double a, double b) { return largest ? std::max(a, b) : std::min(a, b); };
  const BlockExtremes& blocks = blocks_.at(values.data());
  double value = values[low];
  for (std::size_t k = low; k <= high;) {
    if (k % block_size == 0 && k + block_size <= high + 1) {
      value = further(value, (largest ? blocks.largest : blocks.least)[k / block_size]);
      k += block_size;
    } else {
      value = further(value, values[k++]);
    }
  }
  return value;
}

template <bool largest>
double BoxBounds::extreme(const Term& term, const Box& box) const {
  double total = term.base;
  for (std::size_t c = 0; c < term.sum.size(); ++c)
    total += extreme<largest>(term.sum[c], term.non_decreasing, static_cast<std::size_t>(box.low[c]),
                              static_cast<std::size_t>(box.high[c]));
  return term.most.empty() ? total : total + extreme_most<largest>(term, box);
}

// Cells choose apart from each other: the least of their maximum is the largest of their least values.
template <bool largest>
double BoxBounds::extreme_most(const Term& term, const Box& box) const {
  double most = -std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < term.most.size(); ++c)
    most = std::max(most,
                    extreme<largest>(term.most[c], term.non_decreasing, static_cast<std::size_t>(box.low[c]),
                                     static_cast<std::size_t>(box.high[c])));
  return most;
}

double BoxBounds::least(const Term& term, const Box& box) const { return extreme<false>(term, box); }
double BoxBounds::largest(const Term& term, const Box& box) const { return extreme<true>(term, box); }

double BoxBounds::best_degree(const Box& box) const {
  const Term& degree = evaluator_.tables(box.stratum).degree;
  return evaluator_.degree_helps() ? largest(degree, box) : least(degree, box);
}

double BoxBounds::most_accuracy(double best_degree) const {
  const double accuracy = evaluator_.accuracy(best_degree);
  if (evaluator_.objective().training_free || evaluator_.degree_is_idle()) return accuracy;
  return std::min(accuracy * (1 + rounding_slack), 1.0);
}

double BoxBounds::least_loss(const Box& box) const {
  const Term& loss = evaluator_.tables(box.stratum).loss;
  return loss.sum.empty() ? 0 : least(loss, box);
}

Measurement BoxBounds::least_metrics(const Box& box) const {
  Measurement least_ones;
  for (const Metric m : evaluator_.metrics())
    least_ones[m] = least(evaluator_.tables(box.stratum).metric[m], box);
  return least_ones;
}

Measurement BoxBounds::least_metrics(const Box& box, const Measurement& least, double degree) {
  const StratumTables& tables = evaluator_.tables(box.stratum);
  const double rise = degree * (1 - rounding_slack) - tables.degree(box.low);
  if (rise <= 0 || !tables.degree.non_decreasing) return least;
  Measurement result = least;
  const PerMetric<Slopes>& all = slopes(box.stratum);
  for (const Metric m : evaluator_.metrics()) {
    const Slopes& slopes_of_metric = all[m];
    const Term& metric = tables.metric[m];
    double growth = grown(slopes_of_metric.mean, box, rise);
    if (metric.non_decreasing) growth = std::max(growth, grown(slopes_of_metric.least, box, rise));
    double grown_so_far = metric.lead(box.low).sum + growth;
    if (!metric.most.empty()) grown_so_far += extreme_most<false>(metric, box);
    result[m] = std::max(least[m], grown_so_far * (1 - rounding_slack));
  }
  return result;
}

double BoxBounds::grown(const std::vector<Slope>& slopes, const Box& box, double rise) const {
  const Term& degree = evaluator_.tables(box.stratum).degree;
  double growth = 0;
  for (const Slope& slope : slopes) {
    if (box.low[slope.cell] == box.high[slope.cell]) continue;
    const auto value = [&](std::int64_t k) { return degree.sum[slope.cell][static_cast<std::size_t>(k)]; };
    const double given = std::min(rise, value(box.high[slope.cell]) - value(box.low[slope.cell]));
    growth += slope.cost * given - slope.gap;
    rise -= given;
  }
  return growth;
}

const PerMetric<BoxBounds::Slopes>& BoxBounds::slopes(std::size_t stratum) {
  auto& place = slopes_[stratum];
  if (place) return *place;
  place = std::make_unique<PerMetric<Slopes>>();
  const StratumTables& tables = evaluator_.tables(stratum);
  for (const Metric m : evaluator_.metrics()) {
    Slopes& slopes = (*place)[m];
    const Term& metric = tables.metric[m];
    for (std::size_t c = 0; c < metric.sum.size(); ++c) {
      const auto costs = metric.sum[c];
      const auto degrees = tables.degree.sum[c];
      Slope least{c, std::numeric_limits<double>::infinity(), 0};
      for (std::size_t k = 1; k < costs.size(); ++k)
        if (degrees[k] > degrees[k - 1])
          least.cost = std::min(least.cost, (costs[k] - costs[k - 1]) / (degrees[k] - degrees[k - 1]));
      if (std::isinf(least.cost)) least.cost = 0;  // one option: it gives nothing
      least.cost -= rounding_slack * std::abs(least.cost);
      slopes.least.push_back(least);
      const double rise = degrees.back() - degrees.front();
      Slope mean{c, rise > 0 ? std::max(0.0, (costs.back() - costs.front()) / rise) : 0, 0};
      double highest = -std::numeric_limits<double>::infinity();  // over the slope, so far
      for (std::size_t k = 0; k < costs.size(); ++k) {
        const double over = costs[k] - mean.cost * degrees[k];
        highest = std::max(highest, over);
        mean.gap = std::max(mean.gap, highest - over);
      }
      mean.gap += rounding_slack * (std::abs(highest) + std::abs(costs.back()));
      slopes.mean.push_back(mean);
    }
    std::ranges::sort(slopes.least, {}, &Slope::cost);
    std::ranges::sort(slopes.mean, {}, &Slope::cost);
  }
  return *place;
}

std::size_t BoxBounds::widest_cell(const Box& box) const {
  const StratumTables& tables = evaluator_.tables(box.stratum);
  std::size_t widest = box.low.size();
  double most = 0;
  const auto variation = [&box](const Term& term, std::size_t c) {
    const auto between_ends = [&](std::span<const double> values) {
      return std::abs(values[static_cast<std::size_t>(box.high[c])] -
                      values[static_cast<std::size_t>(box.low[c])]);
    };
    const double all = between_ends(term.sum[c]) + (term.most.empty() ? 0 : between_ends(term.most[c]));
    return all / term(box.high);
  };
  for (std::size_t c = 0; c < box.low.size(); ++c) {
    if (box.low[c] == box.high[c]) continue;
    double total = variation(tables.degree, c);
    for (const Metric m : evaluator_.metrics()) total += variation(tables.metric[m], c);
    if (widest == box.low.size() || total > most) {
      most = total;
      widest = c;
    }
  }
  return widest;
}

}  // namespace flash
