// Random cases of search: a preset's space, models of the kinds that targets have, an objective as jobs set
// it, and bounds that a random network just keeps.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/hardware/features.hpp"
#include "flash/search/evaluator.hpp"
#include "usual_models.hpp"

namespace flash {

class RandomCases {
 public:
  // Throws Error bad_job where there is no such preset.
  explicit RandomCases(const std::string& preset)
      : preset_(preset), definition_(find_preset(preset)->definition) {
    if (preset == "flash-63b") stated_.push_back(usual_models());
    for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/models")) {
      if (entry.path().extension() != ".json") continue;
      Models models = read_models(entry.path());
      if (models.space != definition_) continue;
      if (models.metrics[Metric::latency]->tiling) tiling_ = models.metrics[Metric::latency]->tiling;
      stated_.push_back(std::move(models));
    }
  }

  // The k-th case of a seed: the same whatever was drawn before.
  Evaluator draw(std::uint64_t seed, std::uint64_t k) const {
    Philox random(derive_seed(seed, preset_, k));
    const Models models = draw_models(random);
    const Objective objective = draw_objective(random);
    const Space space(definition_);
    const Constraints constraints = draw_constraints(random, Evaluator(space, models, objective, {}));
    return Evaluator(space, models, objective, constraints);
  }

 private:
  static double between(Philox& random, double low, double high) {
    return low * std::pow(high / low, random.uniform());
  }
  static bool chance(Philox& random, std::uint64_t one_in) { return random.below(one_in) == 0; }

  // In equal parts: the stated models, without changes or with accuracies of another data set; metrics of
  // random features without tiles; the same with tiles.
  Models draw_models(Philox& random) const {
    const AccuracyModel accuracy{1.05, between(random, 1, 500), -3 * random.uniform()};
    const std::uint64_t kind = random.below(3);
    if (kind == 0 && !stated_.empty()) {
      Models models = stated_[random.below(stated_.size())];
      if (!models.accuracy || chance(random, 2)) models.accuracy = accuracy;
      return models;
    }
    Models models;
    models.space = definition_;
    models.target = "random";
    models.accuracy = accuracy;
    models.reading = chance(random, 4) ? other_reading_ : "links";
    for (const Metric m : fitted_metrics())
      if (m == Metric::latency || chance(random, 2)) models.metrics[m] = draw_metric(random, kind == 2);
    return models;
  }

  // Each feature's share is what a network of middling size has, times something over orders of magnitude.
  MetricModel draw_metric(Philox& random, bool tiled) const {
    MetricModel model{between(random, 1e-3, 10), {}};
    if (tiled) model.tiling = tiling_;
    const Space space(definition_);
    const Stratum& middle = space.strata()[space.strata().size() / 2];
    const std::vector<std::string> names = feature_names(space, model.tiling);
    const std::vector<double> values =
        network_features(space, space.point(middle.first_id + middle.size / 2), names, model.tiling);
    for (std::size_t terms = 1 + random.below(6); terms > 0; --terms) {
      const std::size_t f = random.below(names.size());
      if (values[f] > 0) model.terms.push_back({names[f], between(random, 1e-2, 10) / values[f]});
    }
    return model;
  }

  static Objective draw_objective(Philox& random) {
    Objective objective;
    objective.training_free = chance(random, 8);
    if (chance(random, 2)) objective.accuracy = between(random, 0.2, 20);
    if (chance(random, 2))
      for (const Metric m : fitted_metrics())
        objective.metric[m] = chance(random, 4) ? 0 : between(random, 0.1, 2);
    return objective;
  }

  // One bound alone, or every one, or some, that a random network keeps exactly or with a fifth of room. The
  // network is one of all, most of which are large, or one of a random stratum.
  static Constraints draw_constraints(Philox& random, const Evaluator& free) {
    const Space& space = free.space();
    const Stratum& stratum = space.strata()[random.below(space.strata().size())];
    const Evaluation sample =
        free.at(chance(random, 2) ? random.below(space.size())
                                  : stratum.first_id + random.below(small_id(stratum.size)));
    const double room = chance(random, 2) ? 1 : 1.2;
    std::vector<std::optional<Metric>> bounds{std::nullopt};  // none: on accuracy
    for (const Metric m : all_metrics())
      if (free.has(m)) bounds.push_back(m);
    const std::uint64_t kind = random.below(3);
    const std::optional<Metric> only = bounds[random.below(bounds.size())];
    Constraints constraints;
    for (const std::optional<Metric> bound : bounds) {
      if (kind == 0 ? bound != only : kind == 1 && chance(random, 3)) continue;
      if (!bound)
        constraints.accuracy_min = sample.accuracy;
      else
        constraints.metric_max[*bound] = sample.metrics[*bound] * room;
    }
    return constraints;
  }

  // Where a family has but one score that is positive everywhere, that one.
  static std::string other_reading(const SpaceDefinition& definition) {
    const Space space(definition);
    return find_score(space.geometry(), score_of("channels")) != nullptr ? "channels" : "links";
  }

  std::string preset_;
  SpaceDefinition definition_;
  std::string other_reading_ = other_reading(definition_);
  std::vector<Models> stated_;
  std::optional<Tiling> tiling_;
};

}  // namespace flash
