#include "costs.hpp"

#include <cmath>

namespace flash {
namespace {

double real(std::int64_t count) { return static_cast<double>(count); }

double levels(const ImcDesign& design) { return std::exp2(design.adc_bits); }

template <class Parts, class Part>
double& at(Parts& parts, Part part) {
  return parts[static_cast<std::size_t>(part)];
}

}  // namespace

ImcCosts::ImcCosts(const ImcDesign& design) : design_(design) {
  const double shrink = static_cast<double>(design.node_nm) / reference_node_nm;
  energy_scale_ = shrink * 1e-12;
  area_scale_ = shrink * shrink * 1e-6;
}

Energy ImcCosts::energy(const PlacedConvolution& placed, const LayerFlows& flows,
                        const Traffic& traffic) const {
  const ImcDesign::Energies& price = design_.energy;
  const Convolution& shape = placed.convolution;
  const Mapping& mapping = placed.mapping;
  const double bits = design_.tiling.activation_bits;
  const double reads = real(shape.positions) * bits;
  const double conversions = reads * real(mapping.conversions);
  // A tile reads each of its rows from the buffer once a position and bit, for all its crossbars side by
  // side; what is sent is read as well, and what arrives or results is written.
  const double sent = real(flows.activation_bits + flows.partial_sum_bits);
  const double tile_rows = real(placed.kept_rows) * (shape.depthwise ? 1 : real(mapping.column_tiles));
  const double read = reads * tile_rows + sent;
  const double written = sent + reads * real(placed.kept_out);
  const double flit_bits = design_.tiling.link_bits;
  const double adc = design_.adc_bits * price.adc_bit + levels(design_) * price.adc_level;

  Energy energy{};
  at(energy, EnergyPart::cells) = reads * real(mapping.read_cells) * price.cell;
  at(energy, EnergyPart::rows) = reads * real(mapping.driven_rows) * price.row;
  at(energy, EnergyPart::columns) = conversions * price.column;
  at(energy, EnergyPart::adc) = conversions * adc;
  at(energy, EnergyPart::shift_add) = conversions * price.shift_add;
  at(energy, EnergyPart::buffers) = read * price.buffer_read + written * price.buffer_write;
  at(energy, EnergyPart::routers) = real(traffic.flit_hops + traffic.flits) * flit_bits * price.router_bit;
  at(energy, EnergyPart::links) = real(traffic.flit_hops) * flit_bits * price.link_bit;
  for (double& part : energy) part *= energy_scale_;
  return energy;
}

double ImcCosts::leakage_mj(std::int64_t cycles, std::int64_t working, std::int64_t tiles) const {
  const ImcDesign::Leakage& leakage = design_.leakage;
  const double active = real(working) + leakage.idle * real(tiles - working);  // tiles' worth of leakage
  const double milliwatts = active * leakage.tile + real(tiles) * leakage.router;
  return milliwatts * (energy_scale_ / 1e-12) * milliseconds(cycles) * 1e-3;
}

Area ImcCosts::area(const Mesh& mesh) const {
  const ImcDesign::Areas& price = design_.area;
  const Tiling& tiling = design_.tiling;
  const double tiles = real(mesh.tiles());
  const double crossbars = tiles * tiling.tile_rows * tiling.tile_columns;
  const double rows = crossbars * tiling.crossbar_rows;
  const double columns = crossbars * tiling.crossbar_columns;
  const double adcs =
      crossbars * std::ceil(static_cast<double>(tiling.crossbar_columns) / tiling.columns_per_adc);
  constexpr double bits_per_kib = 8 * 1024;

  Area area{};
  at(area, AreaPart::cells) = rows * tiling.crossbar_columns * price.cell;
  at(area, AreaPart::row_drivers) = rows * price.row_driver;
  at(area, AreaPart::columns) = columns * price.column;
  at(area, AreaPart::adc) = adcs * (design_.adc_bits * price.adc_bit + levels(design_) * price.adc_level);
  at(area, AreaPart::shift_add) = adcs * price.shift_add;
  at(area, AreaPart::buffers) = tiles * design_.buffer_kib * bits_per_kib * price.buffer_bit;
  at(area, AreaPart::control) = tiles * price.tile_control;
  at(area, AreaPart::routers) = tiles * tiling.link_bits * price.router_bit;
  at(area, AreaPart::links) = 2 * real(mesh.neighbours()) * tiling.link_bits * price.link_bit;  // both ways
  for (double& part : area) part *= area_scale_;
  return area;
}

double ImcCosts::milliseconds(std::int64_t cycles) const { return real(cycles) / design_.clock_ghz * 1e-6; }

double ImcCosts::wires_mj(double router_bits, double link_bits) const {
  return (router_bits * design_.energy.router_bit + link_bits * design_.energy.link_bit) * energy_scale_;
}

std::int64_t communication_cycles(const ImcDesign& design, const Traffic& traffic) {
  if (traffic.flits == 0) return 0;
  return traffic.most.flits + std::int64_t{traffic.longest + 1} * design.router_stages + traffic.longest;
}

}  // namespace flash
