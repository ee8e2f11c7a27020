// The list alone, made from methods.inc.
#include <array>

#include "flash/search/methods/search_method.hpp"

namespace flash {

#define FLASH_METHOD(name) const SearchMethod& name##_method();
#include "methods.inc"
#undef FLASH_METHOD

std::span<const SearchMethod* const> search_methods() {
  static const std::array all{
#define FLASH_METHOD(name) &name##_method(),
#include "methods.inc"
#undef FLASH_METHOD
  };
  return all;
}

}  // namespace flash
