#include "shift_add_codec.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "code_codecs.hpp"

namespace flash {
namespace {

constexpr int most_exponent = 64;

// [group of outputs][row of width within an output]: those that any of its outputs has.
Mask shared_mask(const Mask& mask, std::size_t of_row, std::size_t sharing) {
  const std::size_t outputs = mask.rows / of_row;
  Mask shared{(outputs + sharing - 1) / sharing, of_row, {}};
  shared.kept.assign(shared.rows * of_row, false);
  for (std::size_t k = 0; k < mask.kept.size(); ++k)
    if (const std::size_t row = k / mask.columns; mask.kept[k])
      shared.kept[row / of_row / sharing * of_row + row % of_row] = true;
  return shared;
}

bool has(const Mask& shared, std::size_t row, std::size_t sharing) {
  return shared.kept[row / shared.columns / sharing * shared.columns + row % shared.columns];
}

// What is left of a mask where a shared one says so already.
Mask within(const Mask& mask, const Mask& shared, std::size_t sharing) {
  Mask left{0, mask.columns, {}};
  for (std::size_t row = 0; row < mask.rows; ++row) {
    if (!has(shared, row, sharing)) continue;
    ++left.rows;
    for (std::size_t c = 0; c < mask.columns; ++c) left.kept.push_back(mask.kept[row * mask.columns + c]);
  }
  return left;
}

std::uint32_t folded_power(int power) {
  return static_cast<std::uint32_t>(2 * (std::abs(power) - 1) + (power < 0 ? 1 : 0));
}

}  // namespace

void write_shift_add(const CompressedMatrix& whole, ByteWriter& out, FileParts& parts) {
  const ShiftAddMatrix& matrix = whole.shift_add;
  const auto width = static_cast<std::size_t>(matrix.width);
  Mask mask{0, width, {}};
  std::vector<std::uint32_t> powers, bases;
  ByteWriter blocks;
  blocks.number(matrix.blocks.size());
  for (const ShiftAddMatrix::Block& block : matrix.blocks) {
    blocks.number(block.rows);
    blocks.byte(static_cast<std::uint8_t>(block.exponent + 128));
    blocks.real(block.step);
    mask.rows += block.rows;
    for (const std::int8_t code : block.basis) bases.push_back(static_cast<std::uint8_t>(code));
    for (const std::int8_t power : block.powers) {
      mask.kept.push_back(power != 0);
      if (power != 0) powers.push_back(folded_power(power));
    }
  }
  ByteWriter masks;
  write_mask(mask, masks);
  std::size_t sharing = 0;
  if (matrix.sharing > 0) {
    const Mask shared = shared_mask(mask, (whole.columns + width - 1) / width, matrix.sharing);
    ByteWriter both;
    write_mask(shared, both);
    write_mask(within(mask, shared, matrix.sharing), both);
    if (both.size() < masks.size()) {
      sharing = matrix.sharing;
      masks = both;
    }
  }
  const std::size_t before = out.size();
  out.byte(static_cast<std::uint8_t>(width));
  out.number(sharing);
  out.bytes(blocks.done());
  write_codes(bases, 8, out);
  parts.values += out.size() - before;
  out.bytes(masks.done());
  parts.masks += masks.size();
  const std::size_t at_powers = out.size();
  write_codes(powers, coefficient_bits, out);
  parts.values += out.size() - at_powers;
}

ShiftAddMatrix read_shift_add(ByteReader& in, std::size_t outputs, std::size_t columns) {
  ShiftAddMatrix matrix;
  matrix.width = in.byte();
  const auto width = static_cast<std::size_t>(matrix.width);
  if (width < 1 || width > 16) in.fail("has bases of impossible size");
  const std::size_t of_row = (columns + width - 1) / width, rows = outputs * of_row;
  matrix.sharing = in.number(outputs);
  std::size_t first = 0;
  for (std::size_t count = in.number(rows); count > 0; --count) {
    ShiftAddMatrix::Block block{.first = first, .rows = in.number(rows - first), .basis = {}, .powers = {}};
    block.exponent = in.byte() - 128;
    if (std::abs(block.exponent) > most_exponent) in.fail("has an impossible power of two");
    block.step = read_step(in);
    first += block.rows;
    matrix.blocks.push_back(std::move(block));
  }
  if (first != rows) in.fail("has blocks that are not all rows");
  const std::vector<std::uint32_t> bases = read_codes(in, matrix.blocks.size() * width * width, 8);
  Mask shared{outputs, of_row, {}};  // of one output each, where none is said
  shared.kept.assign(rows, true);
  if (matrix.sharing > 0) shared = read_mask(in, (outputs + matrix.sharing - 1) / matrix.sharing, of_row);
  const std::size_t sharing = std::max<std::size_t>(matrix.sharing, 1);
  std::size_t left = 0;
  for (std::size_t row = 0; row < rows; ++row) left += has(shared, row, sharing) ? 1 : 0;
  const Mask mask = read_mask(in, left, width);
  const std::vector<std::uint32_t> powers = read_codes(in, mask.count(), coefficient_bits);
  auto basis = bases.begin();
  auto power = powers.begin();
  auto kept = mask.kept.begin();
  for (ShiftAddMatrix::Block& block : matrix.blocks) {
    for (std::size_t k = 0; k < width * width; ++k)
      block.basis.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(*basis++)));
    for (std::size_t row = block.first; row < block.first + block.rows; ++row)
      for (std::size_t k = 0; k < width; ++k) {
        const bool is_kept = has(shared, row, sharing) && *kept++;
        const int code = is_kept ? static_cast<int>(*power++) : -1;
        block.powers.push_back(
            static_cast<std::int8_t>(code < 0 ? 0 : (1 + code / 2) * (code % 2 == 1 ? -1 : 1)));
      }
  }
  return matrix;
}

}  // namespace flash
