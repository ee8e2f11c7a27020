// The machine that this runs on, as far as that decides how fast it computes.
#pragma once

#include <cstdint>
#include <string>

#include "flash/core/json.hpp"

namespace flash {

// What the system does not tell is "" or 0.
struct Machine {
  std::string processor;  // processor_name()
  int cores = 0;          // that the system has
  std::int64_t memory_mib = 0;
  std::string kernel;     // "Linux 6.1.0-13-amd64"
  std::string governor;   // how the first core's clock is set: "performance", "schedutil"
  std::string libraries;  // that compute, set by whoever uses them: "LibTorch 1.13.1, oneDNN 2.6.3"
  auto operator<=>(const Machine&) const = default;
};
Machine this_machine();
std::string to_text(const Machine& machine);  // within a line: "AMD EPYC, 2 cores, 24 GiB, Linux 6.1, ..."

Json to_json(const Machine& machine);
Machine machine_from_json(const Json& json);  // members that are not there, or of another type, are not known

}  // namespace flash
