// Helpers that write the entries of one section of the registry; internal to the room.
#pragma once

#include <string>
#include <vector>

#include "flash/config/constants.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {

// Sources of defaults. Figures "from ISAAC" are derived from its table of a tile's parts, which holds for
// 32 nm; the group's were read in its public code.
inline std::string from_isaac(const std::string& how) {
  return "A. Shafiee et al., ISAAC, ISCA 2016: " + how;
}
inline std::string from_booksim(const std::string& how) { return "BookSim 2: " + how; }
inline const char* const group =
    "the authors' in-memory-computing simulator (G. Krishnan et al., SIAM, ACM TECS 20(5s), 2021)";

using Design = ImcDesign;
using ParameterSection = ConstantsSection<ImcDesign>;

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
