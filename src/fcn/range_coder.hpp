// Adaptive binary range coding: what is likely costs little. All in whole numbers, so that every machine and every
// program that follows data/networks/FORMAT.md reads the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flash {

// How often a binary decision was 1; what is said of it is learnt from what was said before.
class AdaptiveBit {
 public:
  // Of 65,536, between 32 and 65,504: (2 ones + 1) / (2 decisions + 2), the estimate of Krichevsky and Trofimov (IEEE
  // Transactions on Information Theory 27, 1981).
  std::uint32_t likelihood() const {
    const std::uint32_t share = (2 * ones_ + 1) * 65'536U / (2 * decisions_ + 2);
    return share < 32 ? 32 : share > 65'504 ? 65'504 : share;
  }
  void learn(bool one) {
    ones_ += one ? 1 : 0;
    if (++decisions_ == 4'096) {
      ones_ = (ones_ + 1) / 2;
      decisions_ = 2'048;
    }
  }

 private:
  std::uint32_t ones_ = 0, decisions_ = 0;
};

// A carry runs through bytes that are not written yet (as in G. N. N. Martin, "Range encoding", 1979).
class RangeEncoder {
 public:
  void put(bool one, AdaptiveBit& bit);
  void put_plain(std::uint32_t value, int bits);  // each bit as likely as not
  std::string bytes();                            // all; nothing is put after

 private:
  void shift();
  std::string out_;
  std::uint64_t low_ = 0;
  std::uint32_t range_ = 0xFFFF'FFFF;
  std::uint8_t held_ = 0;
  std::uint64_t held_count_ = 1;  // held_, and so many less one of 0xFF that a carry would turn to 0
};

// Reads on as zeros behind its end: whoever decodes checks what comes of it.
class RangeDecoder {
 public:
  explicit RangeDecoder(std::string_view bytes);
  bool get(AdaptiveBit& bit);
  std::uint32_t get_plain(int bits);

 private:
  std::uint8_t next();
  std::string_view bytes_;
  std::size_t place_ = 0;
  std::uint32_t code_ = 0;
  std::uint32_t range_ = 0xFFFF'FFFF;
};

}  // namespace flash
