#include "flash/findings/constraint_sets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "flash/search/evaluator.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/margin.hpp"

namespace flash {
namespace {

bool bounded(const Constraints& constraints) {
  return std::ranges::any_of(constraints.metric_max, [](double bound) { return std::isfinite(bound); });
}

}  // namespace

std::string primary_set(const Job& job) {
  const bool floor = std::isfinite(job.constraints.accuracy_min);
  const bool ceilings = bounded(job.constraints);
  return floor && ceilings ? "job" : floor ? "accuracy" : ceilings ? "hardware" : "none";
}

bool asks_nothing(const Job& job) {
  return !job.objective.training_free && primary_set(job) == "none" &&
         std::ranges::all_of(job.objective.metric, [](double exponent) { return exponent == 0; });
}

std::size_t own_set(const Job& job, const std::vector<Constraints>& sets) {
  const std::string name = asks_nothing(job) ? "hardware" : primary_set(job);
  const auto own = std::ranges::find(sets, name, &Constraints::name);
  return own == sets.end() ? 0 : static_cast<std::size_t>(own - sets.begin());
}

namespace {

// The sets whose bounds flash derives itself.
class Derived {
 public:
  Derived(const Job& job, const Space& space, const Models& models)
      : job_(job),
        space_(space),
        models_(models),
        free_(space, models, job.objective, Constraints{}),
        best_(solve_exact(free_).best) {}

  std::optional<Constraints> floor() const {
    const Evaluator& listed = free_.listed();
    const auto [least_degree, most_degree] = listed.degree_range();
    const auto [low, high] = std::minmax({listed.accuracy(least_degree), listed.accuracy(most_degree)});
    Constraints set;
    set.name.assign("accuracy");
    set.accuracy_min = low + 0.75 * (high - low);
    if (best_.accuracy >= set.accuracy_min) set.accuracy_min = (best_.accuracy + high) / 2;
    return best_.accuracy < set.accuracy_min && met(set) ? std::optional(set) : std::nullopt;
  }

  std::optional<Constraints> ceilings() const {
    Constraints set;
    set.name.assign("hardware");
    const auto binds = [&] {
      return std::ranges::any_of(free_.metrics(),
                                 [&](Metric m) { return best_.metrics[m] > set.metric_max[m]; });
    };
    for (const Metric m : free_.metrics()) {
      const auto [least, most] = free_.metric_range(m);
      set.metric_max[m] = std::sqrt(least * most);
    }
    // Where the answer would be given under them, ceilings do not exclude what is cheap and the best.
    if (!binds() && !asks_nothing(job_))
      for (const Metric m : free_.metrics())
        set.metric_max[m] = std::sqrt(free_.metric_range(m).first * best_.metrics[m]);
    return binds() && met(set) ? std::optional(set) : std::nullopt;
  }

 private:
  bool met(const Constraints& set) const {
    return any_feasible(Evaluator(space_, models_, job_.objective, set));
  }

  const Job& job_;
  const Space& space_;
  const Models& models_;
  const Evaluator free_;
  const Evaluation best_;
};

}  // namespace

std::vector<Constraints> constraint_sets(const Job& job, const Space& space, const Models& models) {
  const Derived derived(job, space, models);
  const Constraints own = with_margin(job.constraints, space, models, job.objective);
  std::vector<Constraints> sets(1);
  sets.reserve(4);
  if (std::isfinite(job.constraints.accuracy_min)) {
    sets.push_back(floor_of(own));
    sets.back().name.assign("accuracy");
  } else if (const auto floor = derived.floor()) {
    sets.push_back(*floor);
  }
  if (bounded(job.constraints)) {
    sets.push_back(ceilings_of(own));
    sets.back().name.assign("hardware");
  } else if (const auto ceilings = derived.ceilings()) {
    sets.push_back(*ceilings);
  }
  if (primary_set(job) == "job") {
    sets.push_back(own);
    sets.back().name = "job";
  }
  return sets;
}

}  // namespace flash
