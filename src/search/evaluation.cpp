// What a network is worth, and which of two is better.
#include <algorithm>
#include <cmath>

#include "flash/hardware/graph_costs.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {
namespace {

// x^e without pow where it is not needed.
double power(double x, double e) {
  if (e == 0) return 1;
  return e == 1 ? x : std::pow(x, e);
}

}  // namespace

double relative_excess(double value, double bound) {
  if (!(value > bound)) return 0;
  return (value - bound) / (bound == 0 ? 1 : std::abs(bound));
}

Evaluation Evaluator::operator()(const Stratum& stratum, std::span<const std::int64_t> options) const {
  const StratumTables& tables = tables_[stratum.index];
  Measurement metrics;
  for (const Metric m : metrics_) metrics[m] = tables.metric[m](options);
  const double degree = tables.degree(options);
  if (!tables.loss.sum.empty())
    return weigh(degree, less_loss(accuracy(degree), tables.loss(options)), metrics);
  if (!listed_) return judge(degree, metrics);
  return weigh(degree, (*models_.known_accuracies)[static_cast<std::size_t>(space_.id(stratum, options))],
               metrics);
}

Evaluation Evaluator::at(NetworkId id) const {
  const Stratum& stratum = space_.stratum_of(id);
  return (*this)(stratum, space_.options_of(stratum, id));
}

Evaluation Evaluator::in_full(NetworkId id) const {
  Evaluation e = at(id);
  const Point point = space_.point(id);
  for (const Metric m : all_metrics()) {
    if (has(m)) continue;
    if (is_exact(m)) {
      e.metrics[m] = exact_value(m, space_, point);
    } else if (const auto& model = models_.metrics[m]) {
      e.metrics[m] = (*model)(space_, point);
    }
  }
  return e;
}

double Evaluator::accuracy(double degree) const {
  return objective_.training_free ? degree : (*models_.accuracy)(degree);
}

Evaluation Evaluator::judge(double degree, const Measurement& metrics) const {
  return weigh(degree, accuracy(degree), metrics);
}

Evaluation Evaluator::weigh(double degree, double accuracy, const Measurement& metrics) const {
  Evaluation e;
  e.nn_degree = degree;
  e.accuracy = accuracy;
  e.metrics = metrics;
  e.violation = relative_excess(-e.accuracy, -constraints_.accuracy_min);
  const bool sum = objective_.is_sum();
  double cost = sum ? 0 : 1;
  for (const Metric m : metrics_) {
    const double weight = objective_.metric[m];
    if (!sum) {
      cost *= power(metrics[m], weight);
    } else if (weight > 0) {  // else it may not be known
      cost += weight * metrics[m];
    }
    e.violation = std::max(e.violation, relative_excess(metrics[m], constraints_.metric_max[m]));
  }
  const double weight = objective_.accuracy;
  e.objective =
      sum ? std::exp((weight > 0 ? weight * e.accuracy : 0) - cost) : power(e.accuracy, weight) / cost;
  return e;
}

bool better(const Evaluation& a, NetworkId id_a, const Evaluation& b, NetworkId id_b) {
  if (a.violation != b.violation) return a.violation < b.violation;
  if (a.objective != b.objective) return a.objective > b.objective;
  return id_a < id_b;
}

}  // namespace flash
