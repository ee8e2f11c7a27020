// Helpers that write the entries of one section of the registry; internal to the room.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flash/config/section_builder.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {

// Sources of defaults. Figures "from ISAAC" are derived from its table of a tile's parts, which holds for
// 32 nm; the group's were read in its public code.
inline std::string from_isaac(const std::string& how) {
  return "A. Shafiee et al., ISAAC, ISCA 2016: " + how;
}
inline std::string assumption(const std::string& reasoning) { return "assumption: " + reasoning; }
inline const char* const group =
    "the authors' in-memory-computing simulator (G. Krishnan et al., SIAM, ACM TECS 20(5s), 2021)";

using Design = ImcDesign;

class ParameterSection {
 public:
  ParameterSection(std::vector<ImcParameter>& list, std::string name)
      : section_(list, std::move(name), ImcDesign{}) {}

  template <class At>
  void integer(std::string key, std::string unit, int min, int max, At at, std::string description,
               std::string source) {
    state(section_.integer(std::move(key), {min, max}, at, std::move(description)), std::move(unit), min, max,
          std::move(source));
  }
  template <class At>
  void number(std::string key, std::string unit, double min, double max, At at, std::string description,
              std::string source) {
    state(section_.number(std::move(key), from_to(min, max), at, std::move(description)), std::move(unit),
          min, max, std::move(source));
  }

 private:
  static void state(ImcParameter& parameter, std::string unit, double min, double max, std::string source) {
    parameter.unit = std::move(unit);
    parameter.bounds = {.min = min, .max = max};
    parameter.source = std::move(source);
  }

  SectionBuilder<ImcDesign> section_;
};

// The parts of the registry.
void add_chip(std::vector<ImcParameter>& list);
void add_crossbar(std::vector<ImcParameter>& list);
void add_tile(std::vector<ImcParameter>& list);
void add_precision(std::vector<ImcParameter>& list);
void add_adc(std::vector<ImcParameter>& list);
void add_noc(std::vector<ImcParameter>& list);
void add_energy(std::vector<ImcParameter>& list);
void add_leakage(std::vector<ImcParameter>& list);
void add_area(std::vector<ImcParameter>& list);

}  // namespace flash
