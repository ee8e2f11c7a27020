// [proxy]: devices beside the target, from which its latency is known with few measurements.
#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/nearest.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/devices/adaptation.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& what) {
  throw std::invalid_argument("holds " + shown(text) + ", " + what);
}

// "128", "true": as a job file would have them; anything else is a text.
Json value_of(const std::string& text) {
  try {
    const Json value = parse_json(text);
    if (value.is_number() || value.is_boolean()) return value;
  } catch (const std::exception&) {
  }
  return text;
}

void set_option(const std::string& text, Target& target, const std::string& word) {
  const std::size_t sign = word.find('=');
  std::vector<std::string> keys;
  for (const OptionOf<Target>& option : target.options()) {
    keys.push_back(option.key);
    if (sign == std::string::npos || option.key != word.substr(0, sign)) continue;
    try {
      option.store(target, checked_value(option, value_of(word.substr(sign + 1))));
    } catch (const std::invalid_argument& error) {
      // What is allowed of the list itself follows in brackets.
      refuse(text, "where " + option.key + " " + error.what() + ", and may be " + option.allowed);
    }
    return;
  }
  const std::string key = word.substr(0, sign), close = nearest(key, keys);
  refuse(text, "where " + shown(word) + " is no setting of the target " + std::string(target.name()) +
                   (close.empty() ? "; its settings are " + joined(keys) : "; did you mean " + close + "=?"));
}

// "xbar64: imc design=chips/xbar64.toml"
NamedDevice device_of(const std::string& text, const std::filesystem::path& job_file) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos)
    refuse(text, "which is no device; write \"xbar64: imc design=xbar64.toml\"");
  NamedDevice device;
  device.text = text;
  std::istringstream name(text.substr(0, colon)), words(text.substr(colon + 1));
  name >> device.name;
  if (const std::string why = why_no_device(device.name); !why.empty()) refuse(text, "whose name " + why);
  words >> device.target;
  std::vector<std::string> known;
  for (const Target* target : targets())
    if (target->name() != "table") known.emplace_back(target->name());
  if (std::ranges::find(known, device.target) == known.end())
    refuse(text, "whose target is " + shown(device.target) + ", and may be any of " + joined(known) +
                     "; tables of devices are for `flash proxy`");
  Target& target = device.targets.named(device.target);
  target.job_file = job_file;
  for (std::string word; words >> word;) set_option(text, target, word);
  return device;
}

}  // namespace

void add_proxy_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::proxy, member); };
  JobSection proxy(options, "proxy");
  Option& devices = proxy.add(
      "devices", OptionType::text_list, "\"NAME: TARGET key=value ...\", a text each",
      "Devices that are measured well, so that the target needs few measurements: \"xbar64: imc design=xbar64.toml\", "
      "\"host2: host threads=2\", with the keys of [hardware]. The target's latency is then adapted from theirs, and "
      "latency@NAME is a metric too. An empty list: the target alone is measured.");
  devices.default_value = Json::array();
  devices.valid = [](const Json&) { return true; };
  devices.value = [](const Job& job) {
    Json list = Json::array();
    for (const NamedDevice& device : job.proxy.devices) list.push_back(device.text);
    return list;
  };
  devices.store = [](Job& job, const Json& list) {
    std::vector<NamedDevice> found;
    std::set<std::string> names;
    for (const Json& text : list) {
      found.push_back(device_of(text.get<std::string>(), job.path));
      if (!names.insert(found.back().name).second)
        throw std::invalid_argument("has the device " + found.back().name + " twice");
    }
    job.proxy.devices = std::move(found);
  };
  proxy.integer(
      "networks", {20, 100'000}, at(&ProxySettings::networks),
      "Networks that are measured on every device of proxy.devices; those of the target are among them.");
  proxy.integer("first", network_counts, at(&ProxySettings::first),
                "Networks measured on the target before any of its front is known.");
  proxy.integer(
      "round", {1, 1'000}, at(&ProxySettings::round),
      "Networks of the predicted front that a round measures, after which the front is predicted anew.");
  proxy.integer(
      "budget", network_counts, at(&ProxySettings::budget),
      "Most networks measured on the target, the first ones included; fewer where the front stays what it is.");
  std::vector<std::string> methods{"auto"};
  for (const std::string_view method : adaptation_methods()) methods.emplace_back(method);
  proxy.word("method", methods, at(&ProxySettings::method),
             "How the target's latency is adapted; auto: what cross-validation says is best.");
  proxy.text(
      "device", "a name of proxy.devices", [](const Json&) { return true; }, at(&ProxySettings::device),
      "The proxy; the others are a library beside it. \"\": the most central one, whose latencies rank networks most "
      "like the others' do.");
}

}  // namespace flash
