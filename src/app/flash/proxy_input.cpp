#include "proxy_input.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"
#include "flash/core/random.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/devices/sampling.hpp"
#include "flash/import/block_table.hpp"
#include "flash/import/units.hpp"
#include "flash/log/log.hpp"
#include "flash/space/families/families.hpp"
#include "job_argument.hpp"

namespace flash {
namespace {

Job job_of_space(const ProxyArguments& proxy) {
  return proxy.job.empty() ? job_of_preset(proxy.preset) : read_job(proxy.job);
}

// Without repetition, the same for the same seed.
std::vector<std::size_t> drawn(std::vector<std::size_t> from, std::size_t count, std::uint64_t seed) {
  Philox random(derive_seed(seed, "proxy samples", 0));
  for (std::size_t i = 0; i < count; ++i) std::swap(from[i], from[i + random.below(from.size() - i)]);
  from.resize(count);
  return from;
}

// A device whose latencies are sums of its blocks'.
void add_block_device(ProxyTables& tables, const std::string& named) {
  const std::size_t equals = named.find('=');
  if (equals == 0 || equals == std::string::npos || equals + 1 == named.size())
    throw Error(ExitCode::usage, "--blocks: '" + named + "' is not NAME=FILE");
  const std::string name = named.substr(0, equals);
  if (tables.points.empty())
    throw Error(ExitCode::usage,
                "--blocks: which blocks a network has its space says; name it with --preset or --job");
  if (std::ranges::find(tables.table.devices, name) != tables.table.devices.end())
    throw Error(ExitCode::usage, "--blocks: the tables have a device '" + name + "' already");
  const BlockTable blocks(named.substr(equals + 1));
  std::vector<double> latencies;
  for (const Point& point : tables.points) latencies.push_back(blocks.latency_ms(*tables.space, point));
  tables.table.devices.push_back(name);
  tables.table.latency_ms.push_back(std::move(latencies));
}

ProxySamples from_file(const ProxyTables& tables, const Arguments& arguments, std::size_t target) {
  const ProxyArguments& proxy = arguments.proxy;
  const std::string device = target == no_device ? proxy.target : tables.table.devices[target];
  const SampledNetworks listed = sampled_list(tables, arguments, target);
  ProxySamples samples{.networks = {}, .latency_ms = {}, .how = "file"};
  std::size_t missing = 0;
  for (std::size_t i = 0; i < listed.networks.size(); ++i) {
    double value = listed.latency_ms[i];
    if (std::isnan(value) && target != no_device) value = tables.table.latency_ms[target][listed.networks[i]];
    if (std::isnan(value)) {
      ++missing;
      continue;
    }
    samples.networks.push_back(listed.networks[i]);
    samples.latency_ms.push_back(value);
  }
  if (samples.networks.empty())
    throw Error(
        ExitCode::bad_data,
        proxy.sampled.string() + ": none of its " + std::to_string(missing) + " networks has a latency of " +
            device +
            (target == no_device ? ", which is in no table either: name the column " + device + "_ms" : ""));
  if (missing > 0)
    log_warning("{}: {} of its {} networks have no latency of {} and are left out", proxy.sampled.string(),
                missing, listed.networks.size(), device);
  return samples;
}

}  // namespace

SampledNetworks sampled_list(const DeviceTables& tables, const Arguments& arguments, std::size_t target) {
  const ProxyArguments& proxy = arguments.proxy;
  const std::string device = target == no_device ? proxy.target : tables.table.devices[target];
  SampledNetworks listed = read_sampled_networks(proxy.sampled, proxy.format, tables, device);
  if (target == no_device) return listed;
  std::vector<std::size_t> others;
  for (std::size_t i = 0; i < listed.networks.size(); ++i) {
    const double known = tables.table.latency_ms[target][listed.networks[i]];
    if (std::abs(listed.latency_ms[i] - known) > 1e-3 * known) others.push_back(i);  // more than is rounded
  }
  if (others.empty()) return listed;
  const std::size_t first = others.front(), network = listed.networks[first];
  log_warning(
      "{}:{}: network {} takes {:.6g} ms on {}, but {:.6g} ms in the tables{}; the list's latencies are taken",
      proxy.sampled.string(), listed.lines[first], tables.table.networks[network], listed.latency_ms[first],
      device, tables.table.latency_ms[target][network],
      others.size() == 1 ? "" : ", and " + std::to_string(others.size() - 1) + " more of the list differ so");
  return listed;
}

ProxyTables proxy_tables(const Arguments& arguments) {
  const ProxyArguments& proxy = arguments.proxy;
  ProxyTables tables;
  std::optional<Space> space;
  if (!proxy.job.empty() || !proxy.preset.empty()) {
    tables.job = job_of_space(proxy);
    if (!proxy.job.empty()) resolve_known_images(*tables.job);
    space.emplace(tables.job->space);
  }
  static_cast<DeviceTables&>(tables) =
      read_device_tables(proxy.tables, proxy.format, space ? &*space : nullptr);
  for (const std::string& named : proxy.blocks) add_block_device(tables, named);
  for (const std::string& note : tables.notes) log_info("{}", note);
  if (!tables.unread.empty()) log_info("columns that are not read: {}", joined(tables.unread));
  return tables;
}

std::size_t target_or_none(const DeviceTables& tables, const std::string& name) {
  const std::vector<std::string>& devices = tables.table.devices;
  auto found = std::ranges::find(devices, name);
  // Its column's name, as it stands in the table.
  if (found == devices.end())
    if (const std::size_t end = name.find_last_of('_');
        end != std::string::npos && unit_of(name.substr(end + 1)))
      found = std::ranges::find(devices, name.substr(0, end));
  return found == devices.end() ? no_device : static_cast<std::size_t>(found - devices.begin());
}

void refuse_input(const std::filesystem::path& output, const Arguments& arguments, const char* option) {
  std::vector<std::filesystem::path> inputs = arguments.proxy.tables;
  inputs.push_back(arguments.proxy.sampled);
  inputs.push_back(arguments.proxy.state);
  inputs.push_back(arguments.job);
  for (const std::string& blocks : arguments.proxy.blocks)
    inputs.emplace_back(blocks.substr(blocks.find('=') + 1));
  for (const std::filesystem::path& input : inputs) {
    std::error_code none;
    if (!input.empty() && (input == output || std::filesystem::equivalent(input, output, none)))
      throw Error(ExitCode::usage,
                  std::string(option) + " " + output.string() +
                      ": this command reads that file, which is left as it is: name another one");
  }
}

std::size_t named_device(const DeviceTables& tables, const std::string& name, const char* option) {
  const std::size_t found = target_or_none(tables, name);
  if (found != no_device) return found;
  const std::vector<std::string>& devices = tables.table.devices;
  const std::string near = nearest(name, devices);
  throw Error(ExitCode::usage,
              std::string(option) + ": the tables have no device '" + name + "'" +
                  (near.empty() ? "; they have " + joined(devices) : "; did you mean " + near + "?"));
}

std::size_t target_device(const DeviceTables& tables, const Arguments& arguments) {
  const ProxyArguments& proxy = arguments.proxy;
  // Unknown devices are right where their measurements come from elsewhere.
  if (!proxy.sampled.empty() || !proxy.state.empty()) return target_or_none(tables, proxy.target);
  return named_device(tables, proxy.target, "--target");
}

std::size_t required_proxy(const DeviceTables& tables, const Arguments& arguments, std::size_t target) {
  const std::size_t proxy = proxy_device(tables, arguments, target);
  if (proxy == no_device)
    throw Error(ExitCode::usage, "the tables have no device but the target: a proxy is another one");
  return proxy;
}

std::size_t proxy_device(const DeviceTables& tables, const Arguments& arguments, std::size_t target) {
  const std::vector<std::string>& devices = tables.table.devices;
  if (!arguments.proxy.proxy.empty()) {
    const std::size_t proxy = named_device(tables, arguments.proxy.proxy, "--proxy");
    if (proxy == target)
      throw Error(ExitCode::usage,
                  "--proxy and --target are both " + devices[proxy] + "; name another proxy");
    return proxy;
  }
  std::vector<std::size_t> others;
  std::vector<std::vector<double>> latencies;
  for (std::size_t d = 0; d < devices.size(); ++d)
    if (d != target) {
      others.push_back(d);
      latencies.push_back(tables.table.latency_ms[d]);
    }
  if (others.empty()) return no_device;
  const std::size_t proxy = others[central_device(monotonicity(latencies, {}, /*with_kendall=*/false))];
  log_info("proxy: {}, whose ranking is most like those of the others; --proxy names another",
           devices[proxy]);
  return proxy;
}

std::vector<std::size_t> library_devices(const DeviceTables& tables, const Arguments& arguments,
                                         std::size_t proxy, std::size_t target) {
  const std::vector<std::string>& wanted = arguments.proxy.library;
  std::vector<std::size_t> library;
  const auto add = [&](std::size_t device) {
    if (device != proxy && device != target && std::ranges::find(library, device) == library.end())
      library.push_back(device);
  };
  for (const std::string& name : wanted)
    if (name == "all")
      for (std::size_t d = 0; d < tables.table.devices.size(); ++d) add(d);
    else if (const std::size_t device = named_device(tables, name, "--library");
             device == proxy || device == target)
      throw Error(ExitCode::usage, "--library: '" + name + "' is the " +
                                       (device == proxy ? "proxy" : "target") +
                                       " itself; name further devices, or all");
    else
      add(device);
  return library;
}

std::vector<std::string> device_names(const DeviceTables& tables, const std::vector<std::size_t>& devices) {
  std::vector<std::string> names;
  for (const std::size_t device : devices) names.push_back(tables.table.devices[device]);
  return names;
}

ProxySamples proxy_samples(const ProxyTables& tables, const Arguments& arguments, std::size_t proxy,
                           std::size_t target, const std::vector<std::size_t>& library) {
  const ProxyArguments& asked = arguments.proxy;
  if (!asked.sampled.empty()) return from_file(tables, arguments, target);
  if (asked.samples == 0) throw Error(ExitCode::usage, "give --samples N, or --sampled FILE");
  const DeviceTable& table = tables.table;
  std::vector<bool> allowed(table.networks.size());
  std::vector<std::size_t> candidates;
  std::size_t measured = 0;
  for (std::size_t n = 0; n < table.networks.size(); ++n) {
    const bool is_measured = !std::isnan(table.latency_ms[target][n]) &&
                             (proxy == no_device || !std::isnan(table.latency_ms[proxy][n]));
    measured += is_measured ? 1 : 0;
    allowed[n] = is_measured && (table.encoding.live.empty() || table.encoding.live[n]);
    if (allowed[n]) candidates.push_back(n);
  }
  const std::size_t dead = measured - candidates.size();
  if (candidates.size() < asked.samples)
    throw Error(
        ExitCode::bad_data,
        arguments.proxy.tables.front().string() + ": " + std::to_string(measured) +
            " networks are measured on " + (proxy == no_device ? "" : table.devices[proxy] + " and ") +
            table.devices[target] +
            (dead == 0 ? ""
                       : ", " + std::to_string(dead) + " of them without a live path, which are left out") +
            ": fewer than the " + std::to_string(asked.samples) + " of --samples");
  ProxySamples samples{.networks = {}, .latency_ms = {}, .how = asked.sampling};
  if (samples.how == "optimal") {
    SamplingInput input{.encoding = &table.encoding,
                        .devices = {},
                        .allowed = allowed,
                        .measured = {},
                        .count = asked.samples,
                        .seed = arguments.seed};
    if (proxy != no_device) input.devices.push_back(table.latency_ms[proxy]);
    for (const std::size_t device : library) input.devices.push_back(table.latency_ms[device]);
    samples.networks = networks_to_measure(input);
  } else {
    samples.networks = drawn(candidates, asked.samples, arguments.seed);
  }
  for (const std::size_t network : samples.networks)
    samples.latency_ms.push_back(table.latency_ms[target][network]);
  return samples;
}

AdaptationInput adaptation_input(const DeviceTables& tables, std::size_t proxy,
                                 const std::vector<std::size_t>& library, const ProxySamples& samples) {
  AdaptationInput input{.encoding = &tables.table.encoding,
                        .proxy = {},
                        .library = {},
                        .sampled = samples.networks,
                        .measured = samples.latency_ms};
  if (proxy != no_device) input.proxy = tables.table.latency_ms[proxy];
  for (const std::size_t device : library) input.library.push_back(tables.table.latency_ms[device]);
  return input;
}

Json network_name_json(const DeviceTables& tables, std::size_t network) {
  const std::string& name = tables.table.networks[network];
  const bool digits = !name.empty() && name.size() < 19 &&
                      name.find_first_not_of("0123456789") == std::string::npos &&
                      (name.size() == 1 || name.front() != '0');
  return digits ? Json(std::stoull(name)) : Json(name);
}

std::string list_to_fill_in(const DeviceTables& tables, const std::vector<std::size_t>& networks,
                            const std::string& to_fill_in) {
  const auto quoted = [](const std::string& cell) {
    if (cell.find_first_of(",;\"\n") == std::string::npos) return cell;
    std::string text = "\"";
    for (const char c : cell) text.append(c == '"' ? 2 : 1, c);
    return text + "\"";
  };
  std::string text;
  for (const std::string& column : tables.identity_columns) text.append(quoted(column)).append(",");
  if (tables.identity_columns.empty()) text += "network,";
  text.append(quoted(to_fill_in)).append("\n");
  for (const std::size_t network : networks) {
    for (const std::string& cell : tables.identity[network]) text.append(quoted(cell)).append(",");
    if (tables.identity_columns.empty()) text.append(quoted(tables.table.networks[network])).append(",");
    text += "\n";
  }
  return text;
}

std::string fixed(double value, int digits) {
  if (std::isnan(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::array<std::vector<double>, 2> measured_on_both(const std::vector<double>& a,
                                                    const std::vector<double>& b,
                                                    const std::vector<std::size_t>& without) {
  std::vector<bool> out(a.size());
  for (const std::size_t network : without) out[network] = true;
  std::array<std::vector<double>, 2> both;
  for (std::size_t n = 0; n < a.size(); ++n)
    if (!out[n] && !std::isnan(a[n]) && !std::isnan(b[n])) {
      both[0].push_back(a[n]);
      both[1].push_back(b[n]);
    }
  return both;
}

}  // namespace flash
