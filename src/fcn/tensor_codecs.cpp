#include "tensor_codecs.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

#include "code_codecs.hpp"
#include "shift_add_codec.hpp"

namespace flash {
namespace {

using Form = CompressedMatrix::Form;

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
    write_shift_add(matrix, out, parts);
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
    matrix.shift_add = read_shift_add(in, rows, columns);
    return matrix;
  }
  const Mask mask = read_mask(in, rows, columns);
  if (matrix.form == Form::levels) {
    matrix.levels.bits = in.byte();
    if (matrix.levels.bits < 1 || matrix.levels.bits > 8)
      in.fail("has weights of an impossible number of bits");
    matrix.levels.step = read_step(in);
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
  vector.step = read_step(in);
  for (const std::uint32_t code : read_codes(in, size, vector.bits))
    vector.codes.push_back(static_cast<std::int32_t>(code) - (1 << (vector.bits - 1)));
  return vector;
}

}  // namespace flash
