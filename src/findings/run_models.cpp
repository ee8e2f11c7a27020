#include "flash/findings/run_models.hpp"

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/findings/file_models.hpp"

namespace flash {
namespace {

Json entry(const Json& provenance, const std::string& key) {
  return provenance.is_object() && provenance.contains(key) ? provenance[key] : Json::object();
}

Json training_provenance(const Job& job, const PredictorFit& predictor) {
  Json json{{"job", job.name},
            {"space", to_json(job.space)},
            {"data", job.data.source},
            {"train_images", job.data.train_images > 0 ? Json(job.data.train_images) : Json("all")},
            {"epochs", job.training.epochs},
            {"samples", predictor.samples},
            {"rmse_fit", predictor.fit.rmse_fit},
            {"rmse_loo", predictor.fit.rmse_loo},
            {"rmse_loo_mean", predictor.fit.rmse_loo_mean},
            {"spearman", number_or_null(predictor.fit.spearman)},
            {"rmse_holdout", number_or_null(predictor.rmse_holdout)},
            {"predictor", predictor.predictor},
            {"choice", predictor.choice}};
  if (const auto chip = settings_of_training(job).chip) json["chip"] = to_json(*chip);
  return json;
}

Json target_provenance(const Job& job) {
  Json json{{"job", job.name}, {"machine", job.hardware.machine}};
  json.update(job.hardware.setup().provenance());
  return json;
}

void set_accuracy(Models& models, const Job& job, const std::vector<PredictorFit>& predictors) {
  const auto used = std::ranges::find_if(predictors, &PredictorFit::used);
  models.accuracy = used->fit.model;
  models.additive = used->additive;
  if (!used->score.empty()) models.reading = reading_of(used->score);
  models.provenance["accuracy"] = training_provenance(job, *used);
}

void set_hardware(Models& models, const Job& job, const HardwareFit& hardware) {
  models.target = job.hardware.target;
  models.provenance["hardware"] = target_provenance(job);
  for (const Metric metric : fitted_metrics()) {
    const auto& fit = hardware[metric];
    if (!fit) continue;
    models.metrics[metric] = fit->model;
    models.provenance[std::string(name(metric))] = {{"fit", to_json(fit->fit)},
                                                    {"holdout", to_json(fit->holdout)}};
  }
}

void take_accuracy(Models& models, const Models& known) {
  if (!known.additive && known.reading != models.reading)
    throw Error(ExitCode::bad_data, known.file.string() + ": its accuracy predictor reads NN-Degree as " +
                                        known.reading + ", the job as " + models.reading +
                                        ": set predictor.reading");
  if (known.accuracy) require_same_images(known, models.space);
  models.accuracy = known.accuracy;
  models.additive = known.additive;
  if (known.additive) accuracy_score(models, Space(models.space));  // throws where the features are others
  models.provenance["accuracy"] = entry(known.provenance, "accuracy");
  models.provenance["accuracy"]["from"] = known.file.filename().string();
}

void take_hardware(Models& models, const Models& known) {
  require_same_space(known, models.space);
  models.target = known.target;
  models.provenance["hardware"] = entry(known.provenance, "hardware");
  models.provenance["hardware"]["from"] = known.file.filename().string();
  if (known.provenance.contains("doubts")) models.provenance["doubts"] = known.provenance["doubts"];
  for (const Metric metric : fitted_metrics()) {
    const auto& model = models.metrics[metric] = known.metrics[metric];
    if (model)
      models.provenance[std::string(name(metric))] = entry(known.provenance, std::string(name(metric)));
  }
}

}  // namespace

Models run_models(const Job& job, const OwnFits& own) {
  std::optional<Models> known;
  if (!job.models_file.empty() && !(own.predictors && own.hardware)) known = file_models(job);
  if (known && own.predictors) {
    known->accuracy.reset();
    known->additive.reset();
    set_doubts(*known, job);
  }
  if (known && !own.predictors && !own.hardware) {
    require_same_space(*known, job.space);
    return *known;
  }
  Models models;
  models.space = job.space;
  models.reading = job.reading;
  models.provenance = {{"software", "flash"},
                       {"version", software_version},
                       {"git_hash", git_hash},
                       {"job", job.name},
                       {"seed", job.seed}};
  if (own.predictors) {
    set_accuracy(models, job, *own.predictors);
  } else if (known) {
    take_accuracy(models, *known);
  }
  if (own.hardware) {
    set_hardware(models, job, *own.hardware);
  } else if (known) {
    take_hardware(models, *known);
  }
  return models;
}

}  // namespace flash
