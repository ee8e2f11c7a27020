#include "mask_codecs.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "range_coder.hpp"

namespace flash {
namespace {

Mask turned(const Mask& mask) {
  Mask result{mask.columns, mask.rows, std::vector<bool>(mask.kept.size())};
  for (std::size_t r = 0; r < mask.rows; ++r)
    for (std::size_t c = 0; c < mask.columns; ++c)
      result.kept[c * mask.rows + r] = mask.kept[r * mask.columns + c];
  return result;
}

std::vector<std::size_t> gaps_of(const Mask& mask) {
  std::vector<std::size_t> gaps;
  std::size_t gap = 0;
  for (const bool kept : mask.kept) {
    if (kept) gaps.push_back(gap);
    gap = kept ? 0 : gap + 1;
  }
  return gaps;
}

std::string in_gaps(const std::vector<std::size_t>& gaps, int bits) {
  ByteWriter out;
  out.number(gaps.size());
  out.byte(static_cast<std::uint8_t>(bits));
  const std::size_t most = (std::size_t{1} << bits) - 1;
  BitWriter code;
  for (std::size_t gap : gaps) {
    for (; gap >= most; gap -= most) code.put(static_cast<std::uint32_t>(most), bits);
    code.put(static_cast<std::uint32_t>(gap), bits);
  }
  out.bytes(code.done());
  return out.done();
}

std::string in_rice(const std::vector<std::size_t>& gaps, int bits) {
  ByteWriter out;
  out.number(gaps.size());
  out.byte(static_cast<std::uint8_t>(bits));
  BitWriter code;
  for (const std::size_t gap : gaps) {
    for (std::size_t k = gap >> bits; k > 0; --k) code.put(1, 1);
    code.put(0, 1);
    code.put(static_cast<std::uint32_t>(gap & ((std::size_t{1} << bits) - 1)), bits);
  }
  out.bytes(code.done());
  return out.done();
}

template <class Code>
std::string shortest_of(const std::vector<std::size_t>& gaps, int least, const Code& code) {
  std::string best;
  for (int bits = least; bits <= 20; ++bits)
    if (std::string text = code(gaps, bits); bits == least || text.size() < best.size())
      best = std::move(text);
  return best;
}

// What decides of a weight: how likely it is by what its row still has to come, in steps of a factor of sqrt(2), and
// how many its column had.
class MaskModel {
 public:
  explicit MaskModel(std::size_t columns) : had_(columns, 0) {}

  AdaptiveBit& bit(std::size_t column, std::size_t to_come, std::size_t places) {
    const std::size_t had = had_[column];
    const std::size_t by_column = had < 4 ? had : 2 + std::min<std::size_t>(std::bit_width(had) - 1, 5);
    return bits_[rarity(to_come, places)][by_column];
  }
  void learn(std::size_t column, bool kept) { had_[column] += kept ? 1 : 0; }

 private:
  // 2 log2(places / to_come), rounded down.
  static std::size_t rarity(std::size_t to_come, std::size_t places) {
    const std::uint64_t square = std::uint64_t{places} * places / (std::uint64_t{to_come} * to_come);
    return std::min<std::size_t>(static_cast<std::size_t>(std::bit_width(square)) - 1, rarities - 1);
  }
  static constexpr std::size_t rarities = 32;
  std::array<std::array<AdaptiveBit, 8>, rarities> bits_;
  std::vector<std::size_t> had_;
};

// A number of a row: how many bits it has, one after the other, then those below the highest.
class NumberModel {
 public:
  template <class Coder>
  std::size_t code(std::size_t number, const Coder& coder) {
    const std::size_t width = static_cast<std::size_t>(std::bit_width(number));
    std::size_t w = 0;
    while (w < 31 && coder(w < width, widths_[w])) ++w;
    std::size_t value = w == 0 ? 0 : 1;
    for (std::size_t k = 1; k < w; ++k) {
      const bool one = ((number >> (w - 1 - k)) & 1U) != 0;
      value = 2 * value + (coder(one, digits_[w][std::min<std::size_t>(k, 3)]) ? 1 : 0);
    }
    return value;
  }

 private:
  std::array<AdaptiveBit, 32> widths_;
  std::array<std::array<AdaptiveBit, 4>, 32> digits_;
};

// One walk, whichever way: `coder(bit, model)` puts the bit, or gets it.
template <class Coder>
bool walk(Mask& mask, const Coder& coder) {
  MaskModel model(mask.columns);
  NumberModel counts;
  for (std::size_t r = 0; r < mask.rows; ++r) {
    const auto row = mask.kept.begin() + static_cast<std::ptrdiff_t>(r * mask.columns);
    std::size_t to_come = counts.code(
        static_cast<std::size_t>(std::count(row, row + static_cast<std::ptrdiff_t>(mask.columns), true)),
        coder);
    if (to_come > mask.columns) return false;
    for (std::size_t c = 0; c < mask.columns; ++c) {
      const std::size_t places = mask.columns - c;
      bool kept = to_come == places;
      if (to_come > 0 && !kept)
        kept = coder(row[static_cast<std::ptrdiff_t>(c)], model.bit(c, to_come, places));
      row[static_cast<std::ptrdiff_t>(c)] = kept;
      model.learn(c, kept);
      to_come -= kept ? 1 : 0;
    }
  }
  return true;
}

std::string in_range(Mask mask) {
  RangeEncoder encoder;
  walk(mask, [&](bool one, AdaptiveBit& bit) {
    encoder.put(one, bit);
    return one;
  });
  return encoder.bytes();
}

Mask from_gaps(ByteReader& in, MaskCodec codec, std::size_t rows, std::size_t columns) {
  Mask mask{rows, columns, std::vector<bool>(rows * columns)};
  const std::size_t count = in.number(mask.kept.size());
  const int bits = in.byte();
  if (bits > 20 || (codec == MaskCodec::gaps && bits == 0)) in.fail("has gaps of impossible length");
  BitReader code(in);
  const std::size_t most = (std::size_t{1} << bits) - 1;
  std::size_t place = 0;
  for (std::size_t k = 0; k < count; ++k) {
    std::size_t part = 0;
    if (codec == MaskCodec::gaps) {
      while ((part = code.get(bits)) == most && place <= mask.kept.size()) place += most;
      place += part;
    } else {
      while (code.get(1) == 1 && place <= mask.kept.size()) place += most + 1;
      place += code.get(bits);
    }
    if (place >= mask.kept.size()) in.fail("keeps a weight that there is not");
    mask.kept[place++] = true;
  }
  return mask;
}

}  // namespace

CodedMask code(const Mask& mask, MaskCodec codec, bool by_columns) {
  const Mask coded = by_columns ? turned(mask) : mask;
  CodedMask result{codec, by_columns, ""};
  switch (codec) {
    case MaskCodec::all:
      break;
    case MaskCodec::bitmap: {
      BitWriter out;
      for (const bool kept : coded.kept) out.put(kept ? 1 : 0, 1);
      result.bytes = out.done();
      break;
    }
    case MaskCodec::gaps:
      result.bytes = shortest_of(gaps_of(coded), 1, in_gaps);
      break;
    case MaskCodec::rice:
      result.bytes = shortest_of(gaps_of(coded), 0, in_rice);
      break;
    case MaskCodec::range:
      result.bytes = in_range(coded);
      break;
  }
  return result;
}

CodedMask shortest_code(const Mask& mask) {
  if (std::ranges::find(mask.kept, false) == mask.kept.end()) return code(mask, MaskCodec::all, false);
  CodedMask best = code(mask, MaskCodec::bitmap, false);
  for (const MaskCodec codec : {MaskCodec::gaps, MaskCodec::rice, MaskCodec::range})
    for (const bool by_columns : {false, true})
      if (CodedMask coded = code(mask, codec, by_columns); coded.bytes.size() < best.bytes.size())
        best = std::move(coded);
  return best;
}

Mask decode_mask(std::string_view bytes, MaskCodec codec, bool by_columns, std::size_t rows,
                 std::size_t columns) {
  ByteReader in(bytes);
  if (by_columns) std::swap(rows, columns);
  Mask mask{rows, columns, {}};
  switch (codec) {
    case MaskCodec::all:
      mask.kept.assign(rows * columns, true);
      break;
    case MaskCodec::bitmap: {
      BitReader bits(in);
      for (std::size_t k = 0; k < rows * columns; ++k) mask.kept.push_back(bits.get(1) == 1);
      break;
    }
    case MaskCodec::gaps:
    case MaskCodec::rice:
      mask = from_gaps(in, codec, rows, columns);
      break;
    case MaskCodec::range: {
      mask.kept.assign(rows * columns, false);
      RangeDecoder decoder(bytes);
      if (!walk(mask, [&](bool, AdaptiveBit& bit) { return decoder.get(bit); }))
        in.fail("keeps more weights of a row than it has");
      return by_columns ? turned(mask) : mask;
    }
  }
  if (in.left() > 0) in.fail("has bytes too many behind a mask");
  return by_columns ? turned(mask) : mask;
}

}  // namespace flash
