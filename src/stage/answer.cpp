#include "flash/stage/answer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/space/corner.hpp"
#include "flash/space/random_id.hpp"
#include "flash/stage/comparison_summary.hpp"
#include "unknown.hpp"

namespace flash {
namespace {

constexpr std::uint64_t most_boxes = 500'000;  // a fraction of a second
constexpr std::size_t random_draws = 2'000;

class Answerer {
 public:
  Answerer(const Job& job, const Space& space, const Models& models)
      : job_(job), space_(space), models_(models) {}

  ModelAnswer answer(std::size_t index, const Constraints& set) const {
    ModelAnswer answer;
    answer.set = index;
    answer.accuracy_error = accuracy_error(models_);
    answer.random_median = unknown;
    const Evaluator evaluator = evaluator_for(set);
    const ExactResult exact = solve_exact(evaluator);
    answer.found = exact.found;
    if (!exact.found) return answer;
    answer.id = exact.best_id;
    answer.best = evaluator.in_full(exact.best_id);
    add_bands(answer);
    answer.probability = bound_probability(set, answer.best, answer.accuracy_band, answer.metric_band);
    if (!std::isnan(answer.accuracy_error))
      answer.within = count_worth(evaluator, worth_within(answer.best, answer.accuracy_error, job_.objective),
                                  most_boxes);
    add_binding(answer, set);
    answer.corner = corner_text(space_, space_.point(answer.id));
    answer.random_median = random_median(evaluator, job_.seed);
    return answer;
  }

 private:
  Evaluator evaluator_for(const Constraints& set) const {
    return Evaluator(space_, models_, job_.objective, set);
  }

  void add_bands(ModelAnswer& answer) const {
    const Point point = space_.point(answer.id);
    answer.accuracy_band =
        job_.objective.training_free ? unknown : accuracy_band(models_, answer.best.nn_degree);
    for (const Metric m : fitted_metrics())
      if (const auto& model = models_.metrics[m]; model && model->support)
        answer.metric_band[m] = predict(*model, space_, point).band;
    answer.extrapolated = !extrapolated(models_, space_, answer.id).empty();
  }

  void add_binding(ModelAnswer& answer, const Constraints& set) const {
    const auto better_without = [&](const Constraints& others) {
      const ExactResult freed = solve_exact(evaluator_for(others));
      return freed.found && freed.best.objective > answer.best.objective;
    };
    Constraints others = set;
    others.accuracy_min = Constraints{}.accuracy_min;
    if (std::isfinite(set.accuracy_min) && better_without(others))
      answer.binds.push_back(bound_text(set, {}, job_.objective.training_free));
    for (const Metric m : all_metrics()) {
      if (!std::isfinite(set.metric_max[m])) continue;
      others = set;
      others.metric_max[m] = Constraints{}.metric_max[m];
      if (better_without(others)) answer.binds.push_back(bound_text(set, m, false));
    }
  }

  const Job& job_;
  const Space& space_;
  const Models& models_;
};

}  // namespace

double worth_within(const Evaluation& best, double error, const Objective& objective) {
  return objective.moved(best.objective, best.accuracy, std::max(0.0, best.accuracy - error));
}

double accuracy_error(const Models& models) {
  if (models.known_accuracies) return 0;
  const Json& provenance = models.provenance;
  if (!provenance.is_object() || !provenance.contains("accuracy")) return unknown;
  const Json& accuracy = provenance["accuracy"];
  return accuracy.is_object() && accuracy.contains("rmse_loo") ? number_or_nan(accuracy["rmse_loo"])
                                                               : unknown;
}

double random_median(const Evaluator& evaluator, std::uint64_t seed) {
  const Space& space = evaluator.space();
  Philox random(derive_seed(seed, "random median", 0));
  std::vector<double> values;
  for (std::size_t i = 0; i < random_draws; ++i) {
    const Evaluation e = evaluator.at(random_id(space, random));
    if (e.feasible()) values.push_back(e.objective);
  }
  return quartiles(std::move(values)).median;
}

std::vector<ModelAnswer> model_answers(const Job& job, const Space& space, const Models& models,
                                       const std::vector<Constraints>& sets) {
  const Answerer answerer(job, space, models);
  std::vector<ModelAnswer> answers;
  for (std::size_t set = 0; set < sets.size(); ++set) answers.push_back(answerer.answer(set, sets[set]));
  return answers;
}

}  // namespace flash
