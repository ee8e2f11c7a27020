#include "costs.hpp"

#include <cmath>

#include "flash/hardware/tile_costs.hpp"

namespace flash {
namespace {

constexpr double fj_in_mj = 1e-12, um2_in_mm2 = 1e-6, ms_in_ns = 1e-6;
constexpr double reference_columns = 256;  // of the word line whose energy is given

double real(std::int64_t count) { return static_cast<double>(count); }

template <class Parts, class Part>
double& at(Parts& parts, Part part) {
  return parts[static_cast<std::size_t>(part)];
}

}  // namespace

std::int64_t bus_bits(const ImcDesign& design, const PlacedConvolution& placed) {
  return placed.convolution.positions * design.tiling.activation_bits * (placed.kept_rows + placed.kept_out);
}

ImcCosts::ImcCosts(const ImcDesign& design)
    : design_(design), scale_(technology_scale(design)), period_ns_(period_ns(design)) {}

Energy ImcCosts::energy(const PlacedConvolution& placed, const LayerFlows& flows, const Traffic& traffic,
                        double side_mm) const {
  const ImcDesign::Energies& price = design_.energy;
  const Tiling& tiling = design_.tiling;
  const Convolution& shape = placed.convolution;
  const Mapping& mapping = placed.mapping;
  const double bits = tiling.activation_bits;
  const double reads = real(shape.positions) * bits;
  const double conversions = reads * real(mapping.conversions);
  // Drivers and adders of a crossbar work together, those of rows and columns without weights too unless they are gated.
  const double rows =
      reads * real(design_.gated ? mapping.driven_rows : mapping.crossbars * tiling.crossbar_rows);
  const double sums = design_.gated ? conversions : reads * real(mapping.crossbars * tiling.crossbar_columns);
  // A tile reads each of its rows from the buffer once a position and bit, for all its crossbars side by
  // side; what is sent is read as well, and what arrives or results is written.
  const double sent = real(flows.activation_bits + flows.partial_sum_bits);
  const double tile_rows = real(placed.kept_rows) * (shape.depthwise ? 1 : real(mapping.column_tiles));
  const double read = reads * tile_rows + sent;
  const double written = sent + reads * real(placed.kept_out);
  const double flit_bits = tiling.link_bits;
  const double cell = is_sram() ? price.sram_cell : price.rram_cell;
  const double word_line = price.word_line * tiling.crossbar_columns / reference_columns;

  Energy energy{};
  at(energy, EnergyPart::cells) =
      reads * design_.activity * (real(mapping.read_cells) * cell + real(mapping.driven_rows) * word_line);
  at(energy, EnergyPart::rows) =
      rows * (price.row + price.row_turn * tiling.columns_per_adc * design_.activity);
  at(energy, EnergyPart::columns) = conversions * price.column;
  at(energy, EnergyPart::adc) = conversions * adc_energy_fj(design_);
  at(energy, EnergyPart::shift_add) = sums * price.shift_add;
  at(energy, EnergyPart::buffers) = read * price.buffer_read + written * price.buffer_write;
  at(energy, EnergyPart::routers) = real(traffic.flit_hops + traffic.flits) * flit_bits * price.router_bit;
  at(energy, EnergyPart::links) = real(traffic.flit_hops) * flit_bits * price.link_bit;
  for (double& part : energy) part *= scale_.energy * fj_in_mj;
  at(energy, EnergyPart::wires) =
      real(bus_bits(design_, placed)) * side_mm * price.wire_mm * scale_.wire * fj_in_mj;
  return energy;
}

double ImcCosts::leakage_mw(std::int64_t working, std::int64_t tiles) const {
  const ImcDesign::Leakage& leakage = design_.leakage;
  const double cells =
      is_sram() ? real(design_.tiling.rows() * design_.tiling.columns()) * leakage.sram_cell : 0;
  const double active = real(working) + leakage.idle * real(tiles - working);  // tiles' worth of leakage
  return (active * leakage.tile + real(tiles) * (leakage.router + cells)) * scale_.leakage;
}

double ImcCosts::leakage_mj(std::int64_t cycles, std::int64_t working, std::int64_t tiles) const {
  return leakage_mw(working, tiles) * milliseconds(cycles) * 1e-3;
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
  at(area, AreaPart::cells) =
      rows * tiling.crossbar_columns * (is_sram() ? price.sram_cell : price.rram_cell);
  at(area, AreaPart::writers) = is_sram() ? 0 : crossbars * price.rram_writer;
  at(area, AreaPart::row_drivers) = rows * price.row_driver;
  at(area, AreaPart::columns) = columns * price.column;
  at(area, AreaPart::adc) = adcs * adc_area_um2(design_);
  at(area, AreaPart::shift_add) = adcs * price.shift_add + tiles * price.accumulator;
  at(area, AreaPart::buffers) = tiles * design_.buffer_kib * bits_per_kib * price.buffer_bit;
  at(area, AreaPart::control) = tiles * price.tile_control;
  at(area, AreaPart::routers) = tiles * tiling.link_bits * price.router_bit;
  at(area, AreaPart::links) = 2 * real(mesh.neighbours()) * tiling.link_bits * price.link_bit;  // both ways
  for (double& part : area) part *= scale_.area * um2_in_mm2;
  return area;
}

std::int64_t ImcCosts::compute_cycles(const PlacedConvolution& placed, std::int64_t in_tiles) const {
  const Tiling& tiling = design_.tiling;
  const std::int64_t a_read =
      tiling.read_cycles() + std::int64_t{tiling.columns_per_adc} * design_.accumulation_cycles;
  return (placed.band() + in_tiles - 1) / in_tiles * tiling.activation_bits * a_read +
         design_.pipeline_cycles;
}

std::int64_t ImcCosts::load_cycles(const PlacedConvolution& placed, double side_mm) const {
  Convolution share = placed.convolution;
  share.positions = placed.band();
  const double transfers =
      load_bits(placed.tiling, share, placed.kept_rows, placed.kept_out) / design_.wire_bits;
  return static_cast<std::int64_t>(
      std::ceil(transfers * design_.time.wire_mm * scale_.time * side_mm / period_ns_));
}

double ImcCosts::milliseconds(std::int64_t cycles) const { return real(cycles) * period_ns_ * ms_in_ns; }

double ImcCosts::mesh_mj(double router_bits, double link_bits) const {
  return (router_bits * design_.energy.router_bit + link_bits * design_.energy.link_bit) * scale_.energy *
         fj_in_mj;
}

}  // namespace flash
