#include "option_builder.hpp"

#include <algorithm>

#include "flash/space/presets.hpp"

namespace flash {

Job default_job() {
  Job job;
  job.name = "job";
  job.space = find_preset("flash-63b")->definition;
  return job;
}

bool is_device(const std::string& device) {
  if (device == "cpu" || device == "cuda") return true;
  const std::string prefix = "cuda:";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return device.starts_with(prefix) && device.size() > prefix.size() && device.size() <= prefix.size() + 2 &&
         std::all_of(device.begin() + static_cast<std::ptrdiff_t>(prefix.size()), device.end(), is_digit);
}

}  // namespace flash
