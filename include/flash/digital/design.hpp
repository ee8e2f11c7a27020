// A design of the `digital` target: an accelerator of multiply-accumulate units with one SRAM for activations and DRAM
// for weights, which are stored dense, sparse or as powers of two and bases.
#pragma once

#include <filesystem>
#include <string>

#include "flash/config/registry.hpp"
#include "flash/core/json.hpp"

namespace flash {

// Every constant of the model; digital_parameters() has each one's key, unit, range and source.
struct DigitalDesign {
  double clock_ghz = 1;
  int mac_units = 256;
  int shift_add_units = 256;
  double sparse_busy = 0.5;  // share of the units that work in a sparse layer, (0, 1]
  int basis_width = 3;       // weights that a coefficient of a power of two takes part in
  int weight_bits = 8;       // of a network that is not compressed
  int activation_bits = 8;
  int reuse = 16;  // times an activation is read from registers for each read of SRAM
  int sram_kib = 512;
  double dram_gb_s = 12.8;

  struct Energies {  // pJ
    double dram_byte = 100;
    double sram_byte = 2;
    double register_byte = 0.03;
    double mac = 0.143;        // of 8 x 8 bits
    double shift_add = 0.025;  // of 8 bits
    double index_bit = 0.004;  // of a kept weight's place
  } energy;

  struct Areas {  // um2
    double mac = 200;
    double shift_add = 40;
    double sram_byte = 2;
  } area;
};

using DigitalParameter = OptionOf<DigitalDesign>;
const Registry<DigitalDesign>& digital_parameters();

// A target file (TOML). Throws Error: missing_input, io, and bad_job with a line an error: file:line: key and what is
// allowed. Keys that are not there keep their defaults.
DigitalDesign parse_digital_design(const std::string& text, const std::filesystem::path& path);
DigitalDesign read_digital_design(const std::filesystem::path& path);

// One object a section with all keys; an exact copy. Reading throws Error bad_data.
Json to_json(const DigitalDesign& design);
DigitalDesign digital_design_from_json(const Json& json);

}  // namespace flash
