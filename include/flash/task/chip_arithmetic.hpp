// How the imc chip computes a trained network's products: what decides its accuracy there. Free of LibTorch.
#pragma once

#include "flash/core/json.hpp"

namespace flash {

// A chip's design gives all of it (imc/design.hpp); the arithmetic is told in train/chip_network.hpp.
struct ChipArithmetic {
  int crossbar_rows = 256;  // whose cells a column sums; further rows lie in further crossbars
  int cell_bits = 1;        // of a weight, in a cell, lowest first
  int weight_bits = 8;      // 2 .. 8
  int activation_bits = 8;  // 1 .. 8, applied one after the other
  int adc_bits = 4;
  bool adc_whole_range =
      false;               // the ADC covers all that a column can sum; else what training images lead to
  bool pairs = false;      // weights of either sign in columns of their own, whose sums are subtracted
  double read_noise = 0;   // standard deviation of a cell's current at each read, relative to that current
  double write_noise = 0;  // the same, once, when a cell is written
  double stuck_off = 0;    // share of the cells that hold 0 whatever was written
  double stuck_on = 0;     // share of those that hold the most that a cell can
  bool operator==(const ChipArithmetic&) const = default;
};
Json to_json(const ChipArithmetic& chip);
// Throws Error bad_data: a missing key, values that check_chip_arithmetic refuses.
ChipArithmetic chip_arithmetic_from_json(const Json& json);

// Throws Error bad_job with a line: more bits of weights or activations than whole numbers of 8 bits have, shares
// outside 0 .. 1 or of more than all cells.
void check_chip_arithmetic(const ChipArithmetic& chip);

}  // namespace flash
