// The bytes of a journal: encoding records, and finding them again in a file that may be torn or damaged.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "flash/archive/journal.hpp"

namespace flash::journal_format {

inline constexpr std::string_view magic = "flash-journal 1\n";
inline constexpr std::size_t header_size = 16;
inline constexpr std::size_t max_payload = std::size_t{1} << 30;  // a sane bound; a result is some kilobytes

std::string encode(std::uint32_t type, std::string_view payload);

struct Header {
  std::uint32_t length = 0;
  std::uint32_t type = 0;
  std::uint32_t payload_crc = 0;
};
// The header at `offset` where its own checksum holds, whatever follows it.
std::optional<Header> header_at(std::string_view file, std::size_t offset);
// Whether the payload after such a header is there and its checksum holds.
bool payload_whole(std::string_view file, std::size_t offset, const Header& header);

// Offset of the first whole record at or after `offset`; file.size() if there is none.
std::size_t find_record(std::string_view file, std::size_t offset);

// Where to look for the next record when the one at `offset` is not whole: behind its payload if its header
// can be trusted (a payload may hold anything, even records), else at the next byte. At most file.size().
std::size_t behind_damage(std::string_view file, std::size_t offset);

}  // namespace flash::journal_format
