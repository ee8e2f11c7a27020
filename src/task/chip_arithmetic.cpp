#include "flash/task/chip_arithmetic.hpp"

#include <string>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

void require_of_chip(bool condition, const std::string& what) {
  if (!condition) throw Error(ExitCode::bad_job, "accuracy on the chip: " + what);
}

bool is_share(double value) { return value >= 0 && value <= 1; }

}  // namespace

Json to_json(const ChipArithmetic& chip) {
  return Json{{"crossbar_rows", chip.crossbar_rows},
              {"cell_bits", chip.cell_bits},
              {"weight_bits", chip.weight_bits},
              {"activation_bits", chip.activation_bits},
              {"adc_bits", chip.adc_bits},
              {"adc_whole_range", chip.adc_whole_range},
              {"pairs", chip.pairs},
              {"read_noise", chip.read_noise},
              {"write_noise", chip.write_noise},
              {"stuck_off", chip.stuck_off},
              {"stuck_on", chip.stuck_on}};
}

ChipArithmetic chip_arithmetic_from_json(const Json& json) {
  const JsonReader reader(json, "chip arithmetic");
  ChipArithmetic chip;
  chip.crossbar_rows = reader.get<int>("crossbar_rows");
  chip.cell_bits = reader.get<int>("cell_bits");
  chip.weight_bits = reader.get<int>("weight_bits");
  chip.activation_bits = reader.get<int>("activation_bits");
  chip.adc_bits = reader.get<int>("adc_bits");
  chip.adc_whole_range = reader.get<bool>("adc_whole_range");
  chip.pairs = reader.get<bool>("pairs");
  chip.read_noise = reader.get<double>("read_noise");
  chip.write_noise = reader.get<double>("write_noise");
  chip.stuck_off = reader.get<double>("stuck_off");
  chip.stuck_on = reader.get<double>("stuck_on");
  try {
    check_chip_arithmetic(chip);
  } catch (const Error& error) {
    throw Error(ExitCode::bad_data, error.what());
  }
  return chip;
}

void check_chip_arithmetic(const ChipArithmetic& chip) {
  const auto bits = [](int value) { return ", not " + std::to_string(value); };
  require_of_chip(chip.weight_bits >= 2 && chip.weight_bits <= 8,
                  "it is computed for precision.weight_bits of 2 to 8" + bits(chip.weight_bits));
  require_of_chip(chip.activation_bits >= 1 && chip.activation_bits <= 8,
                  "it is computed for precision.activation_bits of 1 to 8" + bits(chip.activation_bits));
  require_of_chip(chip.cell_bits >= 1 && chip.cell_bits <= chip.weight_bits,
                  "a cell has 1 bit to all of a weight's" + bits(chip.cell_bits));
  require_of_chip(chip.crossbar_rows >= 1 && chip.crossbar_rows <= 65536,
                  "crossbar.rows must be in 1 .. 65536" + bits(chip.crossbar_rows));
  require_of_chip(chip.adc_bits >= 1 && chip.adc_bits <= 16,
                  "adc.bits must be in 1 .. 16" + bits(chip.adc_bits));
  require_of_chip(is_share(chip.read_noise) && is_share(chip.write_noise), "noise must be in 0 .. 1");
  require_of_chip(is_share(chip.stuck_off) && is_share(chip.stuck_on) && chip.stuck_off + chip.stuck_on <= 1,
                  "accuracy.stuck_off and accuracy.stuck_on together are more than all cells");
}

}  // namespace flash
