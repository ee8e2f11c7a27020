#include "flash/compress/deal_training.hpp"

#include <algorithm>
#include <vector>

namespace flash {
namespace {

constexpr double counter_bits = 4, basis_bits = 16, single_bits = 32;
constexpr double block_bits = 32 + 8;  // step and exponent
constexpr double passes = 3;           // forward, gradients of activations, gradients of weights
constexpr double transfers = 3;        // of parameters, a step
constexpr double activation_bytes = 2 * 4;

void add(const CompressedMatrix& matrix, DealStorage& storage) {
  const ShiftAddMatrix& deal = matrix.shift_add;
  const auto width = static_cast<std::size_t>(deal.width);
  const std::size_t of_row = (matrix.columns + width - 1) / width;
  const std::size_t sharing = std::max<std::size_t>(deal.sharing, 1);
  std::vector<bool> shared((matrix.rows + sharing - 1) / sharing * of_row);
  const auto place = [&](std::size_t row) { return row / of_row / sharing * of_row + row % of_row; };
  double coefficients = 0;
  for (const ShiftAddMatrix::Block& block : deal.blocks)
    for (std::size_t k = 0; k < block.powers.size(); ++k)
      if (block.powers[k] != 0) {
        ++coefficients;
        shared[place(block.first + k / width)] = true;
      }
  double left = 0;
  for (std::size_t row = 0; row < matrix.rows * of_row; ++row) left += shared[place(row)] ? 1 : 0;
  storage.codes += coefficient_bits * coefficients;
  storage.counters += counter_bits * coefficients;
  storage.masks += static_cast<double>(shared.size()) + left * static_cast<double>(width);
  storage.bases += static_cast<double>(deal.blocks.size()) *
                   (basis_bits * static_cast<double>(width * width) + block_bits);
}

}  // namespace

DealStorage deal_storage(const CompressedNetwork& network) {
  DealStorage storage;
  for (const CompressedNode& node : network.nodes) {
    const CompressedMatrix& matrix = node.weights;
    const std::size_t weights = matrix.rows * matrix.columns;
    const std::size_t vectors = node.first.size() + node.second.size();
    storage.parameters += weights + vectors;
    storage.others += single_bits * static_cast<double>(vectors);
    if (matrix.form == CompressedMatrix::Form::shift_add)
      add(matrix, storage);
    else
      storage.others += single_bits * static_cast<double>(weights);
  }
  return storage;
}

TrainingEnergy training_energy(const CompressedNetwork& network, int batch,
                               const TrainingEnergyConstants& constants) {
  const DealStorage storage = deal_storage(network);
  double macs = 0, macs_left = 0, read = 0, rebuilt = 0;
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    if (!op.has_matrix()) continue;
    const CompressedMatrix& matrix = network.nodes[k].weights;
    const auto kept = static_cast<double>(matrix.kept());
    macs += static_cast<double>(op.macs());
    macs_left += kept * op.side_out * op.side_out;
    read += static_cast<double>(op.in) * op.side_in * op.side_in;
    if (matrix.form == CompressedMatrix::Form::shift_add) rebuilt += kept * matrix.shift_add.width;
  }
  const double a_mac = constants.mac + 4 * constants.sram_byte / constants.reuse;
  const double activations = activation_bytes * read * constants.dram_byte;
  const auto weights = [&](double bits) { return transfers * bits / 8 * constants.dram_byte / batch; };
  return {.single_precision = weights(single_bits * static_cast<double>(storage.parameters)) + activations +
                              passes * macs * a_mac,
          .decomposed = weights(storage.bits()) + activations + passes * macs_left * a_mac +
                        passes * rebuilt * constants.shift_add / batch};
}

}  // namespace flash
