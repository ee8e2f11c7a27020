// Helpers that write the entries of one section of the registry; internal to the room.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "flash/imc/parameters.hpp"

namespace flash {

// Sources of defaults. Figures "from ISAAC" are derived from its table of a tile's parts, which holds for
// 32 nm; the group's are those of FLASH.md section 6.
inline std::string from_isaac(const std::string& how) {
  return "A. Shafiee et al., ISAAC, ISCA 2016: " + how;
}
inline std::string assumption(const std::string& reasoning) { return "assumption: " + reasoning; }
inline const char* const group =
    "the authors' in-memory-computing simulator (G. Krishnan et al., SIAM, ACM TECS 20(5s), 2021)";

using Design = ImcDesign;

class ParameterSection {
 public:
  ParameterSection(std::vector<ImcParameter>& list, std::string name) : list_(list), name_(std::move(name)) {}

  void integer(std::string key, std::string unit, int min, int max, int& (*field)(Design&),
               std::string description, std::string source) {
    add(std::move(key), std::move(unit), min, max, std::move(description), std::move(source)).integer = field;
  }
  void number(std::string key, std::string unit, double min, double max, double& (*field)(Design&),
              std::string description, std::string source) {
    add(std::move(key), std::move(unit), min, max, std::move(description), std::move(source)).number = field;
  }

 private:
  ImcParameter& add(std::string key, std::string unit, double min, double max, std::string description,
                    std::string source) {
    ImcParameter& parameter = list_.emplace_back();
    parameter.section = name_;
    parameter.key = std::move(key);
    parameter.unit = std::move(unit);
    parameter.min = min;
    parameter.max = max;
    parameter.description = std::move(description);
    parameter.source = std::move(source);
    return parameter;
  }

  std::vector<ImcParameter>& list_;
  std::string name_;
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
