#include "adapter.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

std::vector<std::vector<double>> known_latencies(const AdaptationInput& input) {
  std::vector<std::vector<double>> all;
  if (!input.proxy.empty()) all.push_back(input.proxy);
  all.insert(all.end(), input.library.begin(), input.library.end());
  for (const std::vector<double>& latency : all)
    if (latency.size() != input.encoding->networks)
      throw Error(ExitCode::internal, "a device with latencies of other networks than the encoding's");
  return all;
}

}  // namespace

Adapter::Samples Adapter::samples(const AdaptationInput& input) {
  if (input.encoding == nullptr || input.sampled.size() != input.measured.size())
    throw Error(ExitCode::internal, "adaptation needs an encoding, and a latency of each sample");
  const Encoding& encoding = *input.encoding;
  std::vector<std::pair<std::size_t, double>> pairs;
  for (std::size_t i = 0; i < input.sampled.size(); ++i) {
    if (input.sampled[i] >= encoding.networks)
      throw Error(ExitCode::bad_data, "network " + std::to_string(input.sampled[i]) +
                                          " was measured on the target, but is not among those of the table");
    if (!(input.measured[i] > 0) || !std::isfinite(input.measured[i]))
      throw Error(ExitCode::bad_data,
                  "network " + std::to_string(input.sampled[i]) +
                      ": its latency on the target is not a positive number; leave it out");
    pairs.emplace_back(input.sampled[i], input.measured[i]);
  }
  if (pairs.empty())
    throw Error(ExitCode::bad_data, "nothing was measured on the target: measure at least one network");
  std::ranges::sort(pairs);
  Samples result;
  std::vector<double> means;
  for (std::size_t first = 0; first < pairs.size();) {
    std::size_t end = first;
    double sum = 0;
    while (end < pairs.size() && pairs[end].first == pairs[first].first) sum += pairs[end++].second;
    result.networks.push_back(pairs[first].first);
    means.push_back(sum / static_cast<double>(end - first));
    first = end;
  }
  const auto is_live = [&](std::size_t network) { return encoding.live.empty() || encoding.live[network]; };
  const auto dead = static_cast<std::size_t>(
      std::ranges::count_if(result.networks, [&](std::size_t network) { return !is_live(network); }));
  if (dead > 0 && dead < result.networks.size()) {
    std::vector<std::size_t> networks;
    std::vector<double> kept;
    for (std::size_t i = 0; i < means.size(); ++i)
      if (is_live(result.networks[i])) {
        networks.push_back(result.networks[i]);
        kept.push_back(means[i]);
      }
    result.networks = std::move(networks);
    means = std::move(kept);
    result.dead = dead;
  }
  result.measured = Eigen::Map<const Eigen::VectorXd>(means.data(), static_cast<Eigen::Index>(means.size()));
  return result;
}

Adapter::Adapter(const AdaptationInput& input) : Adapter(input, samples(input)) {}

Adapter::Adapter(const AdaptationInput& input, Samples samples)
    : cells_(*input.encoding),
      known_(cells_, known_latencies(input), !input.proxy.empty()),
      networks_(std::move(samples.networks)),
      measured_(std::move(samples.measured)),
      dead_samples_(samples.dead),
      shared_(known_, networks_),
      ada_proxy_(known_, networks_) {}

std::string Adapter::unusable(std::string_view method, std::size_t samples) const {
  if (method == "raw")
    return !known_.has_proxy() ? "there is no proxy"
           : known_.varies(0)  ? ""
                               : "all latencies of the proxy are the same";
  if (method == "paper") return ada_proxy_.unusable(samples);
  const bool none = method == "shared" ? shared_.shared().empty() : shared_.counts().empty();
  return none ? "the networks are known neither by operators nor by features" : "";
}

SharedWeights::Fitted Adapter::fit(std::string_view method, const Rows& rows, bool lasso) const {
  const Eigen::VectorXd y = measured_(rows);
  if (method == "shared") return shared_.fit(shared_.shared(), rows, y);
  if (method == "counts") return shared_.fit(shared_.counts(), rows, y);
  if (method == "scratch") return shared_.fit(shared_.scratch(), rows, y);
  SharedWeights::Fitted fitted;
  fitted.rows = rows;
  if (method == "paper") {
    fitted.weights = ada_proxy_.fit(rows, y, lasso);
    return fitted;
  }
  // A line through the proxy's latencies, in units of their deviation, that never turns their ranking round.
  Eigen::VectorXd x(y.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    x[static_cast<Eigen::Index>(i)] = known_.columns()(
        static_cast<Eigen::Index>(networks_[static_cast<std::size_t>(rows[i])]), known_.proxy_column());
  const double squares = (x.array() - x.mean()).matrix().squaredNorm();
  const double slope = squares > 0 ? (x.array() - x.mean()).matrix().dot(y) / squares : 0;
  const double least = 1e-3 * y.mean();
  fitted.weights.additive.all = Eigen::VectorXd::Zero(cells_.count());
  fitted.weights.additive.feature =
      Eigen::VectorXd::Zero(static_cast<Eigen::Index>(cells_.encoding().features.size()));
  fitted.weights.columns = Eigen::VectorXd::Zero(known_.columns().cols());
  fitted.weights.columns[known_.proxy_column()] = std::max(slope, least);
  fitted.weights.additive.intercept = y.mean() - std::max(slope, least) * x.mean();
  return fitted;
}

Adapter::Rows Adapter::all_rows() const {
  Rows rows(networks_.size());
  std::iota(rows.begin(), rows.end(), Eigen::Index{0});
  return rows;
}

Eigen::VectorXd Adapter::left_out(std::string_view method, bool lasso, std::uint64_t seed) const {
  Rows order = all_rows();
  Philox random(seed, 17);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  const std::size_t folds = order.size() <= 10 ? order.size() : order.size() <= 30 ? 10 : 5;
  Eigen::VectorXd predicted =
      Eigen::VectorXd::Constant(measured_.size(), std::numeric_limits<double>::quiet_NaN());
  if (order.size() < 2) return predicted;
  for (std::size_t fold = 0; fold < folds; ++fold) {
    Rows in;
    for (std::size_t i = 0; i < order.size(); ++i)
      if (i % folds != fold) in.push_back(order[i]);
    if (!unusable(method, in.size()).empty()) continue;
    std::ranges::sort(in);
    const TargetWeights weights = fit(method, in, lasso).weights;
    for (std::size_t i = fold; i < order.size(); i += folds)
      predicted[order[i]] = known_.at(weights, networks_[static_cast<std::size_t>(order[i])]);
  }
  return predicted;
}

}  // namespace flash
