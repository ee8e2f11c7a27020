#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/predict/rank_correlation.hpp"

namespace flash {
namespace {

constexpr std::size_t least_to_decide = 10;  // Fisher's z is a poor guide to fewer

// The normal distribution's quantile: by halving, as it is asked for once.
double quantile(double probability) {
  double low = -40;
  double high = 40;
  for (int step = 0; step < 200; ++step) {
    const double middle = 0.5 * (low + high);
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < probability ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

std::string said(const char* format, auto... values) {
  const int size = std::snprintf(nullptr, 0, format, values...);
  std::string text(static_cast<std::size_t>(size), ' ');
  std::snprintf(text.data(), text.size() + 1, format, values...);
  return text;
}

}  // namespace

ProxyVerdict check_proxy(std::span<const double> proxy, std::span<const double> target, double threshold,
                         double risk) {
  if (proxy.size() != target.size())
    throw Error(ExitCode::internal, "proxy and target with latencies of different networks");
  if (!(risk > 0 && risk < 0.5) || !(threshold > 0 && threshold < 1))
    throw Error(ExitCode::usage,
                "a proxy is checked at a risk between 0 and 0.5, a threshold between 0 and 1");
  std::vector<double> x;
  std::vector<double> y;
  for (std::size_t i = 0; i < proxy.size(); ++i)
    if (!std::isnan(proxy[i]) && !std::isnan(target[i])) {
      x.push_back(proxy[i]);
      y.push_back(target[i]);
    }
  ProxyVerdict verdict;
  verdict.samples = x.size();
  verdict.threshold = threshold;
  verdict.risk = risk;
  verdict.srcc = spearman(x, y);
  verdict.low = -1;
  verdict.high = 1;
  const auto n = static_cast<double>(x.size());
  if (std::isnan(verdict.srcc)) {
    verdict.why = x.size() < 2 ? "fewer than two networks were measured on both devices"
                               : "all latencies of a device are the same: nothing can be ranked";
    return verdict;
  }
  if (x.size() < 4) {
    verdict.why = said("%zu networks on both devices say nothing yet: measure at least 20", x.size());
    return verdict;
  }
  // As in spearman_interval: ranks that all agree are no certainty.
  const double most = 1 - 6 / (n * n * n - n);
  const double shown = std::clamp(verdict.srcc, -most, most);
  const double spread = std::sqrt(1 + shown * shown / 2) * quantile(1 - risk);
  const double z = std::atanh(shown);
  verdict.low = std::min(verdict.srcc, std::tanh(z - spread / std::sqrt(n - 3)));
  verdict.high = std::max(verdict.srcc, std::tanh(z + spread / std::sqrt(n - 3)));
  const bool decides = x.size() >= least_to_decide;
  if (decides && verdict.low >= threshold) {
    verdict.answer = ProxyVerdict::Answer::accept;
    verdict.why = said(
        "SRCC %.3f of %zu networks, at least %.3f but for a risk of %.0f %%: the proxy's ranking may be used as it is",
        verdict.srcc, x.size(), verdict.low, 100 * risk);
  } else if (decides && verdict.high < threshold) {
    verdict.answer = ProxyVerdict::Answer::adapt;
    verdict.why = said(
        "SRCC %.3f of %zu networks, at most %.3f but for a risk of %.0f %%: adapt the proxy's latencies to the target",
        verdict.srcc, x.size(), verdict.high, 100 * risk);
  } else {
    const double room = std::abs(z - std::atanh(threshold));
    const double needed = std::max(3 + spread * spread / (room * room), static_cast<double>(least_to_decide));
    if (needed < 1e6) verdict.samples_to_decide = static_cast<std::size_t>(std::ceil(needed));
    verdict.why =
        decides
            ? said(
                  "SRCC %.3f of %zu networks lies between %.3f and %.3f (each with a risk of %.0f %%): %.2f is "
                  "within; measure more, or adapt all the same",
                  verdict.srcc, x.size(), verdict.low, verdict.high, 100 * risk, threshold)
            : said("SRCC %.3f of %zu networks: fewer than %zu decide nothing; measure more, at least 20",
                   verdict.srcc, x.size(), least_to_decide);
  }
  return verdict;
}

}  // namespace flash
