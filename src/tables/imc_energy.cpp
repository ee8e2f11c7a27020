#include "imc_parts.hpp"

namespace flash {

ArchiveTable imc_energy_table() {
  return imc_parts_table("hardware/TARGET/energy",
                         "Target imc alone: the energy of each simulated network by component.",
                         "energy_by_part_mj", "energy_mj", "mJ",
                         "cells, rows, columns, adc, shift_add, buffers, wires, routers, links or leakage");
}

}  // namespace flash
