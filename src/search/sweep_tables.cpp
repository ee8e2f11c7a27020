#include "sweep_tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace flash {
namespace {

constexpr double sum_error = 2.5e-7;      // of a sum of two floats, relative
constexpr double log2_error = 4e-6;       // of the kernel's log2, absolute
constexpr double largest_product = 1e30;  // and smallest: its inverse
constexpr double largest_slack = 1e-2;

// A table in single precision, followed by what a kernel may read past its end.
void convert(std::span<const double> values, double scale, std::vector<float>& table, double less = 0) {
  table.assign(values.size() + kernel_lanes, 1.0F);
  std::ranges::transform(values, table.begin(),
                         [=](double v) { return static_cast<float>((v - less) * scale); });
}

bool non_negative(const Term::Tables& tables) {
  return std::ranges::all_of(tables, [](std::span<const double> values) {
    return std::ranges::all_of(values, [](double v) { return v >= 0; });
  });
}
bool non_negative(const Term& term) {
  return term.base >= 0 && non_negative(term.sum) && non_negative(term.most);
}

// How much larger than the whole its rounded parts may be together. Beside a maximum, the other cells' sum may be negative,
// but no more than the maximum is large, since with the row's least value the whole is positive; without one it cannot be
// (shift_of).
double cancellation(const Term& term) {
  if (term.most.empty() || non_negative(term)) return 1;
  const double least = term.range().first;
  if (!non_negative(term.most) || !(least > 0)) return std::numeric_limits<double>::infinity();
  double largest = 0;
  for (const std::span<const double> values : term.most)
    largest = std::max(largest, std::ranges::max(values));
  return 1 + 2 * largest / least;
}

}  // namespace

SweepTables::SweepTables(const Evaluator& evaluator) : evaluator_(evaluator) {
  const Objective& objective = evaluator.objective();
  shape_.trained = !objective.training_free;
  shape_.powers = objective.accuracy != 1 || objective.is_sum();
  stratum_.sum = objective.is_sum();
  stratum_.accuracy_exponent = static_cast<float>(objective.accuracy);
  for (const Metric m : evaluator.metrics()) {
    if (!is_plain_fitted(m) && objective.metric[m] == 0) continue;
    const std::size_t place = metrics_.size();
    metrics_.push_back(m);
    stratum_.partial = stratum_.partial || objective.metric[m] == 0;
    shape_.powers = shape_.powers || (objective.metric[m] != 0 && objective.metric[m] != 1);
    shape_.maxima = shape_.maxima || has_maximum(m);
    scale_[place] = 0.5 / evaluator.metric_range(m).second;
    stratum_.metric_exponent[place] =
        static_cast<float>(objective.metric[m] / (objective.is_sum() ? scale_[place] : 1));
  }
  shape_.metrics = static_cast<int>(metrics_.size());
  sound_ = !shape_.trained || evaluator.models().accuracy->a >= 0;
}

// What a table's least value is below 0, or could make the other cells' sum, goes to that sum, which is then as
// positive as the whole.
double SweepTables::shift_of(const Term& term) {
  return non_negative(term) ? 0 : std::ranges::min(term.sum.back());
}

void SweepTables::set_shift(const Term& degree) {
  shift_ = 0;
  table_shift_ = shift_of(degree);
  lead_shift_ = -table_shift_;
  if (!shape_.trained || !evaluator_.models().additive) return;
  const auto [low, high] = degree.range();
  const double room = 2 * (high - low) + 0.1;  // 1/g spans a factor of 1.5: easy for a polynomial
  shift_ = low - room;
  table_shift_ = std::ranges::min(degree.sum.back());
  lead_shift_ = shift_ - table_shift_;
}

// exp(b/g + c) as the square of a polynomial of 1/g, or of 1/(g - shift): through five Chebyshev nodes, its error taken from a
// grid in between, in the kernel's precision. Sets the error, relative, of 1 / theta; false where it is too
// large.
bool SweepTables::fit_predictor(std::pair<double, double> degrees) {
  constexpr int nodes = 5;
  constexpr int grid = 64;
  const AccuracyModel& model = *evaluator_.models().accuracy;
  const double low = 1 / (degrees.second - shift_);
  const double high = 1 / (degrees.first - shift_);
  const auto root = [&](double r) {
    return std::exp((model.b * (shift_ == 0 ? r : 1 / (1 / r + shift_)) + model.c) / 2);
  };
  std::array<double, nodes> x{}, newton{};
  for (int i = 0; i < nodes; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double spread = std::max(high - low, 1e-2 * high);  // so that nodes differ where degrees do not
    x[at] = low + spread * 0.5 * (1 - std::cos(std::numbers::pi * (i + 0.5) / nodes));
    newton[at] = root(x[at]);
  }
  for (std::size_t level = 1; level < nodes; ++level)
    for (std::size_t i = nodes - 1; i >= level; --i)
      newton[i] = (newton[i] - newton[i - 1]) / (x[i] - x[i - level]);
  root_ = {};
  for (std::size_t i = nodes;
       i-- > 0;) {  // Horner's rule on the Newton form: root = root * (r - x_i) + newton_i
    for (std::size_t j = nodes - 1; j > 0; --j) root_[j] = root_[j - 1] - x[i] * root_[j];
    root_[0] = newton[i] - x[i] * root_[0];
  }
  double error = 0;
  for (int i = 0; i <= grid; ++i) {
    const double r = low + (high - low) * i / grid;
    float value = static_cast<float>(root_[nodes - 1]);
    for (std::size_t j = nodes - 1; j-- > 0;)
      value = value * static_cast<float>(r) + static_cast<float>(root_[j]);
    error = std::max(error, std::abs(static_cast<double>(value) / root(r) - 1));
  }
  // Of the exponential in what the kernel has of g, relative to that.
  const double slope = shift_ == 0 ? high : (degrees.second - shift_) / (degrees.first * degrees.first);
  const double steepness = std::max(std::abs(model.b) * slope, 1.0);
  slack_ = 4 * error + 4 * sum_error * steepness;
  return slack_ < largest_slack && std::isfinite(root_[0]);
}

void SweepTables::set_stratum(const StratumTables& tables) {
  set_shift(tables.degree);
  convert(tables.degree.sum.back(), 1, degree_, table_shift_);
  stratum_.degree = degree_.data();
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const Term& term = tables.metric[metrics_[i]];
    metric_shift_[i] = shift_of(term);
    convert(term.sum.back(), scale_[i], metric_[i], metric_shift_[i]);
    stratum_.metric[i] = metric_[i].data();
    if (!shape_.maxima) continue;
    if (term.most.empty()) {
      most_[i].assign(metric_[i].size(), 0);
    } else {
      convert(term.most.back(), scale_[i], most_[i]);
    }
    stratum_.most[i] = most_[i].data();
  }
  trusted_ = sound_ && check_ranges(tables);
}

void SweepTables::set_lead(KernelRow& row, std::size_t i, const Term::Lead& lead) const {
  row.metric[i] = static_cast<float>((lead.sum + metric_shift_[i]) * scale_[i]);
  if (!shape_.maxima) return;
  const bool has_one = has_maximum(metrics_[i]);
  row.most[i] = has_one ? static_cast<float>(lead.most * scale_[i]) : 0;
}

// Whether single precision will do in a stratum, and how far it may then be off.
bool SweepTables::check_ranges(const StratumTables& tables) {
  if (!(tables.degree.range().first > shift_)) return false;
  const bool trained = shape_.trained;
  slack_ = 2 * sum_error;
  if (trained && !fit_predictor(tables.degree.range())) return false;
  if (stratum_.sum) return check_sum(tables);
  const double exponent = evaluator_.objective().accuracy;
  double errors = shape_.powers ? exponent * (log2_error + 2 * slack_) : slack_;
  double least = 1;
  double most = 1;
  double exponents = exponent;
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const Metric m = metrics_[i];
    const double error = 2 * sum_error * cancellation(tables.metric[m]);
    const auto [low, high] = tables.metric[m].range();
    if (!(low * scale_[i] > 1 / largest_product) || !(high * scale_[i] < largest_product)) return false;
    least *= low * scale_[i];
    most *= high * scale_[i];
    const double power = evaluator_.objective().metric[m];
    exponents += power;
    errors += shape_.powers ? power * (log2_error + error) : error;
  }
  // Logarithms of products are below 128 each, and rounded as often as they are added.
  slack_ = shape_.powers ? errors + 128 * exponents * sum_error : errors;
  return least > 1 / largest_product && most < largest_product && slack_ < largest_slack;
}

// Terms that add up: errors are those of the terms, and of adding them. Called with the slack of 1 / theta.
bool SweepTables::check_sum(const StratumTables& tables) {
  const Objective& objective = evaluator_.objective();
  const auto [least_degree, most_degree] = tables.degree.range();
  double terms =
      objective.accuracy * std::max(evaluator_.accuracy(least_degree), evaluator_.accuracy(most_degree));
  double errors = terms * slack_;
  for (const Metric m : metrics_) {
    terms += objective.metric[m] * tables.metric[m].range().second * cancellation(tables.metric[m]);
  }
  slack_ = errors + terms * 8 * sum_error;
  return slack_ < largest_slack;
}

void SweepTables::set_limit(double objective) {
  constexpr double largest_logarithm = 100;  // beyond: no limit, or one that nothing keeps
  // The logarithm of the largest cost that may rank.
  double limit = -(stratum_.sum ? std::log(objective) : std::log2(objective));
  for (std::size_t i = 0; i < metrics_.size() && !stratum_.sum; ++i)
    limit += evaluator_.objective().metric[metrics_[i]] * std::log2(scale_[i]);
  limit += shape_.powers ? slack_ : std::log2(1 + slack_);
  const bool folded = shape_.trained && !shape_.powers;
  if (!shape_.powers) limit = std::clamp(limit, -largest_logarithm, largest_logarithm);
  stratum_.log_limit = static_cast<float>(limit);
  stratum_.inverse_limit = static_cast<float>(std::exp2(-limit));
  const double unit = folded ? std::exp2(-limit) : 1;
  if (shape_.trained) stratum_.offset = static_cast<float>(evaluator_.models().accuracy->a * unit);
  for (std::size_t i = 0; i < root_.size(); ++i)
    stratum_.root[i] = static_cast<float>(root_[i] * std::sqrt(unit));
}

}  // namespace flash
