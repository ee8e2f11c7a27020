// The registry of the imc target's constants. Defaults stand in ImcDesign; each has its unit, its bounds, and
// as its source a publication, or "assumption" and its reasoning.
#pragma once

#include <string>

#include "flash/config/registry.hpp"
#include "flash/imc/design.hpp"

namespace flash {

using ImcParameter = OptionOf<ImcDesign>;
const Registry<ImcDesign>& imc_parameters();

// What no single value can tell: the first contradiction between values of a design. An empty section: none.
struct ImcContradiction {
  std::string section;
  std::string key;
  std::string what;
};
ImcContradiction contradiction(const ImcDesign& design);

}  // namespace flash
