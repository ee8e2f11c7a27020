// Checksums and digests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace flash {

// CRC-32C (Castagnoli polynomial, as in iSCSI, RFC 3720). `crc` continues an earlier call's result.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t crc = 0);

// SHA-256 (FIPS 180-4) in lower-case hexadecimal, 64 characters.
std::string sha256_hex(std::string_view bytes);

// 64-bit FNV-1a. `hash` continues an earlier call's result.
std::uint64_t fnv1a64(std::string_view bytes, std::uint64_t hash = 0xcbf29ce484222325ULL);

}  // namespace flash
