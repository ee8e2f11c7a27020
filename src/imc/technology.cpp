#include "flash/imc/technology.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace flash {
namespace {

constexpr std::array<std::pair<double, double>, 4> supplies{{{22, 0.85}, {32, 0.9}, {45, 1.0}, {65, 1.1}}};
constexpr double reference_supply = 0.9;
constexpr double delay_exponent = 0.62;
constexpr double credit_round = 8,
                 vc_round = 3;  // cycles until a buffer's place, and a channel, are free again

double levels_of(const ImcDesign& design) { return std::exp2(design.adc_bits); }

}  // namespace

double supply_voltage(const ImcDesign& design) {
  if (design.voltage > 0) return design.voltage;
  const double node =
      std::clamp(static_cast<double>(design.node_nm), supplies.front().first, supplies.back().first);
  std::size_t above = 1;
  while (supplies[above].first < node) ++above;
  const auto& [low, v_low] = supplies[above - 1];
  const auto& [high, v_high] = supplies[above];
  return v_low + (v_high - v_low) * (node - low) / (high - low);
}

TechnologyScale technology_scale(const ImcDesign& design) {
  const double shrink = static_cast<double>(design.node_nm) / reference_node_nm;
  const double supply = supply_voltage(design) / reference_supply;
  return {.energy = shrink * supply * supply,
          .wire = supply * supply,
          .leakage = shrink,
          .area = shrink * shrink,
          .time = std::pow(shrink, delay_exponent)};
}

double conversion_ns(const ImcDesign& design) {
  const ImcDesign::Times& time = design.time;
  const double adc =
      design.adc == "sar" ? time.sar_bit * design.adc_bits : time.flash_level * levels_of(design);
  return (time.sense + adc) * technology_scale(design).time;
}

double period_ns(const ImcDesign& design) {
  return design.clock_ghz > 0 ? 1 / design.clock_ghz : conversion_ns(design) / design.tiling.adc_cycles;
}

double adc_energy_fj(const ImcDesign& design) {
  const ImcDesign::Energies& price = design.energy;
  return design.adc == "sar" ? std::max(0.0, price.sar_base + design.adc_bits * price.sar_bit)
                             : design.adc_bits * price.flash_bit + levels_of(design) * price.flash_level;
}

double adc_area_um2(const ImcDesign& design) {
  const ImcDesign::Areas& price = design.area;
  return design.adc == "sar" ? std::max(0.0, price.sar_base + design.adc_bits * price.sar_bit)
                             : design.adc_bits * price.flash_bit + levels_of(design) * price.flash_level;
}

}  // namespace flash
