#include "flash/hardware/fit_support.hpp"

#include <Eigen/Dense>

#include <cmath>
#include <limits>
#include <utility>

#include "flash/core/json_reader.hpp"
#include "flash/predict/nnls.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double hull_tolerance = 0.01;  // of a feature's range over the fitted networks
constexpr int most_degrees = 100'000;
constexpr double weight_of_sum = 100;  // how hard the weights of a convex combination are held to a sum of 1

}  // namespace

double FitSupport::band(std::span<const double> features, double value) const {
  const auto size = static_cast<Eigen::Index>(features.size()) + 1;
  const bool errors_alone = inverse.empty();
  if (degrees_of_freedom < 1 || (!errors_alone && inverse.size() != static_cast<std::size_t>(size * size)))
    return std::numeric_limits<double>::quiet_NaN();
  double leverage = 0;
  if (!errors_alone) {
    Eigen::VectorXd row(size);
    row[0] = 1;
    for (Eigen::Index i = 1; i < size; ++i) row[i] = features[static_cast<std::size_t>(i) - 1];
    leverage = row.dot(Eigen::Map<const Matrix>(inverse.data(), size, size) * row) / (value * value);
  }
  return student_t_two_sided(band_confidence, degrees_of_freedom) * sigma *
         std::sqrt(1 + std::max(leverage, 0.0)) * value;
}

// The point is in the hull where some convex combination of the networks' is equal to it: a problem of
// non-negative least squares, with one more row that asks for a sum of 1.
bool FitSupport::outside(std::span<const double> features) const {
  const auto rows = static_cast<Eigen::Index>(features.size());
  const auto columns = static_cast<Eigen::Index>(networks.size());
  if (rows == 0 || columns == 0) return false;
  if (std::ranges::any_of(networks,
                          [&](const auto& network) { return std::ranges::equal(network, features); }))
    return false;  // one of them, as where all of a space were measured
  Eigen::MatrixXd A(rows + 1, columns);
  Eigen::VectorXd b(rows + 1);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const auto feature = static_cast<std::size_t>(i);
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const std::vector<double>& network : networks) {
      low = std::min(low, network[feature]);
      high = std::max(high, network[feature]);
    }
    // A feature that all networks share: any other value, by a hundredth of it, is outside.
    const double range = high > low ? high - low : std::max(std::abs(high), 1.0);
    for (Eigen::Index j = 0; j < columns; ++j)
      A(i, j) = (networks[static_cast<std::size_t>(j)][feature] - low) / range;
    b[i] = (features[feature] - low) / range;
    if (b[i] < -hull_tolerance || b[i] > (high > low ? 1 : 0) + hull_tolerance) return true;
  }
  A.row(rows).setConstant(weight_of_sum);
  b[rows] = weight_of_sum;
  const Eigen::VectorXd weights = nnls(A, b);
  return (A * weights - b).head(rows).cwiseAbs().maxCoeff() > hull_tolerance ||
         std::abs(weights.sum() - 1) > hull_tolerance;
}

Json to_json(const FitSupport& support) {
  return Json{{"networks", support.networks},
              {"sigma", support.sigma},
              {"degrees_of_freedom", support.degrees_of_freedom},
              {"inverse", support.inverse}};
}

FitSupport fit_support_from_json(const Json& json, std::size_t terms) {
  const JsonReader reader(json, "hardware model, support,");
  FitSupport support;
  support.networks = reader.get<std::vector<std::vector<double>>>("networks");
  for (const std::vector<double>& network : support.networks)
    if (network.size() != terms)
      reader.fail("has a network with another number of features than the model has terms");
  support.sigma = reader.get<double>("sigma");
  if (support.sigma < 0) reader.fail("has a negative sigma");
  support.degrees_of_freedom = reader.get<int>("degrees_of_freedom");
  support.inverse = reader.get<std::vector<double>>("inverse");
  const bool errors_alone = support.networks.empty() && support.inverse.empty();
  // Student's t takes a step for every other degree.
  if (errors_alone ? support.degrees_of_freedom > most_degrees
                   : std::cmp_greater(support.degrees_of_freedom, support.networks.size()))
    reader.fail("has more degrees of freedom than networks");
  if (!errors_alone && support.inverse.size() != (terms + 1) * (terms + 1))
    reader.fail("has an inverse of another size than its terms");
  return support;
}

}  // namespace flash
