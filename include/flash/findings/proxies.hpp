// The target's latency from devices that are measured well: which networks to measure, and the model that comes of it.
// Lu and others, "One Proxy Device Is Enough", POMACS 5(3):34, 2022; the methods are those of room devices.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/devices/adaptation.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/plan.hpp"
#include "flash/job/job.hpp"

namespace flash {

inline constexpr const char* devices_name =
    "devices";  // the stage that measures on them; task id: the network's

// The networks that every device of proxy.devices measures, spread over the space; none where there is no device.
std::vector<NetworkId> proxy_pool(const Job& job, const Space& space);
StagePlan plan_devices(const Job& job, const Space& space, const std::vector<NetworkId>& networks);

// Which of them the target measures, as far as that is known: the first ones, then round by round those of the predicted
// front. A function of job and results alone.
struct ProxyRounds {
  std::vector<NetworkId> networks;  // in the order of measuring; the last may still be to come
  bool complete = false;            // all are measured, and no more follow
  std::string ended;                // why, for people
};
// `predictors`: of the trained networks, by which accuracies are predicted; nothing in a training-free search.
// Nothing follows the first ones where neither is there.
ProxyRounds proxy_rounds(const Job& job, const Space& space, const Results& results,
                         const std::vector<PredictorFit>* predictors);

// What stage devices has found of the pool: [device][network], NaN where a device has not measured it.
std::vector<std::vector<double>> device_latencies(const Job& job, const Results& results,
                                                  const std::vector<NetworkId>& pool);
// The place in proxy.devices of the one that is the proxy: what the job names, else the most central.
std::size_t proxy_of(const Job& job, const std::vector<std::vector<double>>& latencies);

// The target's latency, adapted; `samples`: those of the target that are no hold-out.
struct AdaptedLatency {
  MetricFit fit;
  Adaptation adaptation;
  std::string proxy;  // its device
};
Json to_json(
    const AdaptedLatency& adapted);  // what is kept with models: proxy, method, why, all methods side by side
// Throws Error bad_data where too few networks were measured.
AdaptedLatency adapt_latency(const Job& job, const Space& space, const Results& results,
                             const std::vector<MeasuredSample>& samples);
// A latency model of each device, by its own measurements; nothing of one with too few.
void fit_devices(const Job& job, const Space& space, const Results& results, HardwareFit& fits,
                 const FitWatch& watch = {});

}  // namespace flash
