// flash proxy front: the front on a target, measured round by round; by the table, or by somebody with the device.
#include "flash/devices/front.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "output.hpp"
#include "proxy_commands.hpp"
#include "proxy_input.hpp"
#include "proxy_state.hpp"

namespace flash {
namespace {

std::string network_list(const DeviceTables& tables, const std::vector<std::size_t>& networks) {
  std::string text;
  for (const std::size_t network : networks)
    text.append(text.empty() ? "" : ", ").append(tables.table.networks[network]);
  return text;
}

// Of the fronts that cost as much as they say: against all that the table knows of the target.
Json quality_json(const DeviceTable& table, const std::vector<double>& latency,
                  const std::vector<std::size_t>& measured, double points) {
  const FrontQuality quality = front_quality(table.accuracy, latency, measured, points / 100);
  return {{"measured", measured.size()},
          {"hypervolume", number_or_null(quality.hypervolume)},
          {"accuracy_lost_points", number_or_null(100 * quality.accuracy_lost)}};
}

// Why a front has one network, where accuracies do not tell networks apart; else "".
std::string no_choice(const std::vector<double>& accuracies) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const double accuracy : accuracies) {
    least = std::fmin(least, accuracy);
    most = std::fmax(most, accuracy);
  }
  return least == most
             ? "all accuracies are " + fixed(100 * most, 2) + " %: the front is the fastest network alone"
             : "";
}

class FrontLoop {
 public:
  FrontLoop(const ProxyTables& tables, const Arguments& arguments)
      : tables_(tables),
        arguments_(arguments),
        target_(target_device(tables, arguments)),
        proxy_(proxy_device(tables, arguments, target_)),
        library_(library_devices(tables, arguments, proxy_, target_)) {
    const ProxyArguments& asked = arguments.proxy;
    if (tables.table.accuracy.empty())
      throw Error(ExitCode::bad_data,
                  asked.tables.front().string() +
                      ": has no accuracies, and a front is of accuracy and latency; name their "
                      "column with --accuracy");
    input_ = {adaptation_input(tables, proxy_, library_, {}), tables.table.accuracy};
    options_.active = !asked.paper_loop;
    options_.budget = asked.budget;
    options_.first = std::min(asked.first, asked.budget);
    options_.round = asked.round;
    options_.stable = asked.stable;
    if (!asked.method.empty()) options_.method = asked.method;
    options_.region = asked.region / 100;
    options_.seed = arguments.seed;
    state_.settings = {{"target", device()},
                       {"proxy", proxy_ == no_device ? Json(nullptr) : Json(tables.table.devices[proxy_])},
                       {"library", device_names(tables, library_)},
                       {"method", options_.method},
                       {"loop", asked.paper_loop ? "paper" : "active"},
                       {"first", asked.first},
                       {"round", asked.round},
                       {"stable", asked.stable},
                       {"seed", arguments.seed},
                       {"networks", tables.table.networks.size()}};
    if (!asked.state.empty()) state_.read(asked.state, tables);
    if (!asked.sampled.empty()) take(sampled_list(tables, arguments, target_));
  }

  void run() {
    while (true) {
      input_.devices.sampled = state_.networks;
      input_.devices.measured = state_.latency_ms;
      if (!state_.pending.empty()) return;
      step_ = front_step(input_, options_);
      rounds_.push_back({{"measured", state_.networks.size()},
                         {"next", step_.measure.size()},
                         {"found", step_.found.size()},
                         {"why", step_.why}});
      if (step_.ended || step_.measure.empty()) return save();
      if (target_ == no_device) {
        state_.pending = step_.measure;
        return save();
      }
      for (const std::size_t network : step_.measure)
        state_.add(network, tables_.table.latency_ms[target_][network]);
      save();
    }
  }

  Json json() const {
    const DeviceTable& table = tables_.table;
    std::vector<double> latency(table.networks.size(), std::nan(""));
    for (std::size_t i = 0; i < state_.networks.size(); ++i)
      latency[state_.networks[i]] = state_.latency_ms[i];
    Json found = Json::array();
    std::vector<std::size_t> measured;
    for (const std::size_t network : state_.networks)
      if (!std::isnan(latency[network])) measured.push_back(network);
    if (!measured.empty())
      for (const std::size_t network : pareto_networks(table.accuracy, latency, measured))
        found.push_back({{"network", network_name_json(tables_, network)},
                         {"accuracy", table.accuracy[network]},
                         {"latency_ms", latency[network]}});
    Json json = state_.settings;
    json["budget"] = arguments_.proxy.budget;
    json["measured"] = state_.networks.size();
    json["ended"] = state_.pending.empty();
    json["why"] = step_.why;
    json["rounds"] = rounds_;
    json["found"] = found;
    Json next = Json::array();
    for (const std::size_t network : state_.pending) next.push_back(network_name_json(tables_, network));
    json["next"] = next;
    if (target_ != no_device) add_quality(measured, json);
    json["notes"] = tables_.notes;
    if (const std::string why = no_choice(table.accuracy); !why.empty()) {
      json["one_network"] = why;
      for (const char* quality : {"quality", "quality_of_the_proxys_front"})  // nothing that could be lost
        if (json.contains(quality)) json[quality]["accuracy_lost_points"] = nullptr;
    }
    return json;
  }

  const std::vector<std::size_t>& pending() const { return state_.pending; }
  std::string device() const {
    return target_ == no_device ? arguments_.proxy.target : tables_.table.devices[target_];
  }

 private:
  void save() const {
    if (!arguments_.proxy.state.empty()) state_.write(arguments_.proxy.state, tables_);
  }

  // Measurements of what was asked for, and of whatever else has been measured.
  void take(const SampledNetworks& listed) {
    for (std::size_t i = 0; i < listed.networks.size(); ++i) {
      if (std::isnan(listed.latency_ms[i]) && !listed.failed[i]) continue;
      if (std::ranges::find(state_.networks, listed.networks[i]) != state_.networks.end()) continue;
      state_.add(listed.networks[i], listed.latency_ms[i]);
      std::erase(state_.pending, listed.networks[i]);
    }
    if (!state_.pending.empty()) {
      save();
      throw Error(ExitCode::bad_data, arguments_.proxy.sampled.string() + ": " +
                                          std::to_string(state_.pending.size()) +
                                          " of the networks asked for have no latency yet (the first is " +
                                          tables_.table.networks[state_.pending.front()] +
                                          "): fill them in, nan where one cannot be measured");
    }
  }

  void add_quality(const std::vector<std::size_t>& measured, Json& json) const {
    const DeviceTable& table = tables_.table;
    const std::vector<double>& truth = table.latency_ms[target_];
    std::size_t known = 0, all = 0;
    for (std::size_t n = 0; n < truth.size(); ++n) {
      if (std::isnan(table.accuracy[n])) continue;
      ++all;
      known += std::isnan(truth[n]) ? 0 : 1;
    }
    json["table"] = {{"networks", all}, {"measured_on_target", known}};
    const double points = arguments_.proxy.region;
    json["quality"] = quality_json(table, truth, measured, points);
    if (proxy_ != no_device)
      json["quality_of_the_proxys_front"] =
          quality_json(table, truth, pareto_networks(table.accuracy, table.latency_ms[proxy_]), points);
  }

  const ProxyTables& tables_;
  const Arguments& arguments_;
  std::size_t target_, proxy_;
  std::vector<std::size_t> library_;
  FrontInput input_;
  FrontOptions options_;
  FrontStep step_;
  ProxyState state_;
  Json rounds_ = Json::array();
};

std::string front_text(const Json& json) {
  std::string text = "front on " + json["target"].get<std::string>() + " from " + json["measured"].dump() +
                     " measurements, proxy " +
                     (json["proxy"].is_null() ? "none" : json["proxy"].get<std::string>()) + "\n";
  if (!json["why"].get<std::string>().empty()) text += "  " + json["why"].get<std::string>() + "\n";
  if (json.contains("one_network")) text += "  " + json["one_network"].get<std::string>() + "\n";
  text += "\n  " + padded("accuracy", 12) + padded("latency [ms]", 16) + "network\n";
  for (const Json& one : json["found"])
    text += "  " + padded(fixed(100 * one["accuracy"].get<double>(), 2) + " %", 12) +
            padded(fixed(one["latency_ms"], 4), 16) +
            (one["network"].is_string() ? one["network"].get<std::string>() : one["network"].dump()) + "\n";
  const auto quality = [&text](const char* what, const Json& of) {
    text += std::string("  ") + what + ": " + fixed(number_or_nan(of["hypervolume"]), 4) +
            " of the true front's hypervolume, " + fixed(number_or_nan(of["accuracy_lost_points"]), 3) +
            " points of accuracy lost at equal latency, " + of["measured"].dump() + " measured\n";
  };
  if (json.contains("quality")) {
    text += "\nagainst the front of all " + json["table"]["measured_on_target"].dump() +
            " networks that the table has of the target, in the region that counts (--region)\n";
    quality("this front", json["quality"]);
    if (json.contains("quality_of_the_proxys_front"))
      quality("the proxy's front", json["quality_of_the_proxys_front"]);
  }
  return text;
}

}  // namespace

namespace {

// The list that --sampled has just been read from: its measurements are in the state by now, and the next one may take
// its place.
bool is_list_taken(const Arguments& arguments) {
  std::error_code none;
  return !arguments.proxy.sampled.empty() && !arguments.proxy.state.empty() &&
         std::filesystem::equivalent(arguments.proxy.sampled, arguments.proxy.list, none);
}

// Hours of somebody's work may be in one that is there already.
void write_next_list(const Arguments& arguments, const std::string& text) {
  if (is_list_taken(arguments)) return write_file_atomically(arguments.proxy.list, text);
  try {
    write_list(arguments.proxy.list, text);
  } catch (const Error& error) {
    if (error.code() != ExitCode::usage) throw;
    throw Error(
        error.code(),
        error.what() + std::string("; or give it as --sampled, if it is this front's list filled in"));
  }
}

}  // namespace

int perform_proxy_front(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  if (!arguments.proxy.list.empty() && !is_list_taken(arguments))
    refuse_input(arguments.proxy.list, arguments, "--list");
  FrontLoop loop(tables, arguments);
  loop.run();
  Json json = loop.json();
  if (!loop.pending().empty() && !arguments.proxy.list.empty()) {
    write_next_list(arguments, list_to_fill_in(tables, loop.pending(), loop.device() + "_ms"));
    json["list"] = arguments.proxy.list.string();
  }
  if (arguments.json) {
    print(json);
    return 0;
  }
  std::string text = front_text(json);
  if (!loop.pending().empty())
    text += "\nmeasure " + std::to_string(loop.pending().size()) + " networks on " + loop.device() + ": " +
            (json.contains("list") ? json["list"].get<std::string>() +
                                         "; then the same command with --sampled and the filled-in list"
                                   : network_list(tables, loop.pending())) +
            "\n";
  print(text);
  return 0;
}

}  // namespace flash
