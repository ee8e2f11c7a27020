#include "flash/hardware/far_out.hpp"

#include <algorithm>
#include <cmath>

#include "relative_fit.hpp"

namespace flash {
namespace {

constexpr std::size_t least_networks = 8;
constexpr int most_rounds = 4;
constexpr double mad_to_deviation = 1.4826;  // of a normal distribution

using Rows = std::vector<Eigen::Index>;

// measured / predicted - 1 of a row, by the fit to `seen`.
double residual(const Eigen::MatrixXd& A, const RelativeFit& fit, Eigen::Index row) {
  const double predicted = A(row, fit.columns).dot(fit.coefficients);  // over the measurement
  return 1 / predicted - 1;
}

// Of all rows by the fit to those of `kept` but itself.
std::vector<double> residuals(const Eigen::MatrixXd& A, const std::vector<bool>& out) {
  Rows kept;
  for (Eigen::Index row = 0; row < A.rows(); ++row)
    if (!out[static_cast<std::size_t>(row)]) kept.push_back(row);
  const RelativeFit of_kept = fit_relative(A(kept, Eigen::all));
  std::vector<double> values;
  for (Eigen::Index row = 0; row < A.rows(); ++row) {
    if (out[static_cast<std::size_t>(row)]) {
      values.push_back(residual(A, of_kept, row));
      continue;
    }
    Rows others = kept;
    std::erase(others, row);
    values.push_back(residual(A, fit_relative(A(others, Eigen::all)), row));
  }
  return values;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

std::vector<std::size_t> far_out(const FitData& networks) {
  if (networks.measured.size() < least_networks) return {};
  const Eigen::MatrixXd A = relative_rows(networks);
  std::vector<bool> out(networks.measured.size(), false);
  std::vector<std::size_t> found;
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<double> distances = residuals(A, out);
    for (double& distance : distances) distance = std::abs(distance);
    const double limit = std::max(far_out_least, far_out_deviations * mad_to_deviation * median(distances));
    std::vector<std::size_t> farther;
    for (std::size_t i = 0; i < distances.size(); ++i)
      if (distances[i] > limit) farther.push_back(i);
    std::ranges::stable_sort(farther, std::greater<>(), [&](std::size_t i) { return distances[i]; });
    if (farther.size() > out.size() / 2) farther.resize(out.size() / 2);
    std::ranges::sort(farther);
    if (farther == found) break;
    found = farther;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::ranges::binary_search(found, i);
  }
  return found;
}

}  // namespace flash
