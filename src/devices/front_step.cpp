#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/devices/front.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/devices/sampling.hpp"

namespace flash {
namespace {

struct Measured {
  std::vector<bool> asked;      // [network]
  std::vector<double> latency;  // [network]; NaN: not measured
  std::size_t usable = 0;
};

Measured first_of(const FrontInput& input, std::size_t count) {
  const std::size_t networks = input.devices.encoding->networks;
  Measured m{std::vector<bool>(networks, false),
             std::vector<double>(networks, std::numeric_limits<double>::quiet_NaN()), 0};
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t network = input.devices.sampled[k];
    if (network >= networks)
      throw Error(ExitCode::bad_data, "a network was measured that is not among those of the table");
    m.asked[network] = true;
    if (std::isnan(input.devices.measured[k])) continue;
    m.latency[network] = input.devices.measured[k];
    ++m.usable;
  }
  return m;
}

// A front of two: accuracy up, latency down, with what is beyond the region's ends left out.
class Staircase {
 public:
  Staircase(double least_accuracy, double last_latency) : accuracy_(least_accuracy), latency_(last_latency) {}

  // Area that a point adds: between it and the steps.
  double gain(double latency, double accuracy) const {
    if (latency >= latency_ || accuracy <= accuracy_) return 0;
    double sum = 0;
    double height = accuracy_;  // of the steps at `from`
    double from = latency;
    for (const auto& [at, up] : steps_) {
      if (at > latency) {
        if (height < accuracy) sum += (std::min(at, latency_) - from) * (accuracy - height);
        from = at;
      }
      height = std::max(height, up);
      if (height >= accuracy) return sum;
    }
    return sum + (latency_ - from) * (accuracy - height);
  }
  void add(double latency, double accuracy) {
    if (!(gain(latency, accuracy) > 0)) return;
    std::erase_if(steps_, [&](const auto& step) { return step.first >= latency && step.second <= accuracy; });
    steps_.insert(std::ranges::upper_bound(steps_, std::pair{latency, accuracy}), {latency, accuracy});
  }

 private:
  double accuracy_, latency_;
  std::vector<std::pair<double, double>> steps_;  // latency ascending, accuracy too
};

// The mean of a normal distribution's fifths, in standard deviations.
constexpr std::array<double, 5> fifths{-1.400, -0.532, 0.0, 0.532, 1.400};

// Greedily what adds most to the measured front's hypervolume in expectation; whatever is picked counts as measured with
// its prediction.
std::vector<std::size_t> most_promising(const FrontInput& input, const FrontOptions& options,
                                        const Measured& measured, const Adaptation& adapted,
                                        std::size_t count) {
  const std::vector<double>& accuracy = input.accuracy;
  std::size_t best = accuracy.size();
  for (std::size_t i = 0; i < accuracy.size(); ++i)
    if (!std::isnan(accuracy[i]) && (best == accuracy.size() || accuracy[i] > accuracy[best])) best = i;
  if (best == accuracy.size()) return {};
  const auto expected = [&](std::size_t i) {
    return std::isnan(measured.latency[i]) ? adapted.predicted[i] : measured.latency[i];
  };
  Staircase front(accuracy[best] - options.region, 1.05 * expected(best));
  for (std::size_t i = 0; i < accuracy.size(); ++i)
    if (!std::isnan(measured.latency[i]) && !std::isnan(accuracy[i]))
      front.add(measured.latency[i], accuracy[i]);
  std::vector<std::size_t> candidates;
  for (std::size_t i = 0; i < accuracy.size(); ++i)
    if (!measured.asked[i] && !std::isnan(accuracy[i]) && accuracy[i] > accuracy[best] - options.region)
      candidates.push_back(i);
  const auto gain = [&](std::size_t i) {
    const double deviation = adapted.deviation.empty() ? 0 : adapted.deviation[i];
    double sum = 0;
    for (const double z : fifths)
      sum += front.gain(std::max(adapted.predicted[i] + z * deviation, 0.0), accuracy[i]) / fifths.size();
    return sum;
  };
  // Gains only ever fall as points are added, so that an old one is an upper bound.
  std::vector<std::pair<double, std::size_t>> queue;
  for (const std::size_t i : candidates) queue.emplace_back(gain(i), i);
  const auto after = [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second > b.second;
  };
  std::ranges::make_heap(queue, after);
  std::vector<std::size_t> picked;
  while (picked.size() < count && !queue.empty()) {
    std::ranges::pop_heap(queue, after);
    auto [bound, network] = queue.back();
    queue.pop_back();
    if (!(bound > 0)) break;
    if (const double now = gain(network); now < bound) {
      queue.emplace_back(now, network);
      std::ranges::push_heap(queue, after);
      continue;
    }
    picked.push_back(network);
    front.add(adapted.predicted[network], accuracy[network]);
  }
  return picked;
}

Adaptation adapted_to(const FrontInput& input, const FrontOptions& options) {
  AdaptationInput devices = input.devices;
  devices.sampled.clear();
  devices.measured.clear();
  for (std::size_t k = 0; k < input.devices.sampled.size(); ++k)
    if (!std::isnan(input.devices.measured[k])) {
      devices.sampled.push_back(input.devices.sampled[k]);
      devices.measured.push_back(input.devices.measured[k]);
    }
  AdaptationOptions how;
  how.method = options.method;
  how.compare = false;
  how.seed = options.seed;
  return adapt(devices, how);
}

std::vector<std::size_t> spread(std::vector<std::size_t> list, std::size_t count) {
  if (list.size() <= count) return list;
  std::vector<std::size_t> result;
  for (std::size_t k = 0; k < count; ++k)
    result.push_back(list[count == 1 ? 0 : k * (list.size() - 1) / (count - 1)]);
  return result;
}

std::vector<std::size_t> samples_first(const FrontInput& input, const FrontOptions& options,
                                       std::size_t count) {
  SamplingInput sampling;
  sampling.encoding = input.devices.encoding;
  if (!input.devices.proxy.empty()) sampling.devices.push_back(input.devices.proxy);
  sampling.devices.insert(sampling.devices.end(), input.devices.library.begin(), input.devices.library.end());
  sampling.measured = input.devices.sampled;
  sampling.count = count;
  sampling.seed = options.seed;
  return networks_to_measure(sampling);
}

}  // namespace

FrontStep front_step(const FrontInput& input, const FrontOptions& options) {
  const Encoding& encoding = *input.devices.encoding;
  if (input.accuracy.size() != encoding.networks ||
      input.devices.sampled.size() != input.devices.measured.size())
    throw Error(ExitCode::internal,
                "a front needs an accuracy of each network, and a latency of each sample");
  const std::size_t done = input.devices.sampled.size();
  const std::size_t budget = std::max<std::size_t>(options.budget, 1);
  const Measured measured = first_of(input, done);
  FrontStep step;
  step.found =
      measured.usable == 0 ? std::vector<std::size_t>{} : pareto_networks(input.accuracy, measured.latency);
  const auto end = [&](std::string why) {
    step.ended = true;
    step.why = std::move(why);
    return step;
  };
  const std::size_t first = std::min(options.first, budget);
  if (done < first || measured.usable == 0) {
    if (done >= budget) return end("the budget is spent, and no network could be measured");
    step.measure =
        samples_first(input, options, done < first ? first - done : std::min(options.round, budget - done));
    if (step.measure.empty()) return end("every network that may be measured has been");
    step.why.append("samples for the first fit, spread over operator counts and known devices");
    return step;
  }
  const Adaptation adapted = adapted_to(input, options);
  // What is measured already is known better than any prediction.
  std::vector<double> best_known = adapted.predicted;
  for (std::size_t i = 0; i < best_known.size(); ++i)
    if (!std::isnan(measured.latency[i])) best_known[i] = measured.latency[i];
  step.predicted = pareto_networks(input.accuracy, best_known);
  if (done >= budget) return end("the budget of " + std::to_string(budget) + " measurements is spent");
  const std::size_t left = budget - done;

  if (!options.active) {
    if (done > first) return end("the predicted front has been measured");
    std::vector<std::size_t> front = step.predicted;
    bool accepted = false;
    if (!input.devices.proxy.empty()) {
      std::vector<double> proxy;
      for (const std::size_t network : input.devices.sampled) proxy.push_back(input.devices.proxy[network]);
      if (check_proxy(proxy, input.devices.measured).answer == ProxyVerdict::Answer::accept) {
        front = pareto_networks(input.accuracy, input.devices.proxy);
        accepted = true;
      }
    }
    std::erase_if(front, [&](std::size_t i) { return measured.asked[i]; });
    step.measure = spread(std::move(front), left);
    step.why.append(accepted ? "the proxy's own front: it ranks as the target does"
                             : "the front that the adapted model predicts");
    return step.measure.empty() ? end("the predicted front has been measured") : step;
  }

  const std::size_t still = options.stable * options.round;
  if (options.stable > 0 && done >= first + still) {
    const Measured before = first_of(input, done - still);
    if (before.usable > 0 && pareto_networks(input.accuracy, before.latency) == step.found)
      return end("the last " + std::to_string(options.stable) + " rounds have not changed the front");
  }
  step.measure = most_promising(input, options, measured, adapted, std::min(options.round, left));
  if (step.measure.empty()) return end("no network that was not measured is predicted to add to the front");
  step.why.append("the networks that are expected to add most to the front");
  return step;
}

}  // namespace flash
