#include "code_codecs.hpp"

#include <cmath>

#include "range_coder.hpp"

namespace flash {
namespace {

constexpr float most_step = 1e9F;  // so that no weight is infinite

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

}  // namespace

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

float read_step(ByteReader& in) {
  const float step = in.real();
  if (!(std::abs(step) <= most_step)) in.fail("has an impossible step");
  return step;
}

}  // namespace flash
