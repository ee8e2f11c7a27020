#include "flash/devices/adaptation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <utility>

#include "adapter.hpp"
#include "flash/core/error.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "positive_sum.hpp"

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::array<std::string_view, 5> method_names{"raw", "counts", "scratch", "paper", "shared"};

// Cross-validated SRCCs so near each other are as good as the same.
constexpr double as_well = 0.005;

// Where samples were chosen to tell operators apart, those left out are easier for weights of single places than other
// networks are: of fewer samples such methods are not taken by cross-validation [ours].
constexpr std::size_t least_for_places = 50;

bool has_weights_of_places(std::string_view method) { return method == "paper" || method == "scratch"; }

std::string number(double value, const char* format = "%.3f") {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::span<const double> span_of(const Eigen::VectorXd& v) {
  return {v.data(), static_cast<std::size_t>(v.size())};
}

MethodScore score(const Adapter& adapter, std::string_view method, bool lasso, std::uint64_t seed) {
  MethodScore result{std::string(method),
                     false,
                     adapter.unusable(method, adapter.networks().size()),
                     nan,
                     {nan, nan},
                     nan,
                     nan,
                     0};
  if (!result.reason.empty()) return result;
  result.fitted = true;
  const Eigen::VectorXd predicted = adapter.left_out(method, lasso, seed);
  std::vector<double> seen;
  std::vector<double> said;
  double squares = 0;
  double relative_squares = 0;
  for (Eigen::Index i = 0; i < predicted.size(); ++i)
    if (!std::isnan(predicted[i])) {
      seen.push_back(adapter.measured()[i]);
      said.push_back(predicted[i]);
      squares += std::pow(predicted[i] - adapter.measured()[i], 2);
      relative_squares += std::pow(predicted[i] / adapter.measured()[i] - 1, 2);
    }
  if (seen.empty()) {
    result.reason = "too few samples to cross-validate";
    return result;
  }
  result.samples = seen.size();
  result.rmse = std::sqrt(squares / static_cast<double>(seen.size()));
  result.relative_rmse = std::sqrt(relative_squares / static_cast<double>(seen.size()));
  // The proxy's own ranking needs no fit, and folds would only blur it.
  if (method == "raw") {
    said.clear();
    for (const std::size_t network : adapter.networks())
      said.push_back(
          adapter.known().columns()(static_cast<Eigen::Index>(network), adapter.known().proxy_column()));
    seen.assign(adapter.measured().begin(), adapter.measured().end());
  }
  result.srcc = spearman(said, seen);
  result.srcc_interval = spearman_interval(result.srcc, static_cast<double>(seen.size()));
  return result;
}

const MethodScore* find(const std::vector<MethodScore>& scores, std::string_view method) {
  const auto found = std::ranges::find(scores, method, &MethodScore::method);
  return found != scores.end() && found->fitted ? &*found : nullptr;
}

std::string chosen(const Adapter& adapter, const std::vector<MethodScore>& scores, std::string& why) {
  const MethodScore* best = find(scores, "shared");
  if (best == nullptr) {
    why = "networks are known neither by operators nor by features: there is the proxy alone";
    if (find(scores, "raw") != nullptr) return "raw";
    throw Error(ExitCode::bad_data,
                "nothing to adapt: networks are known neither by operators nor by features, and "
                "there is no proxy whose latencies vary");
  }
  if (std::isnan(best->srcc)) {
    why = adapter.networks().size() < 3
              ? "too few samples to compare methods by: shared weights weigh by likelihood"
              : "the samples' latencies cannot be ranked: shared weights weigh by likelihood";
    return "shared";
  }
  // Less may be chance, and likelihoods have weighed the methods' parts already.
  const MethodScore shared = *best;
  double above = shared.srcc;
  why = "cross-validated SRCC " + number(shared.srcc) + "; no other method is above beyond doubt";
  for (const MethodScore& other : scores) {
    if (has_weights_of_places(other.method) && other.samples < least_for_places) continue;
    if (other.fitted && other.srcc_interval.first > above && shared.srcc_interval.second < other.srcc) {
      above = other.srcc_interval.first;
      best = &other;
      why = "cross-validated SRCC " + number(other.srcc) + ", at least " + number(above) +
            " (95 %); shared weights have " + number(shared.srcc) + ", at most " +
            number(shared.srcc_interval.second);
    }
  }
  return best->method;
}

// Ranks are kept, and nothing takes less than no time.
void keep_positive(Eigen::VectorXd& predicted, double least_measured) {
  const double floor = 0.1 * least_measured;
  for (double& value : predicted)
    if (value < floor) value = floor * std::exp(std::max(value / floor - 1, -600.0));
}

// Root mean square of what predictions are off the sum over places, as a share of it.
double strays(const Encoding& encoding, const std::vector<double>& of_model,
              const std::vector<double>& predicted) {
  const std::vector<std::size_t> live = live_networks(encoding);
  double squares = 0;
  for (const std::size_t i : live) squares += std::pow(predicted[i] / of_model[i] - 1, 2);
  return live.empty() ? 0 : std::sqrt(squares / static_cast<double>(live.size()));
}

void know_error(double stray, Adaptation& result) {
  result.model_error = nan;
  const MethodScore* used = find(result.methods, result.method);
  // Of latencies that are all the same errors say nothing of others.
  if (used == nullptr || used->samples < 2 || std::isnan(used->srcc)) return;
  result.model_error = std::hypot(used->relative_rmse, stray);
  result.model_error_degrees = static_cast<int>(used->samples) - 1;
}

void warn(const Adapter& adapter, Adaptation& result) {
  const auto say = [&](const std::string& text) { result.warnings.push_back(text); };
  const Encoding& encoding = adapter.known().cells().encoding();
  const std::size_t samples = adapter.networks().size();
  if (adapter.dead_samples() > 0)
    say(std::to_string(adapter.dead_samples()) +
        " samples without a live path from input to output were left out");
  const Eigen::VectorXd& y = adapter.measured();
  if (samples > 1 && y.minCoeff() == y.maxCoeff())
    say("all " + std::to_string(samples) +
        " latencies measured on the target are the same: nothing can be ranked");
  if (adapter.known().has_proxy() && !adapter.known().varies(0))
    say("all latencies of the proxy are the same: it says nothing");
  std::size_t weights = 1 + encoding.features.size();
  for (const Encoding::Place& place : encoding.places) weights += place.operators.size() - 1;
  const std::string from_scratch =
      "measuring from scratch takes more samples than there are weights, " + std::to_string(weights);
  const std::size_t names = adapter.known().cells().names() + encoding.features.size();
  if (samples < names)
    say(std::to_string(samples) + (samples == 1 ? " sample is" : " samples are") + " fewer than the " +
        std::to_string(names) + " operators and features: measure more, or trust the ranking little");
  const MethodScore* shared = find(result.methods, "shared");
  const MethodScore* counts = find(result.methods, "counts");
  const auto [raw_low, raw_high] = spearman_interval(result.raw_srcc, static_cast<double>(samples));
  if (samples >= 10 && raw_high < 0)
    say("the proxy ranks in reverse (SRCC " + number(result.raw_srcc) + " of " + std::to_string(samples) +
        " samples)");
  else if (samples >= 10 && raw_low <= 0)
    say("the proxy's ranking may be as good as chance (SRCC " + number(result.raw_srcc) + " of " +
        std::to_string(samples) + " samples): take another proxy; " + from_scratch);
  if (shared == nullptr || samples < 10) return;
  bool none = true;
  for (const MethodScore& m : result.methods) none = none && !(m.fitted && m.srcc_interval.first > 0);
  if (none)
    say("no method ranks the target's samples better than chance: no proxy helps; " + from_scratch);
  else if (counts != nullptr && adapter.known().has_proxy() && counts->srcc >= shared->srcc - as_well)
    say("operator counts alone rank the samples left out as well (SRCC " + number(counts->srcc) +
        ") as with the proxy (" + number(shared->srcc) + "): from " + std::to_string(samples) +
        " samples on the proxy does not help");
}

}  // namespace

std::span<const std::string_view> adaptation_methods() { return method_names; }

Adaptation adapt(const AdaptationInput& input, const AdaptationOptions& options) {
  if (!options.method.empty() && std::ranges::find(method_names, options.method) == method_names.end())
    throw Error(ExitCode::usage,
                "no method is called '" + options.method + "': raw, counts, scratch, paper, shared");
  if (options.penalty != "l1" && options.penalty != "l2")
    throw Error(ExitCode::usage, "no penalty is called '" + options.penalty + "': l1, l2");
  const bool lasso = options.penalty == "l1";
  const Adapter adapter(input);
  Adaptation result;
  result.raw_srcc = nan;
  if (adapter.unusable("raw", adapter.networks().size()).empty()) {
    const Eigen::VectorXd proxy = adapter.known().proxy();
    std::vector<double> x;
    for (const std::size_t network : adapter.networks())
      x.push_back(proxy[static_cast<Eigen::Index>(network)]);
    result.raw_srcc = spearman(x, span_of(adapter.measured()));
  }
  if (options.compare || options.method.empty())
    for (const std::string_view method : method_names)
      result.methods.push_back(score(adapter, method, lasso, options.seed));
  if (options.method.empty()) {
    result.method = chosen(adapter, result.methods, result.why);
  } else {
    if (const std::string reason = adapter.unusable(options.method, adapter.networks().size());
        !reason.empty())
      throw Error(ExitCode::bad_data, "method '" + options.method + "' cannot be used: " + reason);
    result.method = options.method;
    result.why = "asked for";
  }
  const SharedWeights::Fitted fitted = adapter.fit(result.method, adapter.all_rows(), lasso);
  Eigen::VectorXd predicted = adapter.known().at_all_networks(fitted.weights);
  keep_positive(predicted, adapter.measured().minCoeff());
  result.predicted.assign(predicted.begin(), predicted.end());
  if (options.deviations && !fitted.covariances.empty()) {
    const Eigen::VectorXd deviation = adapter.shared().deviations(fitted);
    result.deviation.assign(deviation.begin(), deviation.end());
  }
  const Encoding& encoding = *input.encoding;
  const PositiveSum sum = positive_sum(adapter.known().cells(), adapter.known().separable(fitted.weights));
  result.model = sum.model;
  result.model_refitted = sum.refitted;
  std::vector<double> of_model;
  for (std::size_t i = 0; i < encoding.networks; ++i) of_model.push_back(result.model.at(encoding, i));
  result.model_srcc = spearman(of_model, result.predicted);
  const double stray = strays(encoding, of_model, result.predicted);
  know_error(stray, result);
  if (sum.refitted)
    result.warnings.push_back(
        "the sum over places falls below 0 for some network of the space: it was fitted anew without "
        "negative weights, and is off the predictions by " +
        number(100 * stray, "%.2g") + " % (root mean square); measure fast networks");
  warn(adapter, result);
  return result;
}

}  // namespace flash
