#include "flash/devices/sampling.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "known_devices.hpp"

namespace flash {
namespace {

// So many networks of the allowed ones are compared: among all, the choice falls on the oddest of the space.
constexpr std::size_t candidates = 300;
// Variance of a weight before anything is measured, in units of the noise: much, so that the first samples span all.
constexpr double prior = 100;

// [network][column] of unit variance: operator counts (of the living ones too), features, what known devices say.
Eigen::MatrixXd columns_of(const KnownDevices& known, const std::vector<std::size_t>& networks) {
  const OperatorCells& cells = known.cells();
  const Encoding& encoding = cells.encoding();
  const Eigen::MatrixXd counts = cells.counts(Operators::all, networks);
  const Eigen::MatrixXd living =
      cells.has_living() ? cells.counts(Operators::living, networks) : Eigen::MatrixXd();
  const auto rows = static_cast<Eigen::Index>(networks.size());
  const auto features = static_cast<Eigen::Index>(encoding.features.size());
  Eigen::MatrixXd columns(rows, counts.cols() + living.cols() + features + known.fits());
  columns.leftCols(counts.cols()) = counts;
  columns.middleCols(counts.cols(), living.cols()) = living;
  for (Eigen::Index i = 0; i < rows; ++i) {
    const std::size_t network = networks[static_cast<std::size_t>(i)];
    for (Eigen::Index f = 0; f < features; ++f)
      columns(i, counts.cols() + living.cols() + f) =
          encoding.values[network * encoding.features.size() + static_cast<std::size_t>(f)];
    columns.row(i).tail(known.fits()) =
        known.columns().row(static_cast<Eigen::Index>(network)).head(known.fits());
  }
  for (Eigen::Index c = 0; c < columns.cols(); ++c) {
    columns.col(c).array() -= columns.col(c).mean();
    const double deviation =
        std::sqrt(columns.col(c).squaredNorm() / static_cast<double>(std::max<Eigen::Index>(rows, 1)));
    columns.col(c) *= deviation > 1e-9 ? 1 / deviation : 0;
  }
  return columns;
}

}  // namespace

std::vector<std::size_t> networks_to_measure(const SamplingInput& input) {
  const Encoding& encoding = *input.encoding;
  if (!input.allowed.empty() && input.allowed.size() != encoding.networks)
    throw Error(ExitCode::internal, "networks to measure are allowed among others than the encoding's");
  const OperatorCells cells(encoding);
  const KnownDevices known(cells, input.devices, false);
  std::vector<bool> taken(encoding.networks, false);
  for (const std::size_t network : input.measured) taken.at(network) = true;
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < encoding.networks; ++i)
    if (!taken[i] && (input.allowed.empty() ? encoding.live.empty() || encoding.live[i] : input.allowed[i]))
      free.push_back(i);
  Philox random(input.seed, 23);
  const std::size_t drawn = std::min(free.size(), std::max(candidates, 3 * input.count));
  for (std::size_t i = 0; i < drawn; ++i) std::swap(free[i], free[i + random.below(free.size() - i)]);
  free.resize(drawn);

  std::vector<std::size_t> rows = free;
  rows.insert(rows.end(), input.measured.begin(), input.measured.end());
  const Eigen::MatrixXd columns = columns_of(known, rows);
  Eigen::MatrixXd covariance = Eigen::MatrixXd::Identity(columns.cols() + 1, columns.cols() + 1) * prior;
  const auto vector_of = [&](Eigen::Index row) {
    Eigen::VectorXd v(columns.cols() + 1);
    v << 1, columns.row(row).transpose();
    return v;
  };
  const auto learn = [&](const Eigen::VectorXd& v) {
    const Eigen::VectorXd seen = covariance * v;
    covariance -= seen * seen.transpose() / (1 + v.dot(seen));
  };
  for (std::size_t k = drawn; k < rows.size(); ++k) learn(vector_of(static_cast<Eigen::Index>(k)));
  std::vector<std::size_t> chosen;
  std::vector<bool> used(drawn, false);
  while (chosen.size() < std::min(input.count, drawn)) {
    double most = -1;
    std::size_t best = 0;
    for (std::size_t k = 0; k < drawn; ++k) {
      if (used[k]) continue;
      const Eigen::VectorXd v = vector_of(static_cast<Eigen::Index>(k));
      if (const double unknown = v.dot(covariance * v); unknown > most * (1 + 1e-9)) {
        most = unknown;
        best = k;
      }
    }
    used[best] = true;
    chosen.push_back(free[best]);
    learn(vector_of(static_cast<Eigen::Index>(best)));
  }
  return chosen;
}

}  // namespace flash
