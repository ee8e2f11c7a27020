#include "sweep_tables.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace flash {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double sum_error = 2.5e-7;        // of a sum of two floats, relative
constexpr double exp2_error = 4e-6;         // of the kernel's 2^y, relative
constexpr double log2_error = 4e-6;         // of its log2, absolute
constexpr double largest_power = 100;       // of two, that the kernel forms
constexpr double largest_product = 1e30;    // and smallest: its inverse
constexpr double largest_slack = 1e-2;

// A table in single precision, followed by what a kernel may read past its end.
void convert(std::span<const double> values, double scale, std::vector<float>& table) {
  table.assign(values.size() + kernel_lanes, 1.0F);
  std::ranges::transform(values, table.begin(), [scale](double v) { return static_cast<float>(v * scale); });
}

bool non_negative(const SeparableSum& sum) {
  return sum.base >= 0 && std::ranges::all_of(sum.cell, [](std::span<const double> values) {
           return std::ranges::all_of(values, [](double v) { return v >= 0; });
         });
}

}  // namespace

SweepTables::SweepTables(const Evaluator& evaluator) : evaluator_(evaluator) {
  const Objective& objective = evaluator.objective();
  const Constraints& constraints = evaluator.constraints();
  shape_.trained = !objective.training_free;
  shape_.powers = objective.accuracy != 1;
  stratum_.accuracy_exponent = static_cast<float>(objective.accuracy);
  for (const Metric m : all_metrics) {
    if (!evaluator.has(m)) continue;
    const auto i = static_cast<std::size_t>(m);
    const std::size_t place = metrics_.size();
    metrics_.push_back(m);
    shape_.powers = shape_.powers || objective.metric[i] != 1;
    stratum_.metric_exponent[place] = static_cast<float>(objective.metric[i]);
    const double max = constraints.metric_max[i];
    if (max < infinity) {
      shape_.constrained = true;
      sound_ = sound_ && max > 0;
      scale_[place] = max > 0 ? 1 / max : 1;
    } else {
      double largest = 0;
      for (const Stratum& stratum : evaluator.space().strata())
        largest = std::max(largest, evaluator.tables(stratum.index).metric[i].range().second);
      scale_[place] = 0.5 / largest;
    }
  }
  shape_.metrics = static_cast<int>(metrics_.size());
  set_window();
  set_predictor();
}

void SweepTables::set_window() {
  const DegreeWindow window = degree_window(evaluator_);
  if (!window.bounded()) return;
  shape_.constrained = true;
  if (window.low > -infinity) {  // g >= low as 2 - g / low <= 1
    stratum_.window_offset = 2;
    stratum_.window_slope = window.low < infinity ? static_cast<float>(-1 / window.low) : 0.0F;
  } else {
    stratum_.window_slope = static_cast<float>(1 / window.high);
    sound_ = sound_ && window.high > 0;
  }
}

void SweepTables::set_predictor() {
  if (evaluator_.objective().training_free) return;
  const AccuracyModel& model = *evaluator_.models().accuracy;
  stratum_.offset = static_cast<float>(model.a);
  stratum_.steepness = static_cast<float>(model.b * std::numbers::log2e);
  stratum_.shift = static_cast<float>(model.c * std::numbers::log2e);
  sound_ = sound_ && model.a >= 0;
}

void SweepTables::set_stratum(const Stratum& stratum) {
  const StratumTables& tables = evaluator_.tables(stratum.index);
  convert(tables.degree.cell.back(), 1, degree_);
  stratum_.degree = degree_.data();
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    convert(tables.metric[static_cast<std::size_t>(metrics_[i])].cell.back(), scale_[i], metric_[i]);
    stratum_.metric[i] = metric_[i].data();
  }
  trusted_ = sound_ && check_ranges(tables);
}

bool SweepTables::check_ranges(const StratumTables& tables) {
  if (!non_negative(tables.degree)) return false;
  double least = 1;
  double most = 1;
  double logarithms = 0;  // the most that the terms of a cost's logarithm add up to
  slack_ = 1e-6;
  for (std::size_t i = 0; i < metrics_.size(); ++i) {
    const auto m = static_cast<std::size_t>(metrics_[i]);
    if (!non_negative(tables.metric[m])) return false;
    const auto [low, high] = tables.metric[m].range();
    least *= low * scale_[i];
    most *= high * scale_[i];
    if (!(low * scale_[i] > 1 / largest_product) || !(high * scale_[i] < largest_product)) return false;
    const double exponent = evaluator_.objective().metric[m];
    logarithms += exponent * largest_power;
    slack_ += shape_.powers ? exponent * (log2_error + 2 * sum_error) : 2 * sum_error;
  }
  if (!(least > 1 / largest_product) || !(most < largest_product)) return false;
  double accuracy_error = sum_error;  // relative
  if (shape_.trained) {
    const AccuracyModel& model = *evaluator_.models().accuracy;
    const double power = (std::abs(model.b) / tables.degree.range().first + std::abs(model.c)) * std::numbers::log2e;
    if (!(power < largest_power)) return false;
    accuracy_error = exp2_error + 2 * sum_error * power;
  }
  const double exponent = evaluator_.objective().accuracy;
  logarithms += exponent * largest_power;
  slack_ += shape_.powers ? exponent * (log2_error + 2 * accuracy_error) + sum_error * logarithms : accuracy_error;
  return slack_ < largest_slack;
}

float SweepTables::limit(double objective) const {
  constexpr auto none = std::numeric_limits<float>::max();
  if (!(objective > 0)) return none;
  double logarithm = -std::log2(objective);
  for (std::size_t i = 0; i < metrics_.size(); ++i)
    logarithm += evaluator_.objective().metric[static_cast<std::size_t>(metrics_[i])] * std::log2(scale_[i]);
  if (shape_.powers) return static_cast<float>(logarithm + slack_);
  return static_cast<float>(std::min(std::exp2(logarithm) * (1 + slack_), static_cast<double>(none)));
}

}  // namespace flash
