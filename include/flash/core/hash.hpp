// Checksums and digests.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace flash {

// CRC-32C (Castagnoli polynomial, as in iSCSI, RFC 3720). `crc` continues an earlier call's result.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

// SHA-256 (FIPS 180-4) of everything added so far, in lower-case hexadecimal, 64 characters.
class Sha256 {
 public:
  void add(std::string_view bytes);
  std::string hex() const;

 private:
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<char, 64> block_{};  // what does not fill a block yet
  std::uint64_t size_ = 0;        // bytes added
};

// The same of bytes in memory.
std::string sha256_hex(std::string_view bytes);

// 64-bit FNV-1a. `hash` continues an earlier call's result.
std::uint64_t fnv1a64(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325ULL);

}  // namespace flash
