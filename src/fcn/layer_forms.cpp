#include "flash/fcn/layer_forms.hpp"

#include <algorithm>
#include <utility>

#include "mask_codecs.hpp"

namespace flash {
namespace {

constexpr int power_bits = 4;       // a sign and one of eight sizes
constexpr int basis_bits = 8;       // of a number of a basis
constexpr int block_bits = 32 + 8;  // a step and an exponent
constexpr int step_bits = 32;
constexpr int value_bits = 32;

double share(std::size_t count, std::size_t all) {
  return static_cast<double>(std::max<std::size_t>(count, 1)) / static_cast<double>(all);
}

double place_bits(const Mask& mask) {
  std::size_t bytes = code(mask, MaskCodec::bitmap, false).bytes.size();
  for (const MaskCodec codec : {MaskCodec::gaps, MaskCodec::rice})
    for (const bool by_columns : {false, true})
      bytes = std::min(bytes, code(mask, codec, by_columns).bytes.size());
  return 8 * static_cast<double>(bytes) / static_cast<double>(std::max<std::size_t>(mask.count(), 1));
}

void take_mask(LayerForm& form, Mask mask) {
  form.kept = share(mask.count(), mask.kept.size());
  if (mask.count() < mask.kept.size()) form.index_bits = place_bits(mask);
}

Mask coefficients(const ShiftAddMatrix& matrix) {
  Mask mask;
  mask.columns = static_cast<std::size_t>(matrix.width);
  for (const ShiftAddMatrix::Block& block : matrix.blocks) {
    mask.rows += block.rows;
    for (const std::int8_t power : block.powers) mask.kept.push_back(power != 0);
  }
  return mask;
}

// What is wholly 0 is left out: filters first, then rows of the crossbars on which the others lie.
struct Blocks {
  double filters_kept = 1, rows_kept = 1;
  std::size_t weights = 0;  // in what is left
};

Blocks blocks_of(const Mask& weights, std::size_t crossbar_outputs) {
  std::vector<std::size_t> alive;
  for (std::size_t r = 0; r < weights.rows; ++r) {
    const auto row = weights.kept.begin() + static_cast<std::ptrdiff_t>(r * weights.columns);
    if (std::find(row, row + static_cast<std::ptrdiff_t>(weights.columns), true) !=
        row + static_cast<std::ptrdiff_t>(weights.columns))
      alive.push_back(r);
  }
  Blocks blocks;
  std::size_t rows = 0, groups = 0;
  for (std::size_t first = 0; first < alive.size(); first += crossbar_outputs, ++groups) {
    const std::size_t last = std::min(first + crossbar_outputs, alive.size());
    for (std::size_t c = 0; c < weights.columns; ++c) {
      const auto keeps = [&](std::size_t r) -> bool { return weights.kept[r * weights.columns + c]; };
      if (std::none_of(alive.begin() + static_cast<std::ptrdiff_t>(first),
                       alive.begin() + static_cast<std::ptrdiff_t>(last), keeps))
        continue;
      ++rows;
      blocks.weights += last - first;
    }
  }
  blocks.filters_kept = share(alive.size(), weights.rows);
  blocks.rows_kept = share(rows, std::max<std::size_t>(groups, 1) * weights.columns);
  return blocks;
}

LayerForm form_of(const CompressedMatrix& matrix, std::size_t crossbar_outputs) {
  LayerForm form;
  Mask weights{matrix.rows, matrix.columns, {}};
  for (const float weight : matrix.dense()) weights.kept.push_back(weight != 0);
  const Blocks blocks = blocks_of(weights, crossbar_outputs);
  form.filters_kept = blocks.filters_kept;
  form.rows_kept = blocks.rows_kept;
  const bool scattered = weights.count() < blocks.weights;  // zeros in what is left

  switch (matrix.form) {
    case CompressedMatrix::Form::values:
      form.bits = value_bits;
      take_mask(form, std::move(weights));
      break;
    case CompressedMatrix::Form::levels:
      form.bits = matrix.levels.bits;
      form.extra_bits = step_bits;
      take_mask(form, std::move(weights));
      break;
    case CompressedMatrix::Form::shift_add: {
      const ShiftAddMatrix& factors = matrix.shift_add;
      form.bits = power_bits;
      const int of_basis = factors.width * factors.width * basis_bits;
      form.extra_bits = static_cast<double>(factors.blocks.size()) * (of_basis + block_bits);
      take_mask(form, coefficients(factors));
      break;
    }
  }
  if (matrix.form == CompressedMatrix::Form::shift_add)
    form.kind = LayerForm::Kind::shift_add;
  else if (scattered)
    form.kind = LayerForm::Kind::sparse;
  return form;
}

}  // namespace

std::vector<LayerForm> layer_forms(const CompressedNetwork& network, std::size_t crossbar_outputs) {
  std::vector<LayerForm> forms;
  for (std::size_t k = 0; k < network.nodes.size(); ++k)
    if (network.graph.nodes()[k].op.has_matrix())
      forms.push_back(form_of(network.nodes[k].weights, crossbar_outputs));
  return forms;
}

}  // namespace flash
