// Networks with names that others know: each one network of a space with a name.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "flash/space/space.hpp"

namespace flash {

struct ReferenceNetwork {
  std::string name;     // "lenet5"
  std::string preset;   // of presets()
  std::string network;  // in words
};

std::span<const ReferenceNetwork> reference_networks();
const ReferenceNetwork* find_reference(std::string_view name);  // nullptr where there is none
// Its space for images of another form. Throws Error bad_job where these are too small.
SpaceDefinition definition_of(const ReferenceNetwork& reference, const Input& input);

}  // namespace flash
