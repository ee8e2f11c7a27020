// A design of the `imc` target: a chip of tiles, each a few crossbars of memory cells that multiply a vector
// of activations by a matrix of weights, on a mesh network.
#pragma once

#include <filesystem>
#include <string>

#include "flash/core/json.hpp"
#include "flash/hardware/tiling.hpp"

namespace flash {

// Every constant of the simulator. parameters.hpp has each one's key, unit, range and source; energies and
// areas hold at reference_node_nm and are scaled to node_nm.
struct ImcDesign {
  Tiling tiling;

  double clock_ghz = 1;
  int node_nm = 32;
  int adc_bits = 4;
  int pipeline_cycles = 8;  // from a layer's last activation bit to its result
  int buffer_kib = 64;      // of a tile
  int router_stages = 4;
  int router_vcs = 8;    // virtual channels of a port
  int router_depth = 4;  // flits that one holds
  bool contention = true;
  bool multicast = false;
  std::string partial_sums = "chain";  // chain | tree
  int mesh_side = 0;                   // tiles; 0: the least that holds the network

  struct Energies {            // fJ, at the reference node
    double cell = 1.8;         // a read of a cell
    double row = 50;           // driving a word line of a crossbar once
    double column = 10;        // settling and sampling a bit line once
    double adc_bit = 100;      // a conversion, each bit
    double adc_level = 3;      // a conversion, each of 2^bits levels
    double shift_add = 42;     // adding one conversion's result
    double buffer_read = 50;   // a bit
    double buffer_write = 50;  // a bit
    double router_bit = 60;    // a bit of a flit through a router
    double link_bit = 40;      // a bit of a flit along a link between neighbours
  } energy;

  struct Leakage {  // mW, at the reference node
    double tile = 1;
    double router = 0.1;
    double idle = 0.1;  // share of a tile's leakage that is left while another layer runs, 0 .. 1
  } leakage;

  struct Areas {  // um2, at the reference node
    double cell = 0.0123;
    double row_driver = 0.17;
    double column = 0.04;
    double adc_bit = 50;
    double adc_level = 3.1;
    double shift_add = 60;  // one an ADC
    double buffer_bit = 0.16;
    double tile_control = 90'900;
    double router_bit = 2'950;  // a bit of link width
    double link_bit = 100;      // a wire of a link between neighbours
  } area;
};

inline constexpr int reference_node_nm = 32;

// A target file (TOML). Throws Error: missing_input, io, and bad_job with a line an error: file:line: key and
// what is allowed. Keys that are not there keep their defaults.
ImcDesign parse_imc_design(const std::string& text, const std::filesystem::path& path);
ImcDesign read_imc_design(const std::filesystem::path& path);

// One object a section with all keys; an exact copy. Reading throws Error bad_data.
Json to_json(const ImcDesign& design);
ImcDesign imc_design_from_json(const Json& json);

}  // namespace flash
