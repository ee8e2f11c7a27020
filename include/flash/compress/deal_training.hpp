// Training a decomposed network as its decomposition (SmartDeal's training variant, X. Chen et al., arXiv 2101.01163):
// what moves, what that stores and, by a small model, what energy a step takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flash/fcn/compressed_network.hpp"

namespace flash {

// Bases move down their gradient by a share of their size (as LARS does, You et al. 2017, without any memory [ours]) and
// are kept in 16 bits, which round to the 8 of the file. A coefficient doubles or halves when a counter of votes is full:
// votes have the sign of its step of gradient descent [code]. How many are cast is that gradient, for what a doubling
// changes, over the matrix' root mean square times `a_vote`, rounded up or down by a draw so that it is right on average;
// one that is halved below the least power of two changes its sign [both ours]. What is 0 stays so.
class DealTraining {
 public:
  static constexpr int full = 8;  // votes: a counter of four bits

  DealTraining() = default;
  // of so many columns
  DealTraining(ShiftAddMatrix matrix, std::size_t columns);
  // gradient: of the weights, [row][column]. `share`: how far bases move, of their norm. `a_vote`: see above; 0: no votes.
  void step(std::span<const float> gradient, double share, double a_vote);
  // Coefficients in single precision go where this change of the weights, [row][column], would take these; the powers of
  // two are the nearest to them (a straight-through estimate, Bengio et al., arXiv 1308.3432 [ours]).
  void follow(std::span<const float> change);
  const ShiftAddMatrix& matrix() const { return matrix_; }

  // All that changes, as numbers that single precision holds exactly; as many whatever they are.
  std::vector<float> state() const;
  const float* restore(const float* from);  // to what follows them

 private:
  void round_bases();
  void vote(std::span<const double> slopes, double a_vote);
  ShiftAddMatrix matrix_;
  std::size_t columns_ = 0;
  std::vector<float> basis_;         // [block][width][width], what the codes of 8 bits are rounded from
  std::vector<float> coefficients_;  // [row of width][coefficient], of follow
  int steps_ = 0;                    // with votes; below 2^24, a single's whole numbers
  std::vector<std::int8_t> votes_;   // [row of width][coefficient], above 0 for doubling
};

// Bits of parameters in such a training: of weights that are shift_add codes of 4 bits and counters of 4 bits for each
// coefficient that is not 0, masks as they are addressed (a bit for each group of outputs and row of width where outputs
// share them, and one for each coefficient of the rows that are left), bases of 16 bits an entry with a step and an
// exponent a block; of all else, single precision. Gradients and activations are no parameters.
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
