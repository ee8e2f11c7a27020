#include "flash/findings/fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/hardware/far_out.hpp"
#include "flash/search/models.hpp"

namespace flash {
namespace {

NetworkMeasurement network_measurement_from_json(const Json& json) {
  NetworkMeasurement measurement;
  for (const Metric metric : fitted_metrics) {
    const auto found = json.find(std::string(key(metric)));
    if (found != json.end()) measurement.metrics[metric] = number_or_nan(*found);
  }
  if (json.contains("repeats")) measurement.host = host_measurement_from_json(json);
  if (json.contains("machine")) measurement.machine = machine_from_json(json["machine"]);
  return measurement;
}

template <typename Sample, typename Read>
std::vector<Sample> samples_of(const NetworkPlan& plan, const Results::Stage& outcomes, const Read& read) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < plan.ids.size(); ++i) {
    Sample sample;
    sample.id = plan.ids[i];
    sample.holdout = plan.holdout(i);
    if (const auto found = outcomes.find(sample.id); found != outcomes.end()) {
      sample.outcome = &found->second;
      if (!sample.outcome->output.is_null()) sample.result = read(sample.outcome->output);
      sample.good = sample.outcome->ok;
      sample.failure = sample.outcome->error;
    }
    samples.push_back(std::move(sample));
  }
  return samples;
}

template <typename Samples>
std::string failures(const Samples& samples) {
  std::size_t missing = 0, failed = 0;
  std::string first;
  for (const auto& sample : samples) {
    missing += sample.outcome == nullptr;
    failed += sample.outcome != nullptr && !sample.good;
    if (first.empty()) first = sample.failure;
  }
  std::string text = std::to_string(missing) + " not done yet, " + std::to_string(failed) + " failed";
  return first.empty() ? text : text + ", the first because: " + first;
}

template <typename Sample>
bool for_fit(const Sample& sample) {
  return sample.good && !sample.holdout;
}

}  // namespace

std::vector<TrainedSample> trained_samples(const Space& space, const NetworkPlan& networks,
                                           const Results& results) {
  auto samples = samples_of<TrainedSample>(networks, results.stage("train"), training_result_from_json);
  for (TrainedSample& sample : samples) {
    sample.point = space.point(sample.id);
    if (sample.good && !sample.result.ok) {
      sample.good = false;
      sample.failure = sample.result.failure;
    }
  }
  return samples;
}

namespace {

AccuracyFit no_fit() {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return {.model = {nan, nan, nan},
          .rmse_fit = nan,
          .rmse_loo = nan,
          .rmse_loo_mean = nan,
          .spearman = nan,
          .kendall = nan};
}

// "nn_degree.links": the readings of NN-Degree stand together.
std::string predictor_of(const Score& score) {
  const std::string_view family = "nn_degree_";
  if (!score.name().starts_with(family)) return score.name();
  return "nn_degree." + score.name().substr(family.size());
}

std::string remedy(const std::vector<TrainedSample>& samples) {
  for (const TrainedSample& sample : samples)
    if (sample.outcome && !sample.good) return "once that is mended, --retry-failed tries them again";
  return "train more networks (sample.count), or longer (train.epochs)";
}

}  // namespace

namespace {

// By stage calibrate alone.
std::vector<MeasuredSample> calibrated_samples(const Job& job, const Space& space,
                                               const NetworkPlan& networks, const Results& results) {
  auto samples =
      samples_of<MeasuredSample>(networks, results.stage("calibrate"), network_measurement_from_json);
  for (MeasuredSample& sample : samples) {
    NetworkFeatures network = job.hardware.setup().network(space, sample.id);
    sample.point = std::move(network.point);
    sample.features = std::move(network.values);
  }
  return samples;
}

void take_again(MeasuredSample& sample, const Results::Stage& outcomes) {
  const auto found = outcomes.find(sample.id);
  if (!sample.good || found == outcomes.end() || !found->second.ok) return;
  NetworkMeasurement again = network_measurement_from_json(found->second.output);
  sample.latency_first = sample.result.metrics[Metric::latency];
  sample.latency_again = again.metrics[Metric::latency];
  if (sample.latency_again < sample.latency_first) sample.result = std::move(again);
}

}  // namespace

std::vector<MeasuredSample> measured_samples(const Job& job, const Space& space, const NetworkPlan& networks,
                                             const Results& results) {
  auto samples = calibrated_samples(job, space, networks, results);
  if (!job.hardware.remeasure) return samples;
  for (MeasuredSample& sample : samples) take_again(sample, results.stage(remeasure_name));
  return samples;
}

std::vector<std::uint64_t> networks_far_out(const Job& job, const Space& space, const NetworkPlan& networks,
                                            const Results& results) {
  const Results::Stage& outcomes = results.stage("calibrate");
  if (std::ranges::any_of(networks.ids, [&](std::uint64_t id) { return !outcomes.contains(id); })) return {};
  FitData data;
  std::vector<std::uint64_t> measured;
  for (const MeasuredSample& sample : calibrated_samples(job, space, networks, results)) {
    const double latency = sample.result.metrics[Metric::latency];
    if (!sample.good || !(latency > 0) || !std::isfinite(latency)) continue;
    data.features.push_back(sample.features);
    data.measured.push_back(latency);
    measured.push_back(sample.id);
  }
  std::vector<std::uint64_t> ids;
  for (const std::size_t i : far_out(data)) ids.push_back(measured[i]);
  return ids;
}

double predictor_value(const std::string& predictor, const Space& space, const Point& point) {
  if (predictor == "parameters") return static_cast<double>(space.counts(point).parameters);
  if (predictor == "macs") return static_cast<double>(space.counts(point).macs);
  for (const Score* score : space.geometry().scores())
    if (predictor == predictor_of(*score))
      return space.score(score->name(), point) + (predictor == "nn_mass" ? 1 : 0);
  throw Error(ExitCode::internal, "no predictor is called " + predictor);
}

std::vector<PredictorFit> fit_predictors(const Job& job, const Space& space,
                                         const std::vector<TrainedSample>& samples) {
  std::vector<double> accuracy, accuracy_holdout;
  for (const TrainedSample& sample : samples) {
    if (sample.good) (sample.holdout ? accuracy_holdout : accuracy).push_back(sample.result.accuracy);
  }
  if (accuracy.size() < 4) {
    throw Error(ExitCode::bad_data, "the accuracy predictor needs at least 4 trained networks and has " +
                                        std::to_string(accuracy.size()) + " (" + failures(samples) +
                                        "); see `flash report` for the reasons; " + remedy(samples));
  }
  const Score& used = *find_score(space.geometry(), score_of(job.reading));
  std::vector<std::string> names;
  for (const Score* score : space.geometry().scores()) names.push_back(predictor_of(*score));
  names.insert(names.end(), {"parameters", "macs"});
  std::vector<PredictorFit> fits;
  for (const std::string& name : names) {
    std::vector<double> value, value_holdout;
    for (const TrainedSample& sample : samples) {
      if (sample.good) {
        (sample.holdout ? value_holdout : value).push_back(predictor_value(name, space, *sample.point));
      }
    }
    PredictorFit fit;
    fit.predictor = name;
    fit.used = name == predictor_of(used);
    fit.samples = accuracy.size();
    try {
      fit.fit = fit_accuracy(value, accuracy);
      fit.rmse_holdout = rmse(fit.fit.model, value_holdout, accuracy_holdout);
    } catch (const Error&) {
      if (fit.used) throw;
      fit.fit = no_fit();  // a rival of which all networks have the same
    }
    fits.push_back(std::move(fit));
  }
  return fits;
}

HardwareFit fit_hardware(const Job& job, const std::vector<MeasuredSample>& samples) {
  const Target& target = job.hardware.setup();
  const std::vector<std::string> names = target.features(Space(job.space));
  const std::size_t least = target.least_networks();
  HardwareFit fits;
  std::size_t most = 0;
  for (const Metric metric : fitted_metrics) {
    FitData networks, holdout;
    for (const MeasuredSample& sample : samples) {
      const double value = sample.result.metrics[metric];
      if (!sample.good || std::isnan(value)) continue;
      FitData& part = sample.holdout ? holdout : networks;
      part.features.push_back(sample.features);
      part.measured.push_back(value);
    }
    most = std::max(most, networks.measured.size());
    if (networks.measured.size() < least) continue;
    fits[metric] = fit_metric(names, networks, holdout, target.tiling());
  }
  if (most < least) {
    throw Error(ExitCode::bad_data, "the hardware models need at least " + std::to_string(least) +
                                        " measured networks besides the held-out ones and have " +
                                        std::to_string(most) + " (" + failures(samples) + ")");
  }
  return fits;
}

}  // namespace flash
