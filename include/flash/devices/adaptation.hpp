// Latencies on a target device of which few networks were measured, from a proxy device that measured many: "One Proxy
// Device Is Enough" (Lu et al., POMACS 5(3):34, 2022), made sound, and what does better [ours].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "flash/devices/encoding.hpp"
#include "flash/devices/separable_latency.hpp"

namespace flash {

// The methods, in the order in which they are tried and reported:
//   raw      the proxy's latencies, brought to the target's unit by a straight line
//   counts   how often each operator stands in a network (and the features): no proxy. Ridge regression [ours]
//   scratch  an operator at a place has its own weight: no proxy. Ridge regression
//   paper    AdaProxy: the proxy's weights times (a + b), the b few or small
//   shared   Gaussian processes with an unknown mean, averaged by their restricted likelihoods [ours]. Each has some of
//            these covariances, one variance each: operator counts (over all places; over those of a shape; of living
//            operators alone), weights that change slowly from place to place, weights of their own, operators that known
//            devices find alike, features, the proxy's and further devices' latencies as sums over places, and what
//            they measured beyond. Counts alone and the proxy alone are among them, so that neither can be much better.
//            A sample far off the others' prediction counts as noisier
std::span<const std::string_view> adaptation_methods();

struct AdaptationInput {
  const Encoding* encoding = nullptr;  // of all networks
  std::vector<double> proxy;           // [network], any unit; NaN: not measured; empty: there is no proxy
  std::vector<std::vector<double>> library;  // [device][network]: further devices, NaN: not measured
  std::vector<std::size_t> sampled;  // networks measured on the target; one may be there more than once
  std::vector<double> measured;      // their latencies, > 0, any unit: predictions have it too
};

struct AdaptationOptions {
  std::string method;          // of adaptation_methods(); "": chosen by cross-validation
  std::string penalty = "l2";  // of the paper's b: "l2" or "l1"
  bool compare = true;         // all methods are cross-validated; false: the named one is fitted alone
  bool deviations = true;      // a predictive standard deviation of each network
  std::uint64_t seed = 1;      // of the folds
};

// What cross-validation says of a method; each sample is predicted by fits that have not seen it.
struct MethodScore {
  std::string method;
  bool fitted = false;                      // false: it could not be
  std::string reason;                       // why it was not fitted, or ""
  double srcc = 0;                          // NaN: samples are too few or all alike
  std::pair<double, double> srcc_interval;  // 95 %; NaN as srcc
  double rmse = 0;                          // in the target's unit
  double relative_rmse = 0;                 // of errors over measurements
  std::size_t samples = 0;                  // that were predicted
};

struct Adaptation {
  std::string method;             // the one used
  std::string why;                // a sentence: why it was used
  std::vector<double> predicted;  // [network], in the target's unit
  std::vector<double> deviation;  // [network]; empty where the method has none, or none was asked for
  SeparableLatency model;         // nearly the same as a sum over places, positive over the space
  double model_srcc = 0;          // of model and predicted over all networks
  // Somewhere in the space the sum fell below 0, and was fitted anew without negative weights.
  bool model_refitted = false;
  // Root mean square of the model's error at a network that was not sampled, over the latency [ours]: the method's
  // cross-validated errors, and what the sum over places strays from the predictions. NaN where methods were not
  // compared, samples are too few, or all are the same.
  double model_error = 0;
  int model_error_degrees = 0;       // of freedom: errors less 1
  std::vector<MethodScore> methods;  // side by side
  double raw_srcc = 0;               // of the proxy and the samples; NaN: no proxy, or none can be computed
  std::vector<std::string> warnings;
};

// Deterministic: the order of samples changes nothing (but for rounding). Throws Error bad_data where nothing was
// measured, a latency is not a positive number, a network does not exist, or a named method cannot be used; and usage
// where no method has that name.
Adaptation adapt(const AdaptationInput& input, const AdaptationOptions& options = {});

}  // namespace flash
