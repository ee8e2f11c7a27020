#include "imc_parts.hpp"

namespace flash {

ArchiveTable imc_area_table() {
  return imc_parts_table("hardware/TARGET/area",
                         "Target imc alone: the area of each simulated network's chip by component.",
                         "area_by_part_mm2", "area_mm2", "mm2",
                         "cells, writers, row_drivers, columns, adc, shift_add, buffers, control, routers or "
                         "links");
}

}  // namespace flash
