// How alike devices rank networks: latency monotonicity (Lu et al., POMACS 5(3):34, 2022).
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace flash {

struct DeviceCorrelation {
  std::size_t networks = 0;            // that both measured
  double srcc = 0, kendall = 0;        // NaN: fewer than two different values on a side
  double srcc_low = 0, srcc_high = 0;  // 95 %
};

struct MonotonicityMatrix {
  std::size_t devices = 0;
  std::vector<DeviceCorrelation> pairs;  // [device][device], symmetric, 1 along the diagonal
  const DeviceCorrelation& at(std::size_t a, std::size_t b) const { return pairs[a * devices + b]; }
};

// Latencies [device][network], NaN: not measured. Networks that both of a pair measured are ranked anew for it. `subset`:
// only these networks; empty: all. `with_kendall` false leaves kendall NaN.
MonotonicityMatrix monotonicity(std::span<const std::vector<double>> latencies,
                                const std::vector<bool>& subset = {}, bool with_kendall = true);

// Average linkage on 1 - SRCC: devices of a cluster are joined while their mean SRCC is at least `threshold`. The number
// of each device's cluster, from 0 in order of the first device. An SRCC that is NaN counts as 0.
std::vector<std::size_t> device_clusters(const MonotonicityMatrix& matrix, double threshold = 0.9);

// The device with the largest mean SRCC to the others, the first of equals; 0 of one. Pairs whose SRCC is NaN do not
// count, and a device has at least half as many others as any. And those means; NaN: no pair counts.
std::size_t central_device(const MonotonicityMatrix& matrix);
std::vector<double> mean_correlations(const MonotonicityMatrix& matrix);

// What samples on a target say of a proxy: whether it ranks as the target does.
struct ProxyVerdict {
  enum class Answer { accept, adapt, measure_more };
  Answer answer = Answer::measure_more;
  std::size_t samples = 0;   // that both measured
  double srcc = 0;           // NaN: unknown
  double low = 0, high = 0;  // one-sided bounds, each holds with probability 1 - risk
  double threshold = 0, risk = 0;
  std::size_t samples_to_decide =
      0;            // about how many would do, were the SRCC as seen; 0: decided, or none would
  std::string why;  // a sentence with the risk
};

// Accepted only where the lower bound reaches the threshold, to be adapted where the upper one is below it; between the
// two, and of fewer than 10 networks, more is to be measured (or adapted all the same). Fisher's z with the variance
// (1 + r^2 / 2) / (n - 3).
ProxyVerdict check_proxy(std::span<const double> proxy, std::span<const double> target,
                         double threshold = 0.9, double risk = 0.05);

}  // namespace flash
