// What training a decomposed network stores and, by a small model, what a step of it takes.
#pragma once

#include <cstddef>

#include "flash/fcn/compressed_network.hpp"

namespace flash {

// Bits of parameters while a network is trained as its decomposition (SmartDeal's training variant): of weights that
// are shift_add codes of 4 bits and counters of 3 bits for each coefficient that is not 0, masks as they are addressed
// (a bit for each group of outputs and row of width where outputs share them, and one for each coefficient of the rows
// that are left), bases of 16 bits an entry with a step and an exponent a block; of all else, single precision.
// Gradients and activations are no parameters.
struct DealStorage {
  std::size_t parameters = 0;
  double codes = 0, counters = 0, masks = 0, bases = 0, others = 0;  // bits
  double bits() const { return codes + counters + masks + bases + others; }
  double smaller() const { return 32 * static_cast<double>(parameters) / bits(); }  // than single precision
};
DealStorage deal_storage(const CompressedNetwork& network);

// Energy of a training step, an image, in pJ [ours]. Parameters go through DRAM three times a step (read forward, read
// backward, written back), what convolutions and linear operators read is written there and read once an image; each of
// the three passes multiplies in single precision what is not 0, and reads operands from SRAM once in 16. Of the
// decomposition a weight is rebuilt from `width` shifts and additions a pass and step.
struct TrainingEnergyConstants {
  double dram_byte = 100, sram_byte = 2;  // pJ; as of the target `digital`
  // 0.143 pJ of 8 bits times 20: of multiplying and adding at 45 nm 4.6 pJ against 0.23 pJ (M. Horowitz, "Computing's
  // energy problem", ISSCC 2014).
  double mac = 2.86;
  double shift_add = 0.1;  // 0.025 pJ of 8 bits times 4
  double reuse = 16;
};
struct TrainingEnergy {
  double single_precision = 0, decomposed = 0;  // pJ an image
};
TrainingEnergy training_energy(const CompressedNetwork& network, int batch,
                               const TrainingEnergyConstants& constants = {});

}  // namespace flash
