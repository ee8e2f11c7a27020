#include "flash/hardware/far_out.hpp"

#include <algorithm>
#include <cmath>

#include "relative_fit.hpp"

namespace flash {
namespace {

constexpr std::size_t least_to_tell = 8;
constexpr int most_rounds = 4;
constexpr double mad_to_deviation = 1.4826;  // of a normal distribution

using Rows = std::vector<Eigen::Index>;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// |measured / predicted - 1| of a row.
double residual(const Eigen::MatrixXd& A, const RelativeFit& fit, Eigen::Index row) {
  const double predicted = A(row, fit.columns).dot(fit.coefficients);  // over the measurement
  return std::abs(1 / predicted - 1);
}

// How far a row is out, in units of what is far, by the fit to other rows.
double distance(const Eigen::MatrixXd& A, const Rows& others, Eigen::Index row) {
  const RelativeFit fit = fit_relative(A(others, Eigen::all));
  std::vector<double> residuals;
  for (const Eigen::Index other : others) residuals.push_back(residual(A, fit, other));
  const auto count = static_cast<double>(others.size());
  const double freedom = std::max(count - fit.coefficients_free(), 1.0);
  const double deviation = mad_to_deviation * median(residuals) * std::sqrt(count / freedom);
  return residual(A, fit, row) / std::max(far_out_least, far_out_deviations * deviation);
}

// Of all rows by those that are not out.
std::vector<double> distances(const Eigen::MatrixXd& A, const std::vector<bool>& out) {
  Rows kept;
  for (Eigen::Index row = 0; row < A.rows(); ++row)
    if (!out[static_cast<std::size_t>(row)]) kept.push_back(row);
  std::vector<double> values;
  for (Eigen::Index row = 0; row < A.rows(); ++row) {
    Rows others = kept;
    std::erase(others, row);
    values.push_back(distance(A, others, row));
  }
  return values;
}

}  // namespace

std::vector<std::size_t> far_out(const FitData& networks) {
  if (networks.measured.size() < least_to_tell) return {};
  const Eigen::MatrixXd A = relative_rows(networks);
  std::vector<bool> out(networks.measured.size(), false);
  std::vector<std::size_t> found;
  for (int round = 0; round < most_rounds; ++round) {
    const std::vector<double> far = distances(A, out);
    std::vector<std::size_t> farther;
    for (std::size_t i = 0; i < far.size(); ++i)
      if (far[i] > 1) farther.push_back(i);
    std::ranges::stable_sort(farther, std::greater<>(), [&](std::size_t i) { return far[i]; });
    if (farther.size() > out.size() / 2) farther.resize(out.size() / 2);
    std::ranges::sort(farther);
    if (farther == found) break;
    found = farther;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::ranges::binary_search(found, i);
  }
  return found;
}

}  // namespace flash
