#include "proxy_state.hpp"

#include <map>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/parse_json.hpp"

namespace flash {
namespace {

constexpr const char* state_format = "flash-proxy-front";

constexpr const char* what_to_do = "delete it to begin anew, or name another file";

// An empty file or a torn one is no JSON.
Json parsed(const std::filesystem::path& path) {
  const std::string text = read_file(path);
  try {
    return parse_json(text);
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": is no state of flash proxy front: it is no JSON" +
                                  (text.empty() ? ", but empty; " : ", or not all of it is there; ") +
                                  what_to_do);
  }
}

}  // namespace

void ProxyState::add(std::size_t network, double latency) {
  networks.push_back(network);
  latency_ms.push_back(latency);
}

void ProxyState::read(const std::filesystem::path& path, const DeviceTables& tables) {
  if (!std::filesystem::exists(path)) return;
  const auto refuse = [&path](const std::string& what) {
    throw Error(ExitCode::bad_data, path.string() + ": " + what);
  };
  std::map<std::string, std::size_t> positions;
  for (std::size_t n = 0; n < tables.table.networks.size(); ++n)
    positions.emplace(tables.table.networks[n], n);
  const auto position = [&](const std::string& name) {
    const auto found = positions.find(name);
    if (found == positions.end()) refuse("network " + name + " is not in the table");
    return found->second;
  };
  try {
    const Json json = parsed(path);
    if (!json.is_object() || json.value("format", "") != state_format)
      refuse("is no state of flash proxy front; name another file");
    for (const auto& [key, value] : settings.items()) {
      const Json& kept = json.at("settings").at(key);
      if (kept != value)
        throw Error(ExitCode::usage, path.string() + ": is of a front with " + key + " " + kept.dump() +
                                         ", not " + value.dump() + "; give the same, or name another file");
    }
    for (const Json& one : json.at("measured"))
      add(position(one.at("network")), number_or_nan(one.at("latency_ms")));
    for (const Json& one : json.at("pending")) pending.push_back(position(one));
  } catch (const Json::exception&) {
    refuse(std::string(
               "is no state of flash proxy front: something in it is missing or is not what flash writes; ") +
           what_to_do);
  }
}

void ProxyState::write(const std::filesystem::path& path, const DeviceTables& tables) const {
  Json measured = Json::array(), asked = Json::array();
  for (std::size_t i = 0; i < networks.size(); ++i)
    measured.push_back(
        {{"network", tables.table.networks[networks[i]]}, {"latency_ms", number_or_null(latency_ms[i])}});
  for (const std::size_t network : pending) asked.push_back(tables.table.networks[network]);
  const Json json{
      {"format", state_format}, {"settings", settings}, {"measured", measured}, {"pending", asked}};
  write_file_atomically(path, json.dump(1) + "\n");
}

}  // namespace flash
