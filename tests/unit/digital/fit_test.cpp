// The analytic models follow the digital model: fitted on some networks, held against others.
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/random.hpp"
#include "flash/digital/model.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

void expect_fit(const char* preset) {
  constexpr std::size_t fitted = 60, held_out = 20;
  const Space space(find_preset(preset)->definition);
  Philox random(7);
  std::vector<Point> networks;
  PerMetric<std::vector<double>> values;
  for (std::size_t k = 0; k < fitted + held_out; ++k) {
    networks.push_back(space.point(random_id(space, random)));
    const NetworkGraph graph = space.lower(networks.back(), 3);
    const Measurement measurement = run_on({}, graph, dense_forms(graph, 8)).measurement;
    for (const Metric metric : plain_fitted_metrics) values[metric].push_back(measurement[metric]);
  }
  const std::span<const Point> all(networks);
  const std::vector<std::string> names = feature_names(space);
  for (const Metric metric : plain_fitted_metrics) {
    const std::span<const double> measured(values[metric]);
    const MetricFit fit = fit_metric(names, fit_data(space, names, all.first(fitted), measured.first(fitted)),
                                     fit_data(space, names, all.last(held_out), measured.last(held_out)));
    EXPECT_LE(fit.holdout.mape, metric == Metric::area ? 1e-6 : 0.01) << preset << ", " << name(metric);
    std::printf("%-12s %-8s held out: MAPE %.4f %%\n", preset, std::string(name(metric)).c_str(),
                100 * fit.holdout.mape);
  }
}

TEST(DigitalFit, FollowsTheModel) {
  for (const char* preset : {"flash-63b", "shapes-mini", "cifar-small", "mnist-mlp"}) expect_fit(preset);
}

}  // namespace
}  // namespace flash
