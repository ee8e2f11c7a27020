#include "flash/findings/proxies.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "flash/devices/front.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/devices/sampling.hpp"
#include "flash/findings/adapted_models.hpp"
#include "flash/findings/networks.hpp"
#include "flash/import/space_encoding.hpp"

namespace flash {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double latency_in(const StageOutcome& outcome, Metric metric) {
  if (!outcome.ok || outcome.output.is_null()) return unknown;
  const auto value = outcome.output.find(std::string(key(metric)));
  return value == outcome.output.end() ? unknown : number_or_nan(*value);
}

std::string method_of(const Job& job) { return job.proxy.method == "auto" ? "" : job.proxy.method; }

// The pool with all that is known of it before the target is asked.
struct Pool {
  std::vector<NetworkId> ids;
  Encoding encoding;
  AdaptationInput devices;  // proxy and library
  std::string proxy;

  Pool(const Job& job, const Space& space, const Results& results) : ids(proxy_pool(job, space)) {
    std::vector<Point> points;
    for (const NetworkId id : ids) points.push_back(space.point(id));
    encoding = encode(space, points);
    std::vector<std::vector<double>> latencies = device_latencies(job, results, ids);
    const std::size_t chosen = proxy_of(job, latencies);
    proxy = job.proxy.devices[chosen].name;
    devices.encoding = &encoding;
    devices.proxy = std::move(latencies[chosen]);
    latencies.erase(latencies.begin() + static_cast<std::ptrdiff_t>(chosen));
    devices.library = std::move(latencies);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  std::size_t place(NetworkId id) const {
    return static_cast<std::size_t>(std::ranges::find(ids, id) - ids.begin());
  }
};

std::vector<double> accuracies(const Job& job, const Space& space, const std::vector<NetworkId>& ids,
                               const std::vector<PredictorFit>* predictors) {
  std::vector<double> values;
  for (const NetworkId id : ids) {
    const Point point = space.point(id);
    if (job.objective.training_free) {
      const Score* score = find_score(space.geometry(), score_of(job.reading));
      values.push_back(value(*score, space.stratum(point).shape, point.options, space.stratum(point).slots));
    } else {
      const auto used = std::ranges::find_if(*predictors, &PredictorFit::used);
      values.push_back(used->fit.model(predictor_value(*used, space, point)));
    }
  }
  return values;
}

}  // namespace

std::vector<NetworkId> proxy_pool(const Job& job, const Space& space) {
  if (!job.proxy.active()) return {};
  return spread_networks(space, static_cast<std::size_t>(job.proxy.networks), job.hardware.max_mmacs,
                         derive_seed(job.seed, "sample", 2));
}

StagePlan plan_devices(const Job& job, const Space& space, const std::vector<NetworkId>& networks) {
  StagePlan plan;
  plan.name = devices_name;
  for (const NamedDevice& device : job.proxy.devices) {
    std::string all;
    for (const TaskInput& input : device.setup().inputs(job.space, job.seed))
      all += input.name + input.digest;
    plan.inputs.push_back({"device " + device.name, sha256_hex(all)});
    plan.one_per_host = plan.one_per_host || device.setup().runs_here();
  }
  for (const NetworkId id : networks) {
    Json tasks = Json::object(), timed = Json::object();
    double cost = 0;
    for (const NamedDevice& device : job.proxy.devices) {
      const Target& target = device.setup();
      tasks[device.name] = timed[device.name] = target.task(space, id, network_seed(job, device.name, id));
      if (target.runs_here()) timed[device.name]["timeout_s"] = job.farm.task_timeout_s;
      cost += target.cost(space, id);
    }
    plan.tasks.push_back({id, cost, Json{{"kind", "devices"}, {"devices", timed}}.dump(), digest_of(tasks)});
  }
  return plan;
}

std::vector<std::vector<double>> device_latencies(const Job& job, const Results& results,
                                                  const std::vector<NetworkId>& pool) {
  const Results::Stage& outcomes = results.stage(devices_name);
  std::vector<std::vector<double>> latencies;
  for (const NamedDevice& device : job.proxy.devices) {
    const Metric metric = metric_on(Metric::latency, device.name);
    std::vector<double>& values = latencies.emplace_back();
    for (const NetworkId id : pool) {
      const auto found = outcomes.find(id);
      values.push_back(found == outcomes.end() ? unknown : latency_in(found->second, metric));
    }
  }
  return latencies;
}

std::size_t proxy_of(const Job& job, const std::vector<std::vector<double>>& latencies) {
  const auto& devices = job.proxy.devices;
  const auto named = std::ranges::find(devices, job.proxy.device, &NamedDevice::name);
  if (named != devices.end()) return static_cast<std::size_t>(named - devices.begin());
  return devices.size() == 1 ? 0 : central_device(monotonicity(latencies, {}, false));
}

ProxyRounds proxy_rounds(const Job& job, const Space& space, const Results& results,
                         const std::vector<PredictorFit>* predictors) {
  ProxyRounds rounds;
  const std::vector<NetworkId> ids = proxy_pool(job, space);
  const Results::Stage& devices = results.stage(devices_name);
  if (ids.empty() || std::ranges::any_of(ids, [&](NetworkId id) { return !devices.contains(id); }))
    return rounds;
  const Pool pool(job, space, results);
  SamplingInput sampling;
  sampling.encoding = &pool.encoding;
  sampling.devices.push_back(pool.devices.proxy);
  sampling.devices.insert(sampling.devices.end(), pool.devices.library.begin(), pool.devices.library.end());
  sampling.count = static_cast<std::size_t>(std::min(job.proxy.first, job.proxy.budget));
  sampling.seed = derive_seed(job.seed, "proxy", 0);
  std::vector<std::size_t> measure = networks_to_measure(sampling);
  const Results::Stage& outcomes = results.stage("calibrate");
  FrontInput input{pool.devices, {}};
  const bool fronts = job.objective.training_free || predictors != nullptr;
  if (fronts) input.accuracy = accuracies(job, space, ids, predictors);
  while (true) {
    bool all = true;
    for (const std::size_t place : measure) {
      rounds.networks.push_back(ids[place]);
      const auto found = outcomes.find(ids[place]);
      all = all && found != outcomes.end();
      if (found == outcomes.end()) continue;
      input.devices.sampled.push_back(place);
      input.devices.measured.push_back(latency_in(found->second, Metric::latency));
    }
    if (!all || !fronts) {
      rounds.complete = all;
      return rounds;
    }
    FrontOptions options;
    options.budget = static_cast<std::size_t>(job.proxy.budget);
    options.first = static_cast<std::size_t>(job.proxy.first);
    options.round = static_cast<std::size_t>(job.proxy.round);
    options.method = method_of(job);
    options.seed = derive_seed(job.seed, "proxy", 1);
    if (job.objective.training_free) {  // of a score all of it is the region
      const auto [least, most] = std::ranges::minmax(input.accuracy);
      options.region = 1.01 * (most - least);
    }
    const FrontStep step = front_step(input, options);
    if (step.ended || step.measure.empty()) {
      rounds.complete = true;
      rounds.ended = step.why;
      return rounds;
    }
    measure = step.measure;
  }
}

AdaptedLatency adapt_latency(const Job& job, const Space& space, const Results& results,
                             const std::vector<MeasuredSample>& samples) {
  const Pool pool(job, space, results);
  AdaptationInput input = pool.devices;
  std::vector<const MeasuredSample*> fitted, held_out;
  for (const MeasuredSample& sample : samples) {
    if (!sample.good || std::isnan(sample.result.metrics[Metric::latency])) continue;
    (sample.holdout ? held_out : fitted).push_back(&sample);
    if (sample.holdout) continue;
    input.sampled.push_back(pool.place(sample.id));
    input.measured.push_back(sample.result.metrics[Metric::latency]);
  }
  AdaptationOptions options;
  options.method = method_of(job);
  options.seed = derive_seed(job.seed, "proxy", 1);
  AdaptedLatency adapted;
  adapted.proxy = pool.proxy;
  adapted.adaptation = adapt(input, options);
  adapted.fit.model = adapted_model(space, adapted.adaptation);
  const auto quality_of = [&](const std::vector<const MeasuredSample*>& of) {
    std::vector<double> measured, predicted;
    for (const MeasuredSample* sample : of) {
      measured.push_back(sample->result.metrics[Metric::latency]);
      predicted.push_back(adapted.fit.model(space, *sample->point));
    }
    return quality(measured, predicted);
  };
  adapted.fit.fit = quality_of(fitted);
  adapted.fit.holdout = quality_of(held_out);
  return adapted;
}

Json to_json(const AdaptedLatency& adapted) {
  Json methods = Json::array();
  for (const MethodScore& score : adapted.adaptation.methods)
    methods.push_back({{"method", score.method},
                       {"fitted", score.fitted},
                       {"srcc", number_or_null(score.srcc)},
                       {"rmse", number_or_null(score.rmse)},
                       {"reason", score.reason}});
  return {{"proxy", adapted.proxy},
          {"method", adapted.adaptation.method},
          {"why", adapted.adaptation.why},
          {"srcc_raw", number_or_null(adapted.adaptation.raw_srcc)},
          {"warnings", adapted.adaptation.warnings},
          {"methods", methods}};
}

void fit_devices(const Job& job, const Space& space, const Results& results, HardwareFit& fits,
                 const FitWatch& watch) {
  const std::vector<NetworkId> ids = proxy_pool(job, space);
  const std::vector<std::vector<double>> latencies = device_latencies(job, results, ids);
  for (std::size_t d = 0; d < latencies.size(); ++d) {
    if (watch) watch(d, latencies.size());
    const Target& target = job.proxy.devices[d].setup();
    const std::vector<std::string> names = target.features(space);
    std::vector<Point> points;
    std::vector<double> measured;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (std::isnan(latencies[d][i])) continue;
      points.push_back(space.point(ids[i]));
      measured.push_back(latencies[d][i]);
    }
    if (measured.size() < target.least_networks()) continue;
    const FitData data = fit_data(space, names, points, measured, target.tiling());
    fits[metric_on(Metric::latency, job.proxy.devices[d].name)] =
        fit_metric(names, data, {}, target.tiling());
  }
  if (watch) watch(latencies.size(), latencies.size());
}

}  // namespace flash
