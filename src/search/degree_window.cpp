#include "flash/search/degree_window.hpp"

#include <cmath>

#include "bisect.hpp"

namespace flash {

DegreeWindow degree_window(const Evaluator& evaluator) {
  DegreeWindow window;
  const double floor = evaluator.constraints().accuracy_min;
  if (floor <= 0) return window;  // accuracies are positive
  if (evaluator.objective().training_free) {
    window.sure_low = window.maybe_low = floor;
    return window;
  }
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const Stratum& stratum : evaluator.space().strata()) {
    const auto [least_degree, most_degree] = evaluator.tables(stratum.index).degree.range();
    low = std::min(low, least_degree);
    high = std::max(high, most_degree);
  }
  // The slack makes the search's answer right even where exp strays from monotony in its last bit.
  const AccuracyModel& model = *evaluator.models().accuracy;
  const double strict = floor * (1 + rounding_slack);
  const double lax = floor * (1 - rounding_slack);
  if (evaluator.degree_helps()) {
    window.sure_low = least(low, high, [&](double g) { return model(g) >= strict; });
    window.maybe_low = least(low, high, [&](double g) { return model(g) >= lax; });
  } else {
    window.sure_high = std::nextafter(least(low, high, [&](double g) { return model(g) < strict; }), 0.0);
    window.maybe_high = std::nextafter(least(low, high, [&](double g) { return model(g) < lax; }), 0.0);
  }
  return window;
}

}  // namespace flash
