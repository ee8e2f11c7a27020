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
// Read from DNN+NeuroSim V1.3 (X. Peng et al., IEDM 2019; github.com/neurosim/DNN_NeuroSim_V1.3) as run at 32 nm LSTP.
inline std::string from_neurosim(const std::string& how) {
  return "NeuroSim V1.3, 32 nm LSTP, 256 x 256: " + how;
}
// Of BookSim 2 (N. Jiang et al., ISPASS 2013).
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
void add_time(std::vector<ImcParameter>& list);
void add_energy(std::vector<ImcParameter>& list);
void add_leakage(std::vector<ImcParameter>& list);
void add_area(std::vector<ImcParameter>& list);
void add_accuracy(std::vector<ImcParameter>& list);

}  // namespace flash
