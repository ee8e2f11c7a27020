#include "flash/devices/sampling.hpp"
namespace flash {
std::vector<std::size_t> networks_to_measure(const SamplingInput& input) {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i < input.encoding->networks && list.size() < input.count; ++i) list.push_back(i);
  return list;
}
}  // namespace flash
