#include "flash/search/degree_window.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

namespace flash {
namespace {

// The least double in [low, high] for which `holds`, infinity where there is none. 0 < low <= high; `holds`
// turns from false to true at most once. Positive doubles order as their bits do, so that halving takes 62
// steps at most.
template <class Predicate>
double least(double low, double high, const Predicate& holds) {
  if (!holds(high)) return std::numeric_limits<double>::infinity();
  auto first = std::bit_cast<std::uint64_t>(low);
  auto last = std::bit_cast<std::uint64_t>(high);
  while (first < last) {
    const std::uint64_t middle = first + (last - first) / 2;
    if (holds(std::bit_cast<double>(middle))) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return std::bit_cast<double>(first);
}

}  // namespace

DegreeWindow degree_window(const Evaluator& evaluator, double floor) {
  DegreeWindow window;
  if (floor <= 0) return window;  // accuracies are positive
  if (evaluator.objective().training_free) {
    window.sure_low = window.maybe_low = floor;
    return window;
  }
  const auto [low, high] = evaluator.degree_range();
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

double least_degree(const Evaluator& evaluator, double floor) {
  const auto [low, high] = evaluator.degree_range();
  return least(low, high, [&](double degree) { return evaluator.accuracy(degree) >= floor; });
}

}  // namespace flash
