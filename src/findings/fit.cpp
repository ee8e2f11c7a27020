#include "flash/findings/fit.hpp"

#include <algorithm>
#include <cmath>

#include "failures.hpp"
#include "flash/core/error.hpp"
#include "flash/hardware/far_out.hpp"
#include "flash/hardware/interval.hpp"

namespace flash {
namespace {

// By the cycles of the target's report.
std::vector<double> layer_times(const Json& json) {
  std::vector<double> times;
  if (!json.contains("layers") || !json.contains("period_ns")) return times;
  constexpr double ms_in_ns = 1e-6;
  for (const Json& layer : json["layers"]) {
    double cycles = 0;
    for (const char* part : {"compute_cycles", "load_cycles", "communication_cycles"})
      cycles += layer.value(part, 0.0);
    times.push_back(cycles * json["period_ns"].get<double>() * ms_in_ns);
  }
  return times;
}

NetworkMeasurement network_measurement_from_json(const Json& json) {
  NetworkMeasurement measurement;
  for (const Metric metric : fitted_metrics()) {
    const auto found = json.find(std::string(key(metric)));
    if (found != json.end()) measurement.metrics[metric] = number_or_nan(*found);
    if (is_interval(metric)) measurement.layer_ms = layer_times(json);
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

template <typename Sample>
bool for_fit(const Sample& sample) {
  return sample.good && !sample.holdout;
}

}  // namespace

double TrainedSample::accuracy() const {
  double sum = result.accuracy;
  for (const double value : again) sum += value;
  return sum / static_cast<double>(1 + again.size());
}

std::vector<TrainedSample> trained_samples(const Space& space, const NetworkPlan& networks,
                                           const Results& results, const std::string& stage) {
  auto samples = samples_of<TrainedSample>(networks, results.stage(stage), training_result_from_json);
  const Results::Stage& repeats = results.stage(repeat_name);
  for (TrainedSample& sample : samples) {
    sample.point = space.point(sample.id);
    if (sample.good && !sample.result.ok) {
      sample.good = false;
      sample.failure = sample.result.failure;
    }
    if (sample.good && sample.result.ended_early) sample.good = false;
    const auto repeat = repeats.find(sample.id);
    if (!sample.good || repeat == repeats.end() || !repeat->second.ok) continue;
    const TrainingResult again = training_result_from_json(repeat->second.output);
    if (again.ok) sample.again.push_back(again.accuracy);
  }
  return samples;
}

TrainingNoise training_noise(const std::vector<TrainedSample>& samples) {
  TrainingNoise noise;
  double squares = 0;
  for (const TrainedSample& sample : samples) {
    if (!sample.good || sample.again.empty()) continue;
    const double mean = sample.accuracy();
    squares += std::pow(sample.result.accuracy - mean, 2);
    for (const double value : sample.again) squares += std::pow(value - mean, 2);
    noise.freedom += sample.again.size();
    ++noise.networks;
  }
  if (noise.freedom > 0) noise.deviation = std::sqrt(squares / static_cast<double>(noise.freedom));
  return noise;
}

double best_correlation(const std::vector<TrainedSample>& samples, const TrainingNoise& noise) {
  std::vector<double> single;
  for (const TrainedSample& sample : samples)
    if (for_fit(sample)) single.push_back(sample.result.accuracy);
  const auto count = static_cast<double>(single.size());
  double mean = 0, squares = 0;
  for (const double value : single) mean += value / count;
  for (const double value : single) squares += std::pow(value - mean, 2);
  const double share = noise.deviation * noise.deviation * (count - 1) / squares;
  return std::isnan(share) ? share : std::sqrt(std::max(0.0, 1 - share));
}

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

// Nothing where too few networks have told of their layers.
std::optional<MetricFit> fit_interval(const Target& target, const Space& space,
                                      const std::vector<MeasuredSample>& samples) {
  std::vector<LayerTimes> networks, holdout;
  for (const MeasuredSample& sample : samples)
    if (sample.good && sample.point && !sample.result.layer_ms.empty())
      (sample.holdout ? holdout : networks).push_back({*sample.point, sample.result.layer_ms});
  if (!target.tiling() || networks.size() < target.least_networks()) return std::nullopt;
  return fit_slowest_layer(space, networks, holdout, *target.tiling());
}

}  // namespace

std::vector<MeasuredSample> measured_samples(const Job& job, const Space& space, const NetworkPlan& networks,
                                             const Results& results) {
  auto samples = calibrated_samples(job, space, networks, results);
  if (!job.hardware.remeasure) return samples;
  for (MeasuredSample& sample : samples) take_again(sample, results.stage(remeasure_name));
  return samples;
}

std::vector<NetworkId> networks_far_out(const Job& job, const Space& space, const NetworkPlan& networks,
                                        const Results& results) {
  const Results::Stage& outcomes = results.stage("calibrate");
  if (std::ranges::any_of(networks.ids, [&](NetworkId id) { return !outcomes.contains(id); })) return {};
  FitData data;
  std::vector<NetworkId> measured;
  for (const MeasuredSample& sample : calibrated_samples(job, space, networks, results)) {
    const double latency = sample.result.metrics[Metric::latency];
    if (!sample.good || !(latency > 0) || !std::isfinite(latency)) continue;
    data.features.push_back(sample.features);
    data.measured.push_back(latency);
    measured.push_back(sample.id);
  }
  std::vector<NetworkId> ids;
  for (const std::size_t i : far_out(data)) ids.push_back(measured[i]);
  return ids;
}

HardwareFit fit_hardware(const Job& job, const std::vector<MeasuredSample>& samples,
                         std::span<const Metric> metrics, const FitWatch& watch) {
  const Target& target = job.hardware.setup();
  const std::vector<std::string> names = target.features(Space(job.space));
  const std::size_t least = target.least_networks();
  struct Measured {
    Metric metric;
    FitData networks, holdout;
  };
  std::vector<Measured> enough_for_a_fit;
  std::size_t most = 0;
  for (const Metric metric : metrics) {
    Measured measured{metric, {}, {}};
    if (is_interval(metric)) continue;  // of layers, not of networks
    for (const MeasuredSample& sample : samples) {
      const double value = sample.result.metrics[metric];
      if (!sample.good || std::isnan(value)) continue;
      const bool enough = is_on_device(metric) && measured.networks.measured.size() >= most_on_device;
      FitData& part = sample.holdout || enough ? measured.holdout : measured.networks;
      part.features.push_back(sample.features);
      part.measured.push_back(value);
    }
    most = std::max(most, measured.networks.measured.size());
    if (measured.networks.measured.size() >= least) enough_for_a_fit.push_back(std::move(measured));
  }
  if (most < least) {
    throw Error(ExitCode::bad_data, "the hardware models need at least " + std::to_string(least) +
                                        " measured networks besides the held-out ones and have " +
                                        std::to_string(most) + " (" + failures(samples) + ")");
  }
  HardwareFit fits;
  for (std::size_t done = 0; done < enough_for_a_fit.size(); ++done) {
    const auto& [metric, networks, holdout] = enough_for_a_fit[done];
    if (watch) watch(done, enough_for_a_fit.size());
    fits[metric] = fit_metric(names, networks, holdout, target.tiling());
  }
  for (const Metric metric : metrics)
    if (is_interval(metric)) fits[metric] = fit_interval(target, Space(job.space), samples);
  if (watch) watch(enough_for_a_fit.size(), enough_for_a_fit.size());
  return fits;
}

}  // namespace flash
