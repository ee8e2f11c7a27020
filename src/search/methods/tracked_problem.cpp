#include "tracked_problem.hpp"

#include <limits>

namespace flash {

const Evaluation* try_evaluate(Tracker& tracker, const Stratum& stratum, const Options& options) {
  if (tracker.exhausted() && !tracker.knows(tracker.evaluator().space().id(stratum, options))) return nullptr;
  return &tracker.evaluate(stratum, options);
}

shgo::Problem tracked_problem(Tracker& tracker, std::vector<double> last,
                              std::function<StratumPoint(std::span<const double>)> place) {
  const auto evaluate = [&tracker, place = std::move(place)](std::span<const double> x) {
    const StratumPoint at = place(x);
    return try_evaluate(tracker, *at.stratum, at.options);
  };
  // Of a sum the sum: exp of one, whose weights have any scale, is flat but for a peak.
  const auto worth = [&evaluator = tracker.evaluator()](const Evaluation& e) {
    return evaluator.objective().shown(e.objective) / evaluator.log_unit();
  };
  shgo::Problem problem;
  problem.lower.assign(last.size(), 0);
  problem.integer.assign(last.size(), true);
  problem.upper = std::move(last);
  problem.objective = [evaluate, worth](std::span<const double> x) {
    const Evaluation* e = evaluate(x);
    return e ? -worth(*e) : std::numeric_limits<double>::infinity();
  };
  problem.inequalities.emplace_back([evaluate](std::span<const double> x) {
    const Evaluation* e = evaluate(x);
    return e ? -e->violation : -std::numeric_limits<double>::infinity();
  });
  return problem;
}

shgo::Options tracked_options(Tracker& tracker, int points, int max_minimisers) {
  shgo::Options options;
  options.points = points;
  options.max_minimisers = max_minimisers;
  options.feasibility = 0;
  options.stop = [&tracker] { return tracker.exhausted(); };
  return options;
}

}  // namespace flash
