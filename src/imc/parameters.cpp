#include "flash/imc/parameters.hpp"

#include "flash/config/text.hpp"
#include "flash/imc/technology.hpp"
#include "parameter_section.hpp"

namespace flash {

const Registry<ImcDesign>& imc_parameters() {
  static const Registry<ImcDesign> registry = [] {
    std::vector<ImcParameter> list;
    for (const auto add : {add_chip, add_crossbar, add_tile, add_precision, add_adc, add_noc, add_time,
                           add_energy, add_leakage, add_area, add_accuracy})
      add(list);
    return Registry<ImcDesign>(
        {.heading = "Constants of the imc target (TOML) with their defaults and where these come from.",
         .sample_heading =
             "# An in-memory-computing accelerator for the target imc: every constant at its default.\n"
             "# Delete what you do not change.\n",
         .key_names = KeyNames::dotted},
        {{"chip", "The chip as a whole."},
         {"crossbar", "An array of memory cells."},
         {"tile", "Crossbars with a common buffer and a router."},
         {"precision", "Bits of what is computed."},
         {"adc", "The converters at the columns."},
         {"noc", "The mesh between the tiles: XY routing, one router a tile."},
         {"time", "Times at 32 nm."},
         {"energy", "Energies at 32 nm."},
         {"leakage", "Static power at 32 nm."},
         {"area", "Areas at 32 nm."},
         {"accuracy", "What disturbs products, where a job's train.accuracy_on is \"chip\"."}},
        std::move(list));
  }();
  return registry;
}

ImcContradiction contradiction(const ImcDesign& design) {
  const Tiling& tiling = design.tiling;
  if (tiling.cell_bits > tiling.weight_bits)
    return {"crossbar", "cell_bits",
            "is " + std::to_string(tiling.cell_bits) + ", but a weight has only precision.weight_bits = " +
                std::to_string(tiling.weight_bits) + " bits; a cell holds bits of one weight alone"};
  if (design.cell == "sram" && tiling.cell_bits > 1)
    return {"crossbar", "cell_bits",
            "is " + std::to_string(tiling.cell_bits) + ", but a cell of sram (crossbar.cell) holds 1 bit"};
  if (design.accuracy.stuck_off + design.accuracy.stuck_on > 1)
    return {"accuracy", "stuck_on",
            "is " + shown(design.accuracy.stuck_on) +
                ", with accuracy.stuck_off = " + shown(design.accuracy.stuck_off) + " more than all cells"};
  if (tiling.columns_per_adc > tiling.crossbar_columns)
    return {"adc", "columns",
            "is " + std::to_string(tiling.columns_per_adc) + ", but a crossbar has only crossbar.columns = " +
                std::to_string(tiling.crossbar_columns) + " columns to share an ADC"};
  const bool balances = design.duplicate == "balance";
  if (balances && design.area_limit_mm2 == 0)
    return {"tile", "area_limit_mm2", "is 0, but tile.duplicate = balance copies layers up to that area"};
  if (!balances && design.area_limit_mm2 > 0)
    return {"tile", "area_limit_mm2", "is for tile.duplicate = balance, not " + design.duplicate};
  const double sensed = conversion_ns(design), given = period_ns(design) * tiling.adc_cycles;
  if (!(period_ns(design) > 0))
    return {"chip", "clock_ghz",
            "is 0, as fast as the converters sense, but by section time they take no time"};
  if (sensed > given * (1 + 1e-9))
    return {"chip", "clock_ghz",
            "is " + shown(design.clock_ghz) + ": a conversion has " + shown(given) + " ns (adc.cycles = " +
                std::to_string(tiling.adc_cycles) + "), and the column is sensed after " + shown(sensed) +
                " ns; take a slower clock, more adc.cycles, or 0 for as fast as it senses"};
  return {};
}

}  // namespace flash
