// flash proxy plan: which networks to measure next on a target.
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/devices/front.hpp"
#include "flash/devices/sampling.hpp"
#include "flash/log/log.hpp"
#include "output.hpp"
#include "proxy_commands.hpp"
#include "proxy_input.hpp"

namespace flash {
namespace {

struct ProxyPlan {
  std::vector<std::size_t> networks;
  std::string why;
};

ProxyPlan planned(const ProxyTables& tables, const Arguments& arguments, std::size_t proxy,
                  const std::vector<std::size_t>& library, const ProxySamples& samples) {
  const ProxyArguments& asked = arguments.proxy;
  const DeviceTable& table = tables.table;
  AdaptationInput devices = adaptation_input(tables, proxy, library, samples);
  const bool knows_accuracy = !table.accuracy.empty();
  if (knows_accuracy && samples.networks.size() >= asked.first) {
    FrontOptions options;
    options.budget = samples.networks.size() + asked.count;
    options.first = asked.first;
    options.round = asked.count;
    options.stable = 0;
    if (!asked.method.empty()) options.method = asked.method;
    options.seed = arguments.seed;
    FrontStep step = front_step({std::move(devices), table.accuracy}, options);
    return {std::move(step.measure), std::move(step.why)};
  }
  SamplingInput input{.encoding = &table.encoding,
                      .devices = devices.library,
                      .allowed = {},
                      .measured = samples.networks,
                      .count = asked.count,
                      .seed = arguments.seed};
  if (proxy != no_device) input.devices.insert(input.devices.begin(), devices.proxy);
  return {
      networks_to_measure(input),
      "of these each tells most beyond what is measured: D-optimal in operator counts and the known devices" +
          std::string(knows_accuracy ? ""
                                     : "; with accuracies in the table the predicted front would come next")};
}

}  // namespace

int perform_proxy_plan(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  const ProxyArguments& asked = arguments.proxy;
  const bool named = !asked.target.empty();
  const std::size_t target = named ? target_or_none(tables, asked.target) : no_device;
  const std::string device =
      named ? (target == no_device ? asked.target : tables.table.devices[target]) : "target";
  const std::size_t proxy = proxy_device(tables, arguments, target);
  const std::vector<std::size_t> library = library_devices(tables, arguments, proxy, target);
  const ProxySamples samples =
      asked.sampled.empty() ? ProxySamples{} : proxy_samples(tables, arguments, proxy, target, library);
  const ProxyPlan plan = planned(tables, arguments, proxy, library, samples);
  if (plan.networks.size() < asked.count)
    log_info("{} networks in place of {}: there are no more to choose from", plan.networks.size(),
             asked.count);

  Json networks = Json::array();
  for (const std::size_t network : plan.networks) networks.push_back(network_name_json(tables, network));
  const std::string list = list_to_fill_in(tables, plan.networks, device);
  Json json{{"target", device},
            {"proxy", proxy == no_device ? Json(nullptr) : Json(tables.table.devices[proxy])},
            {"measured", samples.networks.size()},
            {"networks", networks},
            {"why", plan.why}};
  if (arguments.output) {
    write_list(*arguments.output, list);
    json["list"] = arguments.output->string();
  }
  if (!arguments.emit.empty()) {
    if (!tables.job || tables.points.empty())
      throw Error(ExitCode::usage,
                  "--emit: networks' files need their space; name it with --preset or --job");
    if (tables.has_own_ids)
      throw Error(
          ExitCode::usage,
          "--emit: files and lists name networks by the space's numbers, but the table's column 'id' has "
          "others; rename that column (idx), so that neither is taken for the other");
    std::vector<NetworkId> ids;
    for (const std::size_t network : plan.networks) ids.push_back(tables.space->id(tables.points[network]));
    json["emitted"] = emitted_networks(arguments, *tables.job, ids);
  }
  json["notes"] = tables.notes;
  if (arguments.json) {
    print(json);
    return 0;
  }
  std::string text =
      std::to_string(plan.networks.size()) + " networks to measure on " + device + ": " + plan.why + "\n";
  if (arguments.output) text += "list to fill in: " + arguments.output->string() + "\n";
  if (json.contains("emitted")) text += emitted_text(json["emitted"], arguments);
  if (!arguments.output && arguments.emit.empty()) text += "\n" + list;
  print(text);
  return 0;
}

}  // namespace flash
