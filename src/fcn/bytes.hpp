// Bytes and bits of a file, one after the other; whoever reads past the end is told.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "flash/core/error.hpp"

namespace flash {

class ByteWriter {
 public:
  void byte(std::uint8_t value) { out_.push_back(static_cast<char>(value)); }
  // Seven bits a byte, the low ones first; the top bit says that more follow.
  void number(std::uint64_t value) {
    for (; value > 127; value >>= 7) byte(static_cast<std::uint8_t>(value | 128U));
    byte(static_cast<std::uint8_t>(value));
  }
  void real(float value) {  // little-endian
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (int k = 0; k < 4; ++k) byte(static_cast<std::uint8_t>(bits >> (8 * k)));
  }
  void bytes(std::string_view bytes) { out_.append(bytes); }
  const std::string& done() const { return out_; }
  std::size_t size() const { return out_.size(); }

 private:
  std::string out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t byte() { return static_cast<std::uint8_t>(bytes(1)[0]); }
  std::uint64_t number(std::uint64_t most) {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      const std::uint8_t next = byte();
      value |= std::uint64_t{next & 127U} << shift;
      if (next < 128) {
        if (value > most) fail("has a number that is too large");
        return value;
      }
    }
    fail("has a number that does not end");
  }
  float real() {
    std::uint32_t bits = 0;
    for (int k = 0; k < 4; ++k) bits |= std::uint32_t{byte()} << (8 * k);
    return std::bit_cast<float>(bits);
  }
  std::string_view bytes(std::size_t count) {
    if (count > bytes_.size() - place_) fail("ends too early");
    place_ += count;
    return bytes_.substr(place_ - count, count);
  }
  std::size_t left() const { return bytes_.size() - place_; }
  std::size_t size() const { return bytes_.size(); }  // of all

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(ExitCode::bad_data,
                "the compressed network " + what + " (byte " + std::to_string(place_) + ")");
  }

 private:
  std::string_view bytes_;
  std::size_t place_ = 0;
};

// Bits, the first one the highest of the first byte.
class BitWriter {
 public:
  void put(std::uint32_t value, int bits) {
    for (int k = bits - 1; k >= 0; --k) {
      if (used_ == 0) out_.push_back('\0');
      if (((value >> k) & 1U) != 0) out_.back() = static_cast<char>(out_.back() | (128 >> used_));
      used_ = (used_ + 1) % 8;
    }
  }
  const std::string& done() const { return out_; }

 private:
  std::string out_;
  int used_ = 0;
};

class BitReader {
 public:
  explicit BitReader(ByteReader& bytes) : bytes_(bytes) {}
  std::uint32_t get(int bits) {
    std::uint32_t value = 0;
    for (; bits > 0; --bits) {
      if (used_ == 0) byte_ = bytes_.byte();
      value = (value << 1) | ((byte_ >> (7 - used_)) & 1U);
      used_ = (used_ + 1) % 8;
    }
    return value;
  }

 private:
  ByteReader& bytes_;
  std::uint8_t byte_ = 0;
  int used_ = 0;
};

}  // namespace flash
