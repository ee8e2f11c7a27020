#include "flash/core/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "flash/core/processor.hpp"

namespace flash {
namespace {

constexpr const char* governor_file = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor";

std::string text_of(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}
std::int64_t number_of(const Json& json, const char* key) {
  return json.is_object() && json.contains(key) && json[key].is_number_integer()
             ? json[key].get<std::int64_t>()
             : 0;
}

std::string counted(std::int64_t count, const char* unit) {
  return count > 0 ? std::to_string(count) + " " + unit : "";
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.processor = processor_name();
  machine.cores = static_cast<int>(std::max(0L, ::sysconf(_SC_NPROCESSORS_ONLN)));
  const std::int64_t pages = ::sysconf(_SC_PHYS_PAGES), page = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page > 0) machine.memory_mib = pages / 1024 * page / 1024;
  if (utsname system{}; ::uname(&system) == 0)
    machine.kernel = std::string(system.sysname).append(" ").append(system.release);
  std::ifstream(governor_file) >> machine.governor;
  return machine;
}

std::string to_text(const Machine& machine) {
  const std::int64_t gib = std::lround(static_cast<double>(machine.memory_mib) / 1024);
  std::string text;
  for (const std::string& part :
       {machine.processor, counted(machine.cores, machine.cores == 1 ? "core" : "cores"), counted(gib, "GiB"),
        machine.kernel, machine.governor.empty() ? "" : "governor " + machine.governor, machine.libraries})
    if (!part.empty()) text.append(text.empty() ? "" : ", ").append(part);
  return text;
}

Json to_json(const Machine& machine) {
  return {{"processor", machine.processor},   {"cores", machine.cores},
          {"memory_mib", machine.memory_mib}, {"kernel", machine.kernel},
          {"governor", machine.governor},     {"libraries", machine.libraries}};
}

Machine machine_from_json(const Json& json) {
  Machine machine;
  machine.processor = text_of(json, "processor");
  machine.cores = static_cast<int>(number_of(json, "cores"));
  machine.memory_mib = number_of(json, "memory_mib");
  machine.kernel = text_of(json, "kernel");
  machine.governor = text_of(json, "governor");
  machine.libraries = text_of(json, "libraries");
  return machine;
}

}  // namespace flash
