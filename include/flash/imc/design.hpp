// A design of the `imc` target: a chip of tiles, each a few crossbars of memory cells that multiply a vector
// of activations by a matrix of weights, on a mesh network.
#pragma once

#include <filesystem>
#include <string>

#include "flash/core/json.hpp"
#include "flash/hardware/tiling.hpp"

namespace flash {

// Every constant of the simulator. parameters.hpp has each one's key, unit, range and source; energies, areas and times
// hold at reference_node_nm and are scaled to node_nm (technology.hpp).
struct ImcDesign {
  Tiling tiling;

  double clock_ghz = 0;  // 0: as fast as the converters sense
  int node_nm = 32;
  double voltage = 0;         // V; 0: the node's
  double activity = 0.2;      // share of ones among the bits of activations, 0 .. 1
  std::string cell = "rram";  // rram: one transistor and one resistor | sram
  bool gated = false;         // rows and columns of a crossbar that hold no weights switch nothing
  std::string adc = "flash";  // flash | sar
  int adc_bits = 4;
  int pipeline_cycles = 8;      // from a layer's last activation bit to its result
  int accumulation_cycles = 3;  // adding one conversion's result, before the next
  // Copies of a layer's weights: none | tile: as many as its tiles have room for | balance: besides these copies of whole
  // layers (balance.hpp), while the chip is no larger than area_limit_mm2.
  std::string duplicate = "tile";
  double area_limit_mm2 = 0;
  int wire_bits = 128;  // of the bus that brings activations to a tile's rows
  int buffer_kib = 64;  // of a tile
  int router_stages = 4;
  int port_cycles = 3;   // of the first flit, from the tile into its router and out of the last one
  int router_vcs = 8;    // virtual channels of a port
  int router_depth = 4;  // flits that one holds
  bool contention = true;
  bool multicast = false;
  std::string partial_sums = "chain";  // chain | tree
  int mesh_side = 0;                   // tiles; 0: the least that holds the network

  struct Times {                   // ns, at the reference node
    double sense = 2.706;          // decoding, settling and sensing a column
    double flash_level = 0.00767;  // flash ADC, each of 2^bits levels
    double sar_bit = 0.1;          // SAR ADC, each bit
    double wire_mm = 3.3;          // the bus, a mm of the chip's side
  } time;

  struct Energies {             // fJ, at the reference node
    double rram_cell = 0.28;    // a cell read by a row that is on
    double sram_cell = 0.1;     // likewise
    double word_line = 187;     // a row that is on, of 256 columns
    double row = 42.3;          // a row's driver, a read
    double row_turn = 23.4;     // the same, a column that waits for the ADC and a row that is on
    double column = 1.6;        // settling and sampling a bit line once
    double flash_bit = 1.35;    // a conversion of a flash ADC, each bit
    double flash_level = 3.09;  // the same, each of 2^bits levels
    double sar_base = -19;      // a conversion of a SAR ADC
    double sar_bit = 36.5;      // the same, each bit
    double shift_add = 80;      // adding one conversion's result
    double buffer_read = 27;    // a bit
    double buffer_write = 27;   // a bit
    double wire_mm = 98;        // a bit on the bus, a mm of the chip's side
    double router_bit = 90;     // a bit of a flit through a router
    double link_bit = 80;       // a bit of a flit along a link between neighbours
  } energy;

  struct Leakage {  // mW, at the reference node
    double tile = 0.01245;
    double sram_cell = 1e-9;
    double router = 0;
    double idle = 1;  // share of a tile's leakage that is left while another layer runs, 0 .. 1
  } leakage;

  struct Areas {  // um2, at the reference node
    double rram_cell = 0.04915;
    double sram_cell = 0.28672;
    double rram_writer = 17'020;  // of a crossbar
    double row_driver = 7.2;
    double column = 2.8;
    double flash_bit = 1.25;
    double flash_level = 23;
    double sar_base = 64;
    double sar_bit = 39.75;
    double shift_add = 141;       // one an ADC
    double accumulator = 20'600;  // of a tile
    double buffer_bit = 0.24;
    double tile_control = 78'000;
    double router_bit = 74;  // a bit of link width
    double link_bit = 100;   // a wire of a link between neighbours
  } area;

  struct Accuracy {                    // of products; costs know nothing of it
    std::string adc_range = "fitted";  // fitted | whole
    bool pairs = false;
    double read_noise = 0, write_noise = 0;  // standard deviations, relative to a cell's current
    double stuck_off = 0, stuck_on = 0;      // shares of the cells
    bool operator==(const Accuracy&) const = default;
  } accuracy;
};

inline constexpr int reference_node_nm = 32;

// A target file (TOML). Throws Error: missing_input, io, and bad_job with a line an error: file:line: key and
// what is allowed. Keys that are not there keep their defaults.
ImcDesign parse_imc_design(const std::string& text, const std::filesystem::path& path);
ImcDesign read_imc_design(const std::filesystem::path& path);

// One object a section with all keys, but for section accuracy where it is the default and an area_limit_mm2 of 0: digests
// of designs that say nothing of them stay what they were. An exact copy. Reading throws Error bad_data.
Json to_json(const ImcDesign& design);
ImcDesign imc_design_from_json(const Json& json);

}  // namespace flash
