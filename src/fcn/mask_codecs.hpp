// Which weights of a matrix are kept, in as few bytes as one of four codes needs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "bytes.hpp"

namespace flash {

// Row-major.
struct Mask {
  std::size_t rows = 0, columns = 0;
  std::vector<bool> kept;
  std::size_t count() const { return static_cast<std::size_t>(std::ranges::count(kept, true)); }
};

enum class MaskCodec : std::uint8_t {
  all,     // every weight is kept
  bitmap,  // a bit a weight
  gaps,  // how many are left out before each kept one, in a fixed number of bits; all ones: as many, and none kept
  rice,   // the same by Golomb and Rice (IEEE Transactions on Communications 19, 1971)
  range,  // adaptive range coding by what of a row is still to come and what its column had
};
inline constexpr int mask_codecs = 5;

struct CodedMask {
  MaskCodec codec = MaskCodec::all;
  bool by_columns = false;  // the matrix was turned round first
  std::string bytes;
};

CodedMask code(const Mask& mask, MaskCodec codec, bool by_columns);
CodedMask shortest_code(const Mask& mask);
// Throws Error bad_data where the bytes do not fit.
Mask decode_mask(std::string_view bytes, MaskCodec codec, bool by_columns, std::size_t rows,
                 std::size_t columns);

}  // namespace flash
