#include "flash/findings/findings.hpp"

#include <algorithm>
#include <iterator>

#include "flash/core/error.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/findings/fitted_from.hpp"
#include "flash/findings/machines.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/hardware/interval.hpp"
#include "flash/search/margin.hpp"

namespace flash {

namespace {

void say_machines(Models& models, const std::vector<MeasuringMachine>& machines) {
  for (const MeasuringMachine& there : machines) {
    Json machine = to_json(there.machine);
    machine["networks"] = there.networks;
    models.provenance["hardware"]["machines"].push_back(std::move(machine));
  }
  if (const std::string mixed = mixed_processors(machines); !mixed.empty())
    models.provenance["doubts"].push_back(mixed);
}

// A fit from a part of the networks is made all the same, and everything that rests on it says so.
template <class Samples>
void doubt_if_partial(Models& models, const Samples& samples, const std::string& what, const char* stage) {
  const auto missing =
      std::ranges::count_if(samples, [](const auto& sample) { return sample.outcome == nullptr; });
  if (missing > 0)
    models.provenance["doubts"].push_back(
        what + std::to_string(samples.size() - static_cast<std::size_t>(missing)) + " of " +
        std::to_string(samples.size()) + " networks: `flash " + stage + "` does the others");
}

}  // namespace

Findings::Findings(const Job& job, const Space& space, const Results& results)
    : job_(job), space_(space), results_(results) {}

const NetworkPlan& Findings::to_train() {
  if (!to_train_) to_train_ = networks_to_train(job_, space_);
  return *to_train_;
}

const NetworkPlan& Findings::to_measure() {
  if (!to_measure_) {
    if (job_.proxy.active()) {
      to_measure_.emplace();
      to_measure_->ids = proxy_rounds().networks;
      to_measure_->fit = to_measure_->ids.size();
      // What no fit may come to see.
      const std::vector<NetworkId> rest = networks_held_out(job_, space_, proxy_pool(job_, space_));
      to_measure_->ids.insert(to_measure_->ids.end(), rest.begin(), rest.end());
    } else {
      to_measure_ = networks_to_measure(job_, space_);
    }
  }
  return *to_measure_;
}

// Accuracies are those of the first design, which no later training changes.
const ProxyRounds& Findings::proxy_rounds() {
  if (proxy_rounds_) return *proxy_rounds_;
  std::optional<std::vector<PredictorFit>> fits;
  const std::vector<TrainedSample> design = trained_samples(space_, to_train(), results_);
  if (std::ranges::all_of(design, [](const TrainedSample& sample) { return sample.outcome != nullptr; })) {
    try {
      if (!job_.objective.training_free) fits = fit_predictors(job_, space_, design);
    } catch (const Error& error) {  // a fit that cannot be made: whoever needs it will say so
      if (error.code() != ExitCode::bad_data) throw;
    }
  }
  proxy_rounds_ = flash::proxy_rounds(job_, space_, results_, fits ? &*fits : nullptr);
  return *proxy_rounds_;
}

void Findings::forget_samples(std::string_view stage) {
  trained_.reset();
  refinement_.reset();
  predictors_.reset();
  if (stage != train_name && stage != repeat_name && stage != refine_name) {
    measured_.reset();
    hardware_.reset();
    adapted_.reset();
  }
  if (job_.proxy.active()) {
    to_measure_.reset();
    proxy_rounds_.reset();
    measured_.reset();
    hardware_.reset();
    adapted_.reset();
  }
  models_.reset();
  sets_.reset();
}

const std::vector<TrainedSample>& Findings::trained() {
  if (trained_) return *trained_;
  const std::vector<TrainedSample>& more = refinement().samples;
  trained_ = trained_samples(space_, to_train(), results_);
  trained_->insert(trained_->end(), more.begin(), more.end());
  return *trained_;
}

// With all that a round of refinement is chosen from.
bool Findings::design_is_done() const {
  const auto done = [&](const NetworkPlan& networks, std::size_t first, const std::string& stage) {
    return std::all_of(networks.ids.begin(), networks.ids.begin() + static_cast<std::ptrdiff_t>(first),
                       [&](NetworkId id) { return results_.stage(stage).contains(id); });
  };
  const auto repeats = std::min(to_train_->fit, static_cast<std::size_t>(job_.sample.repeats));
  return done(*to_train_, to_train_->ids.size(), train_name) && done(*to_train_, repeats, repeat_name) &&
         (!job_.proxy.active() || proxy_rounds_->complete) &&
         (!job_.models_file.empty() || done(*to_measure_, to_measure_->ids.size(), "calibrate"));
}

const Refinement& Findings::refinement() {
  if (refinement_) return *refinement_;
  refinement_.emplace();
  if (job_.refine.rounds == 0 || job_.objective.training_free) return *refinement_;
  to_train();
  to_measure();
  if (!design_is_done()) return *refinement_;
  try {
    refinement_ =
        flash::refinement(job_, space_, results_, trained_samples(space_, to_train(), results_),
                          [this](const std::vector<PredictorFit>& fits) { return models_of(fits); });
  } catch (const Error& error) {  // a fit that cannot be made: whoever needs it will say so
    if (error.code() != ExitCode::missing_input && error.code() != ExitCode::bad_data) throw;
  }
  return *refinement_;
}

const std::vector<MeasuredSample>& Findings::measured() {
  if (!measured_) measured_ = measured_samples(job_, space_, to_measure(), results_);
  return *measured_;
}

const std::vector<PredictorFit>& Findings::predictors() {
  if (predictors_) return *predictors_;
  if (results_.stage(train_name).empty()) {
    throw Error(ExitCode::missing_input,
                "no network has been trained in this run yet: run `flash train` or `flash run` first");
  }
  predictors_ = fit_predictors(job_, space_, trained());
  return *predictors_;
}

const HardwareFit& Findings::hardware() {
  if (hardware_) return *hardware_;
  if (results_.stage("calibrate").empty()) {
    throw Error(ExitCode::missing_input,
                "no network has been measured in this run yet: run `flash calibrate` or `flash run` first");
  }
  if (!job_.proxy.active()) return *(hardware_ = fit_hardware(job_, measured(), fitted_metrics(), watch_));
  adapted_ = adapt_latency(job_, space_, results_, measured());
  HardwareFit fits;
  std::vector<Metric> others{Metric::energy, Metric::area};
  std::ranges::copy_if(fitted_metrics(), std::back_inserter(others), is_interval);
  const bool any =
      std::ranges::any_of(others, [this](Metric m) { return job_.hardware.setup().measures(m); });
  if (any) fits = fit_hardware(job_, measured(), others);
  fits[Metric::latency] = adapted_->fit;
  fit_devices(job_, space_, results_, fits, watch_);
  return *(hardware_ = std::move(fits));
}

const std::optional<AdaptedLatency>& Findings::adapted() {
  if (job_.proxy.active()) hardware();
  return adapted_;
}

const Models& Findings::models() {
  if (models_) return *models_;
  const bool needs_training = job_.models_file.empty() && !job_.objective.training_free;
  const bool trained_any = !results_.stage(train_name).empty();
  std::optional<std::vector<PredictorFit>> fits;
  if (needs_training || trained_any) fits = predictors();
  models_ = models_of(std::move(fits));
  if (needs_training || trained_any)
    doubt_if_partial(*models_, trained(), "the accuracy predictor rests on ", train_name);
  models_->known_accuracies =
      job_.accuracies.of_all;  // not in models_of: refinement must not see what it looks for
  return *models_;
}

Models Findings::models_of(std::optional<std::vector<PredictorFit>> fits) {
  OwnFits own;
  own.predictors = std::move(fits);
  if (job_.models_file.empty() || !results_.stage("calibrate").empty()) own.hardware = hardware();
  Models models = run_models(job_, own);
  if (!models.provenance.is_object()) models.provenance = Json::object();
  models.provenance["fitted_from"] = fitted_from(job_, own.predictors.has_value(), own.hardware.has_value());
  if (own.hardware && adapted_) models.provenance["hardware"]["adapted"] = to_json(*adapted_);
  if (own.hardware) say_machines(models, measuring_machines(measured()));
  if (own.hardware) doubt_if_partial(models, measured(), "the hardware models rest on ", "calibrate");
  return models;
}

const std::vector<Constraints>& Findings::sets() {
  if (sets_) return *sets_;
  if (own_constraints_) {
    Constraints own = with_margin(job_.constraints, space_, models(), job_.objective);
    own.name = primary_set(job_);
    sets_.emplace().push_back(std::move(own));
  } else {
    sets_ = constraint_sets(job_, space_, models());
  }
  return *sets_;
}

}  // namespace flash
