// Spaces with a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

struct Preset {
  std::string name;
  std::string description;  // one line, with the size and the cost of its networks
  SpaceDefinition definition;
};

// flash-63b (63,102,615,225 configurations), smaller ones of the same family that two cores can train, an
// mlp-cells one. The input is that of the preset's usual data; a job's data set replaces it.
const std::vector<Preset>& presets();
const Preset* find_preset(std::string_view name);  // nullptr where there is none

}  // namespace flash
