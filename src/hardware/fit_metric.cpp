// The fit of a hardware model: which features, and how much of each.
#include <algorithm>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/predict/student_t.hpp"
#include "relative_fit.hpp"

namespace flash {
namespace {

constexpr std::size_t least_networks = 4;

void check_data(const std::vector<std::string>& names, const FitData& data) {
  if (data.features.size() != data.measured.size())
    throw Error(ExitCode::internal, "hardware model: as many networks as measurements are needed");
  for (std::size_t i = 0; i < data.measured.size(); ++i) {
    if (data.features[i].size() != names.size())
      throw Error(ExitCode::internal, "hardware model: a network has another number of features");
    if (!(data.measured[i] > 0) || !std::isfinite(data.measured[i]))
      throw Error(ExitCode::bad_data, "hardware model: measurement " + std::to_string(i) + " is " +
                                          std::to_string(data.measured[i]) +
                                          "; it must be positive and finite");
  }
}

FitQuality quality_on(const MetricModel& model, const std::vector<std::string>& names, const FitData& data) {
  std::vector<double> predicted;
  for (const std::vector<double>& features : data.features)
    predicted.push_back(predict(model, names, features).value);
  return quality(data.measured, predicted);
}

FitSupport support_of(const FitData& networks, const Eigen::MatrixXd& A, const RelativeFit& fit) {
  FitSupport support;
  for (const std::vector<double>& features : networks.features) {
    std::vector<double>& row = support.networks.emplace_back();
    for (std::size_t i = 1; i < fit.columns.size(); ++i)
      row.push_back(features[static_cast<std::size_t>(fit.columns[i] - 1)]);
  }
  const int freedom = std::max(static_cast<int>(A.rows()) - fit.coefficients_free(), 0);
  const double spread = prediction_spread(A, student_t_two_sided(band_confidence, std::max(freedom, 1)));
  if (std::isfinite(spread)) {
    support.sigma = spread;
    support.degrees_of_freedom = freedom;
  }
  support.inverse.assign(fit.inverse.data(), fit.inverse.data() + fit.inverse.size());  // symmetric
  return support;
}

}  // namespace

FitData fit_data(const Space& space, const std::vector<std::string>& names, std::span<const Point> networks,
                 std::span<const double> measured, const std::optional<Tiling>& tiling) {
  FitData data;
  for (const Point& network : networks)
    data.features.push_back(network_features(space, network, names, tiling));
  data.measured.assign(measured.begin(), measured.end());
  return data;
}

MetricFit fit_metric(const std::vector<std::string>& names, const FitData& networks, const FitData& holdout,
                     const std::optional<Tiling>& tiling) {
  check_data(names, networks);
  check_data(names, holdout);
  if (networks.measured.size() < least_networks)
    throw Error(ExitCode::bad_data, "hardware model: at least 4 measured networks are needed, there are " +
                                        std::to_string(networks.measured.size()));
  const Eigen::MatrixXd A = relative_rows(networks);
  const RelativeFit solution = fit_relative(A);
  MetricFit fit;
  fit.model.tiling = tiling;
  fit.model.intercept = solution.coefficients[0];
  for (std::size_t i = 1; i < solution.columns.size(); ++i)
    fit.model.terms.push_back({names[static_cast<std::size_t>(solution.columns[i] - 1)],
                               solution.coefficients[static_cast<Eigen::Index>(i)]});
  fit.model.support = support_of(networks, A, solution);
  fit.fit = quality_on(fit.model, names, networks);
  fit.holdout = quality_on(fit.model, names, holdout);
  return fit;
}

}  // namespace flash
