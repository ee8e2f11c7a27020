// Histogram of the objective, which is neither separable nor monotone. The configurations of a part that
// share all cells but the last two form a rectangle: rows and columns are the options of these two. The best
// accuracy with the least metrics bounds the objective in it from above, the worst with the most from below;
// where both fall into one bin the rectangle is counted whole, else it is halved.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>

#include "histogram_counts.hpp"
#include "step_table.hpp"

namespace flash {
namespace {

// Smaller rectangles are counted one by one: cheaper than to halve them further.
constexpr std::size_t leaf_size = 32;

using Values = std::array<double, leaf_size>;

// Values in the order of the options, with bounds for ranges of options: least[i] of all from i on, most[i]
// of all up to i. Both are the values themselves where these ascend.
class Ladder {
 public:
  std::vector<double> values;
  const double* least = nullptr;
  const double* most = nullptr;

  // What `with` makes of each entry, which does not fall as that grows.
  template <class With>
  void assign(std::span<const double> table, const With& with) {
    values.resize(table.size());
    std::ranges::transform(table, values.begin(), with);
    least = most = values.data();
    if (std::ranges::is_sorted(values)) return;
    least_ = most_ = values;
    for (std::size_t i = values.size() - 1; i > 0; --i) least_[i - 1] = std::min(least_[i - 1], least_[i]);
    for (std::size_t i = 1; i < values.size(); ++i) most_[i] = std::max(most_[i - 1], most_[i]);
    least = least_.data();
    most = most_.data();
  }

 private:
  std::vector<double> least_;
  std::vector<double> most_;
};

// NN-Degree or a metric over the rectangle in hand: what a row has so far, to which the column adds the rest.
struct Sides {
  const Term* term = nullptr;
  Ladder rows;
  Ladder columns;
  Ladder row_most;  // of a term with maxima
  Ladder column_most;

  void set_columns(const Term& of) {
    term = &of;
    columns.assign(of.sum.back(), std::identity{});
    if (!of.most.empty()) column_most.assign(of.most.back(), std::identity{});
  }
  void set_rows(const RowRun& run) {
    const Term::Lead lead = term->lead(run.outer);
    rows.assign(run_sums(*term, run), [&](double v) { return lead.sum + v; });
    if (!term->most.empty())
      row_most.assign(run_most(*term, run), [&](double v) { return std::max(lead.most, v); });
  }

  double value(std::size_t row, std::size_t column) const {
    return with_most(
        rows.values[row] + columns.values[column], [&](const Ladder& of) { return of.values.data(); }, row,
        column);
  }
  // Bounds from (row, column) on, and up to it.
  double least(std::size_t row, std::size_t column) const {
    return with_most(
        rows.least[row] + columns.least[column], [](const Ladder& of) { return of.least; }, row, column);
  }
  double most(std::size_t row, std::size_t column) const {
    return with_most(
        rows.most[row] + columns.most[column], [](const Ladder& of) { return of.most; }, row, column);
  }

 private:
  template <class Values>
  double with_most(double sum, const Values& values, std::size_t row, std::size_t column) const {
    return term->most.empty() ? sum : sum + std::max(values(row_most)[row], values(column_most)[column]);
  }
};

struct Rectangle {
  std::size_t first_row, rows, first_column, columns;
  std::size_t low_bin, high_bin;  // nothing in it falls into others

  std::size_t size() const { return rows * columns; }
  std::size_t last_row() const { return first_row + rows - 1; }
  std::size_t last_column() const { return first_column + columns - 1; }
};

// The objective's numerator: what accuracy multiplies it by.
StepTable worth_table(const Evaluator& evaluator) {
  const auto [low, high] = evaluator.degree_range();
  return {low, high,
          [&](double degree) { return evaluator.objective().of_accuracy(evaluator.accuracy(degree)); }};
}

// The objective as numerator / denominator without exp and pow, of a sum the exponentials of its terms: right to within
// a factor `margin`.
struct Approximation {
  struct Factor {
    Metric metric{};
    std::optional<StepTable> power;  // none: the metric itself divides
  };

  explicit Approximation(const Evaluator& evaluator) : worth(worth_table(evaluator)) {
    margin = (1 + rounding_slack) * (1 + worth.error());
    for (const Metric m : evaluator.metrics()) {
      const Objective& objective = evaluator.objective();
      if (objective.metric[m] == 0) continue;
      Factor& factor = factors.emplace_back();
      factor.metric = m;
      if (objective.metric[m] == 1 && !objective.is_sum()) continue;
      const auto [low, high] = evaluator.metric_range(m);
      factor.power.emplace(low, high, [&](double x) { return objective.of_metric(m, x); });
      margin *= 1 + factor.power->error();
    }
  }

  StepTable worth;  // of NN-Degree
  std::vector<Factor> factors;
  double margin = 1;
};

// Counts the configurations of one part. `factors`: how many the approximation has, so that loops unroll.
template <std::size_t factors>
class ObjectiveCount {
 public:
  ObjectiveCount(const Evaluator& evaluator, const Approximation& approximation,
                 std::span<const double> inner, std::span<std::uint64_t> counts)
      : evaluator_(evaluator), approximation_(approximation), inner_(inner), counts_(counts) {
    for (std::size_t f = 0; f < factors; ++f)
      if (approximation.factors[f].power) power_[f] = &*approximation.factors[f].power;
  }

  void run(const HistogramPart& part) {
    const Stratum& stratum = evaluator_.space().strata()[part.stratum];
    const StratumTables& tables = evaluator_.tables(part.stratum);
    degree_.set_columns(tables.degree);
    for (std::size_t f = 0; f < factors; ++f)
      metrics_[f].set_columns(tables.metric[approximation_.factors[f].metric]);
    for_each_run(stratum, part, [&](const RowRun& run) {
      degree_.set_rows(run);
      for (Sides& metric : metrics_) metric.set_rows(run);
      count({0, degree_.rows.values.size(), 0, degree_.columns.values.size(), 0, inner_.size()});
    });
  }

 private:
  double power(std::size_t f, double metric) const { return power_[f] ? (*power_[f])(metric) : metric; }

  double least_cost(std::size_t row, std::size_t column) const {
    double cost = 1;
    for (std::size_t f = 0; f < factors; ++f) cost *= power(f, metrics_[f].least(row, column));
    return cost;
  }

  double most_cost(std::size_t row, std::size_t column) const {
    double cost = 1;
    for (std::size_t f = 0; f < factors; ++f) cost *= power(f, metrics_[f].most(row, column));
    return cost;
  }

  void count(Rectangle r) {
    double worst_degree = degree_.least(r.first_row, r.first_column);
    double best_degree = degree_.most(r.last_row(), r.last_column());
    if (!evaluator_.degree_helps()) std::swap(worst_degree, best_degree);
    const double worst = approximation_.worth(worst_degree);
    const double best = approximation_.worth(best_degree) * approximation_.margin;
    const double least = least_cost(r.first_row, r.first_column);
    const double most = most_cost(r.last_row(), r.last_column()) * approximation_.margin;
    while (r.low_bin < r.high_bin && worst >= inner_[r.low_bin] * most) ++r.low_bin;
    while (r.low_bin < r.high_bin && best < inner_[r.high_bin - 1] * least) --r.high_bin;
    if (r.low_bin == r.high_bin) {
      counts_[r.low_bin] += r.size();
    } else if (r.size() <= leaf_size) {
      for (std::size_t row = r.first_row; row <= r.last_row(); ++row) count_row(r, row);
    } else {
      halve(r);
    }
  }

  // Across the side over which the metrics vary more.
  void halve(const Rectangle& r) {
    Rectangle first = r;
    Rectangle second = r;
    const bool by_rows = r.columns == 1 || (r.rows > 1 && most_cost(r.last_row(), r.first_column) >
                                                              most_cost(r.first_row, r.last_column()));
    if (by_rows) {
      first.rows = r.rows / 2;
      second.first_row += first.rows;
      second.rows -= first.rows;
    } else {
      first.columns = r.columns / 2;
      second.first_column += first.columns;
      second.columns -= first.columns;
    }
    count(first);
    count(second);
  }

  void count_row(const Rectangle& r, std::size_t row) {
    Values worth;
    Values cost;
    for (std::size_t k = 0; k < r.columns; ++k)
      worth[k] = approximation_.worth(degree_.value(row, r.first_column + k));
    for (std::size_t k = 0; k < r.columns; ++k) cost[k] = 1;
    for (std::size_t f = 0; f < factors; ++f)
      for (std::size_t k = 0; k < r.columns; ++k)
        cost[k] *= power(f, metrics_[f].value(row, r.first_column + k));

    std::uint64_t lower = 0;  // configurations below the edge before
    for (std::size_t edge = r.low_bin; edge < r.high_bin; ++edge) {
      std::uint64_t below = 0;
      std::uint64_t maybe_below = 0;
      for (std::size_t k = 0; k < r.columns; ++k) {
        below += worth[k] * approximation_.margin < inner_[edge] * cost[k];
        maybe_below += worth[k] < inner_[edge] * cost[k] * approximation_.margin;
      }
      if (maybe_below != below) below = decide(r, row, edge, worth, cost);
      counts_[edge] += below - lower;
      lower = below;
    }
    counts_[r.high_bin] += r.columns - lower;
  }

  // The same count, by the evaluator where the approximation cannot tell.
  std::uint64_t decide(const Rectangle& r, std::size_t row, std::size_t edge, const Values& worth,
                       const Values& cost) const {
    std::uint64_t below = 0;
    for (std::size_t k = 0; k < r.columns; ++k) {
      if (worth[k] * approximation_.margin < inner_[edge] * cost[k]) {
        ++below;
      } else if (worth[k] < inner_[edge] * cost[k] * approximation_.margin) {
        below += objective(row, r.first_column + k) < inner_[edge];
      }
    }
    return below;
  }

  double objective(std::size_t row, std::size_t column) const {
    Measurement metrics;  // those that the objective leaves out are not asked for
    for (std::size_t f = 0; f < factors; ++f)
      metrics[approximation_.factors[f].metric] = metrics_[f].value(row, column);
    return evaluator_.judge(degree_.value(row, column), metrics).objective;
  }

  const Evaluator& evaluator_;
  const Approximation& approximation_;
  const std::span<const double> inner_;
  const std::span<std::uint64_t> counts_;
  std::array<const StepTable*, factors> power_{};
  Sides degree_;
  std::array<Sides, factors> metrics_;
};

class ObjectiveCounter : public PartCounter {
 public:
  ObjectiveCounter(const Evaluator& evaluator, std::vector<double> inner)
      : evaluator_(evaluator), approximation_(evaluator), inner_(std::move(inner)) {}

  void count(const HistogramPart& part, std::span<std::uint64_t> counts) const override {
    count_with<0>(part, counts);
  }

 private:
  template <std::size_t factors>
  void count_with(const HistogramPart& part, std::span<std::uint64_t> counts) const {
    if constexpr (factors < most_factors)
      if (approximation_.factors.size() > factors) return count_with<factors + 1>(part, counts);
    ObjectiveCount<factors>(evaluator_, approximation_, inner_, counts).run(part);
  }

  const Evaluator& evaluator_;
  const Approximation approximation_;
  const std::vector<double> inner_;
};

}  // namespace

std::unique_ptr<PartCounter> objective_counter(const Evaluator& evaluator, std::vector<double> inner) {
  return std::make_unique<ObjectiveCounter>(evaluator, std::move(inner));
}

}  // namespace flash
