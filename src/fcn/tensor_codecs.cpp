#include "tensor_codecs.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "mask_codecs.hpp"
#include "range_coder.hpp"

namespace flash {
namespace {

using Form = CompressedMatrix::Form;

// So that no weight is infinite.
constexpr float most_step = 1e9F;
constexpr int most_exponent = 64;

// How whole numbers of so many bits are written.
enum class CodeCodec : std::uint8_t { plain, range };

// Numbers from 0, each by its bits from the highest on, learnt along the tree of the bits before.
class CodeModel {
 public:
  explicit CodeModel(int bits) : bits_(bits), tree_(std::size_t{1} << bits) {}
  template <class Coder>
  std::uint32_t code(std::uint32_t number, const Coder& coder) {
    std::uint32_t node = 1;
    for (int k = bits_ - 1; k >= 0; --k)
      node = 2 * node + (coder(((number >> k) & 1U) != 0, tree_[node]) ? 1U : 0U);
    return node - (1U << bits_);
  }

 private:
  int bits_;
  std::vector<AdaptiveBit> tree_;
};

std::string in_plain(const std::vector<std::uint32_t>& codes, int bits) {
  BitWriter out;
  for (const std::uint32_t code : codes) out.put(code, bits);
  return out.done();
}

std::string in_range(const std::vector<std::uint32_t>& codes, int bits) {
  RangeEncoder encoder;
  CodeModel model(bits);
  for (const std::uint32_t code : codes)
    model.code(code, [&](bool one, AdaptiveBit& bit) {
      encoder.put(one, bit);
      return one;
    });
  return encoder.bytes();
}

void write_codes(const std::vector<std::uint32_t>& codes, int bits, ByteWriter& out) {
  std::string plain = in_plain(codes, bits);
  std::string range = bits <= 12 ? in_range(codes, bits) : plain;
  const bool shorter = range.size() < plain.size();
  out.byte(static_cast<std::uint8_t>(shorter ? CodeCodec::range : CodeCodec::plain));
  if (shorter) out.number(range.size());
  out.bytes(shorter ? range : plain);
}

std::vector<std::uint32_t> read_codes(ByteReader& in, std::size_t count, int bits) {
  std::vector<std::uint32_t> codes;
  const std::uint8_t codec = in.byte();
  if (codec > static_cast<std::uint8_t>(CodeCodec::range)) in.fail("has codes of unknown kind");
  if (codec == static_cast<std::uint8_t>(CodeCodec::range)) {
    RangeDecoder decoder(in.bytes(in.number(in.left())));
    CodeModel model(bits);
    for (std::size_t k = 0; k < count; ++k)
      codes.push_back(model.code(0, [&](bool, AdaptiveBit& bit) { return decoder.get(bit); }));
    return codes;
  }
  BitReader plain(in);
  for (std::size_t k = 0; k < count; ++k) codes.push_back(plain.get(bits));
  return codes;
}

void write_mask(const Mask& mask, ByteWriter& out) {
  const CodedMask coded = shortest_code(mask);
  out.byte(static_cast<std::uint8_t>(static_cast<int>(coded.codec) * 2 + (coded.by_columns ? 1 : 0)));
  out.number(coded.bytes.size());
  out.bytes(coded.bytes);
}

Mask read_mask(ByteReader& in, std::size_t rows, std::size_t columns) {
  const std::uint8_t first = in.byte();
  if (first / 2 >= mask_codecs) in.fail("has a mask of unknown kind");
  return decode_mask(in.bytes(in.number(in.left())), static_cast<MaskCodec>(first / 2), first % 2 == 1, rows,
                     columns);
}

float step_of(ByteReader& in) {
  const float step = in.real();
  if (!(std::abs(step) <= most_step)) in.fail("has an impossible step");
  return step;
}

void write_shift_add(const ShiftAddMatrix& matrix, ByteWriter& out, FileParts& parts) {
  const auto width = static_cast<std::size_t>(matrix.width);
  Mask mask{0, width, {}};
  std::vector<std::uint32_t> powers, bases;
  const std::size_t before = out.size();
  out.byte(static_cast<std::uint8_t>(width));
  out.number(matrix.blocks.size());
  for (const ShiftAddMatrix::Block& block : matrix.blocks) {
    out.number(block.rows);
    out.byte(static_cast<std::uint8_t>(block.exponent + 128));
    out.real(block.step);
    mask.rows += block.rows;
    for (const std::int8_t code : block.basis) bases.push_back(static_cast<std::uint8_t>(code));
    for (const std::int8_t power : block.powers) {
      mask.kept.push_back(power != 0);
      if (power != 0)
        powers.push_back(static_cast<std::uint32_t>(2 * (std::abs(power) - 1) + (power < 0 ? 1 : 0)));
    }
  }
  write_codes(bases, 8, out);
  parts.values += out.size() - before;
  const std::size_t at_mask = out.size();
  write_mask(mask, out);
  parts.masks += out.size() - at_mask;
  const std::size_t at_powers = out.size();
  write_codes(powers, 4, out);
  parts.values += out.size() - at_powers;
}

ShiftAddMatrix read_shift_add(ByteReader& in, std::size_t weights) {
  ShiftAddMatrix matrix;
  matrix.width = in.byte();
  const auto width = static_cast<std::size_t>(matrix.width);
  if (width < 1 || width > 16) in.fail("has bases of impossible size");
  const std::size_t rows = (weights + width - 1) / width;
  std::size_t first = 0;
  for (std::size_t count = in.number(rows); count > 0; --count) {
    ShiftAddMatrix::Block block{.first = first, .rows = in.number(rows - first), .basis = {}, .powers = {}};
    block.exponent = in.byte() - 128;
    if (std::abs(block.exponent) > most_exponent) in.fail("has an impossible power of two");
    block.step = step_of(in);
    first += block.rows;
    matrix.blocks.push_back(std::move(block));
  }
  if (first != rows) in.fail("has blocks that are not all rows");
  const std::vector<std::uint32_t> bases = read_codes(in, matrix.blocks.size() * width * width, 8);
  const Mask mask = read_mask(in, rows, width);
  const std::vector<std::uint32_t> powers = read_codes(in, mask.count(), 4);
  auto basis = bases.begin();
  auto power = powers.begin();
  for (ShiftAddMatrix::Block& block : matrix.blocks) {
    for (std::size_t k = 0; k < width * width; ++k)
      block.basis.push_back(static_cast<std::int8_t>(static_cast<std::uint8_t>(*basis++)));
    for (std::size_t k = block.first * width; k < (block.first + block.rows) * width; ++k) {
      const int code = mask.kept[k] ? static_cast<int>(*power++) : -1;
      block.powers.push_back(
          static_cast<std::int8_t>(code < 0 ? 0 : (1 + code / 2) * (code % 2 == 1 ? -1 : 1)));
    }
  }
  return matrix;
}

// Codes of -M to -1 and 1 to M as 0 to 2 M - 1, the small ones of either sign first.
std::uint32_t folded(int code) {
  return static_cast<std::uint32_t>(2 * (std::abs(code) - 1) + (code < 0 ? 1 : 0));
}

int unfolded(std::uint32_t code) { return (static_cast<int>(code / 2) + 1) * (code % 2 == 1 ? -1 : 1); }

}  // namespace

void write_matrix(const CompressedMatrix& matrix, ByteWriter& out, FileParts& parts) {
  out.byte(static_cast<std::uint8_t>(matrix.form));
  ++parts.values;
  if (matrix.form == Form::shift_add) {
    write_shift_add(matrix.shift_add, out, parts);
    return;
  }
  Mask mask{matrix.rows, matrix.columns, {}};
  const bool levels = matrix.form == Form::levels;
  for (std::size_t k = 0; k < matrix.rows * matrix.columns; ++k)
    mask.kept.push_back(levels ? matrix.levels.codes[k] != 0 : matrix.values[k] != 0);
  std::size_t before = out.size();
  write_mask(mask, out);
  parts.masks += out.size() - before;
  before = out.size();
  if (levels) {
    out.byte(static_cast<std::uint8_t>(matrix.levels.bits));
    out.real(matrix.levels.step);
    std::vector<std::uint32_t> codes;
    for (const std::int16_t code : matrix.levels.codes)
      if (code != 0) codes.push_back(folded(code));
    write_codes(codes, matrix.levels.bits, out);
  } else {
    for (const float value : matrix.values)
      if (value != 0) out.real(value);
  }
  parts.values += out.size() - before;
}

CompressedMatrix read_matrix(ByteReader& in, std::size_t rows, std::size_t columns) {
  CompressedMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  const std::uint8_t form = in.byte();
  if (form > static_cast<std::uint8_t>(Form::shift_add)) in.fail("has weights of unknown form");
  matrix.form = static_cast<Form>(form);
  if (matrix.form == Form::shift_add) {
    matrix.shift_add = read_shift_add(in, rows * columns);
    return matrix;
  }
  const Mask mask = read_mask(in, rows, columns);
  if (matrix.form == Form::levels) {
    matrix.levels.bits = in.byte();
    if (matrix.levels.bits < 1 || matrix.levels.bits > 8)
      in.fail("has weights of an impossible number of bits");
    matrix.levels.step = step_of(in);
    const std::vector<std::uint32_t> codes = read_codes(in, mask.count(), matrix.levels.bits);
    auto code = codes.begin();
    for (const bool kept : mask.kept)
      matrix.levels.codes.push_back(static_cast<std::int16_t>(kept ? unfolded(*code++) : 0));
  } else {
    for (const bool kept : mask.kept) {
      matrix.values.push_back(kept ? in.real() : 0.0F);
      if (!std::isfinite(matrix.values.back())) in.fail("has a weight that is no number");
    }
  }
  return matrix;
}

void write_vector(const CompressedVector& vector, ByteWriter& out) {
  out.byte(static_cast<std::uint8_t>(vector.bits));
  if (vector.bits == 32) {
    for (const float value : vector.values) out.real(value);
    return;
  }
  out.real(vector.step);
  std::vector<std::uint32_t> codes;
  for (const std::int32_t code : vector.codes)
    codes.push_back(static_cast<std::uint32_t>(code + (1 << (vector.bits - 1))));
  write_codes(codes, vector.bits, out);
}

CompressedVector read_vector(ByteReader& in, std::size_t size) {
  CompressedVector vector;
  vector.bits = in.byte();
  if (vector.bits == 32) {
    for (std::size_t k = 0; k < size; ++k) {
      vector.values.push_back(in.real());
      if (!std::isfinite(vector.values.back())) in.fail("has a bias that is no number");
    }
    return vector;
  }
  if (vector.bits < 2 || vector.bits > 16) in.fail("has biases of an impossible number of bits");
  vector.step = step_of(in);
  for (const std::uint32_t code : read_codes(in, size, vector.bits))
    vector.codes.push_back(static_cast<std::int32_t>(code) - (1 << (vector.bits - 1)));
  return vector;
}

}  // namespace flash
