// The registry of the digital target's constants. Defaults stand in DigitalDesign; each has its unit, its bounds, and
// as its source a publication, or "assumption" and its reasoning.
#include "flash/config/constants.hpp"
#include "flash/digital/design.hpp"

namespace flash {
namespace {

using Design = DigitalDesign;
using List = std::vector<DigitalParameter>;

// Its table of energies for 8 bits at 28 nm.
const char* const remembered =
    "Y. Zhao et al., SmartExchange, ISCA 2020: energies a byte or operation at 28 nm; remembered, unverified";

void add_array(List& list) {
  ConstantsSection<Design> array(list, "array");
  array.number("clock_ghz", "GHz", 0.001, 100, field(&Design::clock_ghz), "Clock.",
               assumption("a usual clock of accelerators at 28 nm"));
  array.integer("mac_units", "units", 1, 1'000'000, field(&Design::mac_units),
                "Multiply-accumulate units, each one of 8 x 8 bits a cycle.",
                assumption("an array of 16 x 16"));
  array.integer("shift_add_units", "units", 1, 1'000'000, field(&Design::shift_add_units),
                "Shift-and-add units that rebuild weights, each one of 8 bits a cycle.",
                assumption("as many as multiply"));
  array.number("sparse_busy", "", 0.01, 1, field(&Design::sparse_busy),
               "Share of the units that work while a sparse layer runs; of others all do.",
               assumption("rows keep different numbers of weights, the longest decides; half is cautious"));
  array.integer("basis_width", "columns", 1, 16, field(&Design::basis_width),
                "Weights that a coefficient of a power of two takes part in, a shift-and-add each.",
                "X. Chen et al., SmartDeal, arXiv 2101.01163: bases of 3 x 3 in the released code");
  array.integer("reuse", "reads", 1, 1'000'000, field(&Design::reuse),
                "Times that an activation is read from registers for each read of SRAM.",
                assumption("a row of 16 units shares it"));
}

void add_precision(List& list) {
  ConstantsSection<Design> precision(list, "precision");
  precision.integer("weight_bits", "bits", 1, 32, field(&Design::weight_bits),
                    "Bits of a weight of networks that are not compressed.",
                    assumption("8-bit weights are the usual choice for inference"));
  precision.integer("activation_bits", "bits", 1, 32, field(&Design::activation_bits),
                    "Bits of an activation; as many as a weight's where that has more.",
                    assumption("8-bit activations are the usual choice for inference"));
}

void add_memory(List& list) {
  ConstantsSection<Design> memory(list, "memory");
  memory.integer("sram_kib", "KiB", 1, 1'048'576, field(&Design::sram_kib),
                 "SRAM for activations; what a layer reads and writes beyond it goes through DRAM as well.",
                 assumption("holds the activations of small images, and most layers of larger ones"));
  memory.number("dram_gb_s", "GB/s", 0.001, 1e6, field(&Design::dram_gb_s), "Bandwidth of the DRAM.",
                assumption("one LPDDR4-3200 channel of 32 bits"));
}

void add_energy(List& list) {
  ConstantsSection<Design> energy(list, "energy");
  const auto at = [](auto member) { return field(&Design::energy, member); };
  energy.number("dram_byte_pj", "pJ", 0, 1e6, at(&Design::Energies::dram_byte), "A byte from or to DRAM.",
                "released code of the authors of SmartExchange and SmartDeal");
  energy.number("sram_byte_pj", "pJ", 0, 1e6, at(&Design::Energies::sram_byte), "A byte from or to SRAM.",
                remembered);
  energy.number("register_byte_pj", "pJ", 0, 1e6, at(&Design::Energies::register_byte),
                "A byte of an activation from a register, at each multiplication.",
                assumption("a fifth of a multiply-accumulate: a few flip-flops and a multiplexer"));
  energy.number("mac_pj", "pJ", 0, 1e6, at(&Design::Energies::mac),
                "A multiply-accumulate of 8 x 8 bits; others by the product of both numbers' bits over 64 "
                "(assumption).",
                remembered);
  energy.number("shift_add_pj", "pJ", 0, 1e6, at(&Design::Energies::shift_add), "A shift-and-add of 8 bits.",
                remembered);
  energy.number("index_bit_pj", "pJ", 0, 1e6, at(&Design::Energies::index_bit),
                "A bit of a kept weight's place, read from a register.",
                assumption("an eighth of register_byte_pj, rounded up"));
}

void add_area(List& list) {
  ConstantsSection<Design> area(list, "area");
  const auto at = [](auto member) { return field(&Design::area, member); };
  area.number("mac_um2", "um2", 0, 1e6, at(&Design::Areas::mac),
              "A multiply-accumulate unit with its registers.",
              assumption("318 um2 of an 8-bit multiplier and adder at 45 nm (M. Horowitz, ISSCC 2014; "
                         "remembered) scaled by the square of lengths, and two thirds more for registers"));
  area.number("shift_add_um2", "um2", 0, 1e6, at(&Design::Areas::shift_add), "A shift-and-add unit.",
              assumption("a fifth of a multiply-accumulate unit, as its energy is"));
  area.number("sram_byte_um2", "um2", 0, 1e6, at(&Design::Areas::sram_byte), "A byte of SRAM.",
              assumption("eight cells of 0.127 um2, and as much again around them"));
}

}  // namespace

const Registry<DigitalDesign>& digital_parameters() {
  static const Registry<DigitalDesign> registry = [] {
    List list;
    for (const auto add : {add_array, add_precision, add_memory, add_energy, add_area}) add(list);
    return Registry<DigitalDesign>(
        {.heading = "Constants of the digital target (TOML) with their defaults and where these come from.",
         .sample_heading =
             "# A digital accelerator of 28 nm for the target digital: every constant at its default.\n"
             "# Delete what you do not change.\n",
         .key_names = KeyNames::dotted},
        {{"array", "What multiplies."},
         {"precision", "Bits of what is computed."},
         {"memory", "Where weights and activations are."},
         {"energy", "Energies."},
         {"area", "Areas."}},
        std::move(list));
  }();
  return registry;
}

}  // namespace flash
