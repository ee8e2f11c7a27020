// What the sub-commands of `flash proxy` share: their tables, devices and samples.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "flash/devices/adaptation.hpp"
#include "flash/import/device_tables.hpp"
#include "flash/job/job.hpp"

namespace flash {

inline constexpr std::size_t no_device = static_cast<std::size_t>(-1);

// The tables, in the space of --job or --preset where one is given. What is to be said of them is logged.
struct ProxyTables : DeviceTables {
  std::optional<Job> job;
};
ProxyTables proxy_tables(const Arguments& arguments);

// Throws Error usage where a file to be written is one that the command reads: measurements would be lost.
void refuse_input(const std::filesystem::path& output, const Arguments& arguments, const char* option);

// --proxy, --target: a device's name or its column's. Throws Error usage where there is none of that name.
std::size_t named_device(const DeviceTables& tables, const std::string& name, const char* option);
// The same for the target, which may be in no table: no_device.
std::size_t target_device(const DeviceTables& tables, const Arguments& arguments);
// The device of that name or column; no_device where the tables have none.
std::size_t target_or_none(const DeviceTables& tables, const std::string& name);
// --proxy, else the most central device other than the target; no_device where there is no other. Throws Error usage
// where it is the target.
std::size_t proxy_device(const DeviceTables& tables, const Arguments& arguments, std::size_t target);
// The same where one is needed: throws Error usage where there is none.
std::size_t required_proxy(const DeviceTables& tables, const Arguments& arguments, std::size_t target);
// Those of --library, without the proxy and the target.
std::vector<std::size_t> library_devices(const DeviceTables& tables, const Arguments& arguments,
                                         std::size_t proxy, std::size_t target);
std::vector<std::string> device_names(const DeviceTables& tables, const std::vector<std::size_t>& devices);

// Of --sampled. Where the tables have other latencies of the target, the log warns; the list's count.
SampledNetworks sampled_list(const DeviceTables& tables, const Arguments& arguments, std::size_t target);

// Networks measured on the target, from --sampled or chosen from the table.
struct ProxySamples {
  std::vector<std::size_t> networks;
  std::vector<double> latency_ms;
  std::string how;  // "file", "random" or "optimal"
};
ProxySamples proxy_samples(const ProxyTables& tables, const Arguments& arguments, std::size_t proxy,
                           std::size_t target, const std::vector<std::size_t>& library);

AdaptationInput adaptation_input(const DeviceTables& tables, std::size_t proxy,
                                 const std::vector<std::size_t>& library, const ProxySamples& samples);

// As the table names it; a number where ids are numbers.
Json network_name_json(const DeviceTables& tables, std::size_t network);
// A list of networks to measure: the columns by which the table names them, and an empty one.
std::string list_to_fill_in(const DeviceTables& tables, const std::vector<std::size_t>& networks,
                            const std::string& to_fill_in);
std::string fixed(double value, int digits);  // "-" for NaN
// What both have measured, [0] of `a` and [1] of `b`, of the networks that are not in `without`.
std::array<std::vector<double>, 2> measured_on_both(const std::vector<double>& a,
                                                    const std::vector<double>& b,
                                                    const std::vector<std::size_t>& without = {});

}  // namespace flash
