#include "journal_format.hpp"

#include <algorithm>

#include "flash/core/hash.hpp"

namespace flash::journal_format {
namespace {

void put_u32(std::string& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>((value >> shift) & 0xFFu));
}

std::uint32_t get_u32(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

}  // namespace

std::string encode(std::uint32_t type, std::string_view payload) {
  std::string bytes;
  bytes.reserve(header_size + payload.size());
  put_u32(bytes, static_cast<std::uint32_t>(payload.size()));
  put_u32(bytes, type);
  put_u32(bytes, crc32c(payload));
  put_u32(bytes, crc32c(bytes));
  return bytes.append(payload);
}

std::optional<Header> header_at(std::string_view file, std::size_t offset) {
  if (offset > file.size() || file.size() - offset < header_size) return std::nullopt;
  if (crc32c(file.substr(offset, 12)) != get_u32(file, offset + 12)) return std::nullopt;
  const Header header{get_u32(file, offset), get_u32(file, offset + 4), get_u32(file, offset + 8)};
  if (header.length > max_payload) return std::nullopt;
  return header;
}

bool payload_whole(std::string_view file, std::size_t offset, const Header& header) {
  const std::size_t begin = offset + header_size;
  return file.size() - begin >= header.length &&
         crc32c(file.substr(begin, header.length)) == header.payload_crc;
}

std::size_t find_record(std::string_view file, std::size_t offset) {
  while (offset < file.size()) {
    const auto header = header_at(file, offset);
    if (header && payload_whole(file, offset, *header)) return offset;
    // As behind_damage. Every byte of a payload is then looked at once, however many headers a file is made
    // of.
    offset += header ? header_size + header->length : 1;
  }
  return file.size();
}

std::size_t behind_damage(std::string_view file, std::size_t offset) {
  const auto header = header_at(file, offset);
  return std::min(file.size(), header ? offset + header_size + header->length : offset + 1);
}

}  // namespace flash::journal_format
