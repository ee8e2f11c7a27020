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

ListToMeasure list_of_plan(const std::string& space, const std::string& device, const std::string& column) {
  return {
      "# Networks of " + space + " to measure on " + device + ", by flash proxy plan. Fill in " + column +
          ", nan where one cannot be\n# measured, and give the file to flash proxy adapt as --sampled. Rows "
          "without a figure are left out.\n",
      {column}};
}

}  // namespace

int perform_proxy_plan(const Arguments& arguments) {
  const ProxyTables tables = proxy_tables(arguments);
  const ProxyArguments& asked = arguments.proxy;
  const bool named = !asked.target.empty();
  const std::size_t target = named ? target_or_none(tables, asked.target) : no_device;
  const std::string device = !named                ? "a target that no table has"
                             : target == no_device ? asked.target
                                                   : tables.table.devices[target];
  const std::string column = named ? device + "_ms" : "latency_ms";
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
  const std::string list = list_to_fill_in(tables, plan.networks, column);
  Json json{{"target", named ? Json(device) : Json(nullptr)},
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
    json["emitted"] =
        emitted_networks(arguments, *tables.job, ids, list_of_plan(tables.job->name, device, column));
  }
  json["notes"] = tables.notes;
  if (arguments.json) {
    print(json);
    return 0;
  }
  std::string text =
      std::to_string(plan.networks.size()) + " networks to measure on " + device + ": " + plan.why + "\n";
  if (arguments.output) text += "list to fill in: " + arguments.output->string() + "\n";
  if (!named) text += "every device of the tables counts as known; --target names one that does not\n";
  if (json.contains("emitted"))
    text += emitted_text(json["emitted"], arguments) +
            "filled in, or as measure.py wrote it: --sampled of flash proxy adapt, check, front and plan\n";
  if (!arguments.output && arguments.emit.empty()) text += "\n" + list;
  print(text);
  return 0;
}

}  // namespace flash
