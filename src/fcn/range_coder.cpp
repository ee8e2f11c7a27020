#include "range_coder.hpp"

namespace flash {
namespace {

constexpr std::uint32_t least_range = 1U << 24;

std::uint32_t bound_of(std::uint32_t range, std::uint32_t likelihood) {
  return static_cast<std::uint32_t>((std::uint64_t{range} * likelihood) >> 16);
}

}  // namespace

void RangeEncoder::put(bool one, AdaptiveBit& bit) {
  const std::uint32_t bound = bound_of(range_, bit.likelihood());
  if (one) {
    range_ = bound;
  } else {
    low_ += bound;
    range_ -= bound;
  }
  bit.learn(one);
  while (range_ < least_range) {
    range_ <<= 8;
    shift();
  }
}

void RangeEncoder::put_plain(std::uint32_t value, int bits) {
  for (int k = bits - 1; k >= 0; --k) {
    range_ >>= 1;
    if (((value >> k) & 1U) == 0) low_ += range_;
    while (range_ < least_range) {
      range_ <<= 8;
      shift();
    }
  }
}

// The top byte is settled where no carry can reach it any more.
void RangeEncoder::shift() {
  if (low_ < 0xFF00'0000U || low_ > 0xFFFF'FFFFU) {
    const auto carry = static_cast<std::uint8_t>(low_ >> 32);
    for (std::uint8_t byte = held_; held_count_ > 0; --held_count_, byte = 0xFF)
      out_.push_back(static_cast<char>(static_cast<std::uint8_t>(byte + carry)));
    held_ = static_cast<std::uint8_t>(low_ >> 24);
  }
  ++held_count_;
  low_ = (low_ & 0x00FF'FFFFU) << 8;
}

// As few bytes as tell the last range apart: those that are zero need not be there.
std::string RangeEncoder::bytes() {
  for (int keep = 24; keep >= 0; keep -= 8) {
    const std::uint64_t mask = (std::uint64_t{1} << keep) - 1;
    const std::uint64_t rounded = (low_ + mask) & ~mask;
    if (rounded < low_ + range_) {
      low_ = rounded;
      break;
    }
  }
  for (int k = 0; k < 5; ++k) shift();
  out_.erase(0, 1);  // what was held at first, which no carry reaches
  while (!out_.empty() && out_.back() == '\0') out_.pop_back();
  return out_;
}

RangeDecoder::RangeDecoder(std::string_view bytes) : bytes_(bytes) {
  for (int k = 0; k < 4; ++k) code_ = (code_ << 8) | next();
}

std::uint8_t RangeDecoder::next() {
  return place_ < bytes_.size() ? static_cast<std::uint8_t>(bytes_[place_++]) : 0;
}

bool RangeDecoder::get(AdaptiveBit& bit) {
  const std::uint32_t bound = bound_of(range_, bit.likelihood());
  const bool one = code_ < bound;
  if (one) {
    range_ = bound;
  } else {
    code_ -= bound;
    range_ -= bound;
  }
  bit.learn(one);
  while (range_ < least_range) {
    range_ <<= 8;
    code_ = (code_ << 8) | next();
  }
  return one;
}

std::uint32_t RangeDecoder::get_plain(int bits) {
  std::uint32_t value = 0;
  for (int k = 0; k < bits; ++k) {
    range_ >>= 1;
    const bool zero = code_ >= range_;
    if (zero) code_ -= range_;
    value = (value << 1) | (zero ? 0U : 1U);
    while (range_ < least_range) {
      range_ <<= 8;
      code_ = (code_ << 8) | next();
    }
  }
  return value;
}

}  // namespace flash
