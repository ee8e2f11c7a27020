#include "flash/imc/parameters.hpp"

#include <cmath>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "parameter_section.hpp"

namespace flash {
namespace {

std::string shown_number(double number) {
  return number == std::floor(number) && std::abs(number) < 1e15 ? std::to_string(std::llround(number))
                                                                 : shown(number);
}

}  // namespace

Json ImcParameter::value(const ImcDesign& design) const {
  ImcDesign copy = design;  // the accessors give references to write to
  return integer ? Json(integer(copy)) : Json(number(copy));
}

std::string ImcParameter::allowed() const {
  return shown_number(min) + (integer ? " .. " : " <= x <= ") + shown_number(max);
}

void ImcParameter::store(ImcDesign& design, const Json& written) const {
  const auto refuse = [&](const std::string& what) {
    throw std::invalid_argument(what + " (allowed: " + allowed() + ")");
  };
  if (integer ? !written.is_number_integer() : !written.is_number())
    refuse(std::string("is ") + found_name(written) + ", expected " + (integer ? "an integer" : "a number"));
  const double value = written.get<double>();
  if (!std::isfinite(value)) refuse("is not a finite number");
  if (value < min || value > max) refuse("is " + shown(written));
  if (integer)
    integer(design) = written.get<int>();
  else
    number(design) = value;
}

const std::vector<ImcSection>& imc_sections() {
  static const std::vector<ImcSection> sections{
      {"chip", "The chip as a whole."},
      {"crossbar", "An array of memory cells."},
      {"tile", "Crossbars with a common buffer and a router."},
      {"precision", "Bits of what is computed."},
      {"adc", "The converters at the columns."},
      {"noc", "The mesh between the tiles: XY routing, one router a tile."},
      {"energy", "Energies at 32 nm."},
      {"leakage", "Static power at 32 nm."},
      {"area", "Areas at 32 nm."},
  };
  return sections;
}

const std::vector<ImcParameter>& imc_parameters() {
  static const std::vector<ImcParameter> registry = [] {
    std::vector<ImcParameter> list;
    for (const auto add : {add_chip, add_crossbar, add_tile, add_precision, add_adc, add_noc, add_energy,
                           add_leakage, add_area})
      add(list);
    return list;
  }();
  return registry;
}

ImcContradiction contradiction(const ImcDesign& design) {
  const Tiling& tiling = design.tiling;
  if (tiling.cell_bits > tiling.weight_bits)
    return {"crossbar", "cell_bits",
            "is " + std::to_string(tiling.cell_bits) + ", but a weight has only precision.weight_bits = " +
                std::to_string(tiling.weight_bits) + " bits; a cell holds bits of one weight alone"};
  if (tiling.columns_per_adc > tiling.crossbar_columns)
    return {"adc", "columns",
            "is " + std::to_string(tiling.columns_per_adc) + ", but a crossbar has only crossbar.columns = " +
                std::to_string(tiling.crossbar_columns) + " columns to share an ADC"};
  return {};
}

}  // namespace flash
