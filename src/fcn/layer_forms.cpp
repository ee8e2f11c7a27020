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

LayerForm form_of(const CompressedMatrix& matrix, std::size_t crossbar_outputs) {
  LayerForm form;
  const std::vector<float> dense = matrix.dense();
  Mask weights{matrix.rows, matrix.columns, {}};
  for (const float weight : dense) weights.kept.push_back(weight != 0);

  const std::size_t groups = (matrix.rows + crossbar_outputs - 1) / crossbar_outputs;
  std::vector<bool> filters(matrix.rows), rows(groups * matrix.columns);
  for (std::size_t r = 0; r < matrix.rows; ++r)
    for (std::size_t c = 0; c < matrix.columns; ++c)
      if (weights.kept[r * matrix.columns + c])
        filters[r] = rows[r / crossbar_outputs * matrix.columns + c] = true;
  const auto kept = [](const std::vector<bool>& list) {
    return share(static_cast<std::size_t>(std::ranges::count(list, true)), list.size());
  };
  form.filters_kept = kept(filters);
  form.rows_kept = kept(rows);

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
  else if (form.kept < 1)
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
