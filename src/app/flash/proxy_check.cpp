// flash proxy check: whether a proxy ranks networks as a target does.
#include <algorithm>

#include "flash/devices/monotonicity.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "output.hpp"
#include "proxy_commands.hpp"
#include "proxy_input.hpp"

namespace flash {
namespace {

const char* answer_name(ProxyVerdict::Answer answer) {
  switch (answer) {
    case ProxyVerdict::Answer::accept:
      return "accept";
    case ProxyVerdict::Answer::adapt:
      return "adapt";
    case ProxyVerdict::Answer::measure_more:
      return "measure more";
  }
  return "";
}

std::string percent(double share) { return fixed(100 * share, 0) + " %"; }

// What may go wrong where one does as told.
std::string risk_text(const ProxyVerdict& verdict) {
  const std::string threshold = fixed(verdict.threshold, 2);
  switch (verdict.answer) {
    case ProxyVerdict::Answer::accept:
      return "of proxies whose true SRCC is below " + threshold + ", at most " + percent(verdict.risk) +
             " are accepted so; a high SRCC over all networks is no promise for the fast or the accurate ones: measure "
             "the networks that you choose on the target";
    case ProxyVerdict::Answer::adapt:
      return "of proxies whose true SRCC is " + threshold + " or more, at most " + percent(verdict.risk) +
             " are sent to adaptation so, which then costs measurements that were not needed, and nothing else";
    case ProxyVerdict::Answer::measure_more:
      return "these samples do not decide: accepting the proxy now would risk more than " +
             percent(verdict.risk) + " of taking one whose true SRCC is below " + threshold;
  }
  return "";
}

// How many measurements a model without any proxy takes: weights that it has.
struct ScratchCost {
  std::size_t counts = 1, places = 1;
};
ScratchCost scratch_cost(const Encoding& encoding) {
  ScratchCost cost;
  std::vector<std::vector<std::string>> kinds;
  for (const Encoding::Place& place : encoding.places) {
    cost.places += place.operators.size() - 1;
    if (std::ranges::find(kinds, place.operators) != kinds.end()) continue;
    kinds.push_back(place.operators);
    cost.counts += place.operators.size() - 1;
  }
  cost.counts += encoding.features.size();
  cost.places += encoding.features.size();
  return cost;
}

}  // namespace

int perform_proxy_check(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  const DeviceTable& table = tables.table;
  const std::size_t target = target_device(tables, arguments);
  const std::size_t proxy = required_proxy(tables, arguments, target);
  const ProxySamples samples = proxy_samples(tables, arguments, proxy, target, {});
  std::vector<double> of_proxy;
  for (const std::size_t network : samples.networks) of_proxy.push_back(table.latency_ms[proxy][network]);
  const ProxyVerdict verdict =
      check_proxy(of_proxy, samples.latency_ms, arguments.proxy.threshold, arguments.proxy.risk);
  const auto interval = spearman_interval(verdict.srcc, static_cast<double>(verdict.samples));

  Json json{{"proxy", table.devices[proxy]},
            {"target", target == no_device ? arguments.proxy.target : table.devices[target]},
            {"verdict", answer_name(verdict.answer)},
            {"samples", verdict.samples},
            {"sampling", samples.how},
            {"seed", arguments.seed},
            {"srcc", number_or_null(verdict.srcc)},
            {"srcc_low", number_or_null(verdict.low)},
            {"srcc_high", number_or_null(verdict.high)},
            {"srcc_interval_95", {number_or_null(interval.first), number_or_null(interval.second)}},
            {"threshold", verdict.threshold},
            {"risk", verdict.risk},
            {"why", verdict.why},
            {"risk_text", risk_text(verdict)}};
  if (verdict.samples_to_decide > 0) json["samples_to_decide"] = verdict.samples_to_decide;
  if (interval.second < 0)
    json["no_proxy"] =
        "this proxy ranks in reverse: what is fast on it is slow on the target; flash proxy adapt makes use of that";
  else if (interval.first <= 0 && interval.second < verdict.threshold) {
    const ScratchCost cost = scratch_cost(table.encoding);
    json["no_proxy"] =
        "an SRCC of 0 is within the interval: this proxy says nothing of the target that is certain. Without any proxy, "
        "operator counts have " +
        std::to_string(cost.counts) + " weights: measure about " + std::to_string(2 * cost.counts) +
        " networks (flash proxy plan); one weight an operator and place, " + std::to_string(cost.places) +
        " of them, takes about " + std::to_string(2 * cost.places);
  }
  if (target != no_device) {
    const auto both = measured_on_both(table.latency_ms[proxy], table.latency_ms[target]);
    if (both[0].size() > verdict.samples)
      json["table"] = {{"networks", both[0].size()}, {"srcc", number_or_null(spearman(both[0], both[1]))}};
  }
  json["notes"] = tables.notes;
  if (arguments.json) {
    print(json);
    return 0;
  }
  std::string text = json["proxy"].get<std::string>() + " as a proxy of " +
                     json["target"].get<std::string>() + ": " + answer_name(verdict.answer) + "\n  " +
                     verdict.why + "\n  risk: " + risk_text(verdict) + "\n";
  if (verdict.samples_to_decide > 0)
    text += "  were the SRCC as seen, about " + std::to_string(verdict.samples_to_decide) +
            " samples would decide\n";
  if (json.contains("no_proxy")) text += "  " + json["no_proxy"].get<std::string>() + "\n";
  if (json.contains("table"))
    text += "  of all " + json["table"]["networks"].dump() + " networks that the table has of both: SRCC " +
            fixed(number_or_nan(json["table"]["srcc"]), 3) + "\n";
  print(text);
  return 0;
}

}  // namespace flash
