// The list alone, made from sources.inc.
#include <array>

#include "flash/dataset/source.hpp"

namespace flash {

#define FLASH_SOURCE(name) const Source& name##_source();
#include "sources.inc"
#undef FLASH_SOURCE

std::span<const Source* const> sources() {
  static const std::array all{
#define FLASH_SOURCE(name) &name##_source(),
#include "sources.inc"
#undef FLASH_SOURCE
  };
  return all;
}

}  // namespace flash
