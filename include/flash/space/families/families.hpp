// The families that flash knows, and the spaces with a name.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "flash/space/geometry/family.hpp"

namespace flash {

std::span<const Family* const> families();
const Family* find_family(std::string_view name);  // nullptr where there is none

SpaceDefinition default_space();  // dense-cells with its usual settings, of which depths are to be given

// What a definition describes. Throws Error bad_job: a family that there is not, what the family refuses.
std::shared_ptr<const Geometry> geometry_of(const SpaceDefinition& definition);
// Throws Error bad_data, naming the key, where one is missing or its value is of another type.
SpaceDefinition space_definition_from_json(const Json& json);

std::vector<const Preset*> presets();              // of all families, in their order
const Preset* find_preset(std::string_view name);  // nullptr where there is none

}  // namespace flash
