#include "typography.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

namespace flash {
namespace {

struct Kind {
  char32_t first, last;
  const char* what;
  const char* advice;
};
constexpr std::array kinds{
    Kind{0x00A0, 0x00A0, "a no-break space", "write a plain blank"},
    Kind{0x00AB, 0x00AB, "a typographic quotation mark", "write \""},
    Kind{0x00BB, 0x00BB, "a typographic quotation mark", "write \""},
    Kind{0x2000, 0x200A, "a typographic blank", "write a plain blank"},
    Kind{0x200B, 0x200F, "a character without width", "delete it"},
    Kind{0x2010, 0x2015, "a typographic dash", "write -"},
    Kind{0x2018, 0x201F, "a typographic quotation mark", "write \""},
    Kind{0x2026, 0x2026, "one character for three dots", "write .. for a range"},
    Kind{0x202A, 0x202E, "a character without width", "delete it"},
    Kind{0x202F, 0x202F, "a no-break space", "write a plain blank"},
    Kind{0x2032, 0x2036, "a prime", "write \""},
    Kind{0x2060, 0x2064, "a character without width", "delete it"},
    Kind{0x2212, 0x2212, "a typographic minus sign", "write -"},
    Kind{0x3000, 0x3000, "a wide blank", "write a plain blank"},
    Kind{0xFEFF, 0xFEFF, "a byte order mark, which only the file's start may have", "delete it"},
    Kind{0xFF01, 0xFF5E, "a full-width character", "write "},  // the plain one follows
};
constexpr char32_t first_wide = 0xFF01;
constexpr char32_t first_plain = 0x21;

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The bytes of the character that begins at `at`.
std::string_view character(std::string_view line, std::size_t at) {
  std::size_t end = at + 1;
  while (end < line.size() && continues(line[end])) ++end;
  return line.substr(at, end - at);
}

char32_t code_of(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes[0]);
  char32_t code = bytes.size() == 1 ? lead : lead & (0x7F >> bytes.size());
  for (const char byte : bytes.substr(1)) code = code << 6 | (static_cast<unsigned char>(byte) & 0x3F);
  return code;
}

// How many bytes a character with this first byte has; 0 where none begins so.
std::size_t length_of(char first) {
  const auto lead = static_cast<unsigned char>(first);
  return lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

std::string character_complaint(std::string_view bytes) {
  if (bytes.size() != length_of(bytes[0])) return "";  // no UTF-8
  const char32_t code = code_of(bytes);
  const auto kind =
      std::ranges::find_if(kinds, [&](const Kind& k) { return k.first <= code && code <= k.last; });
  if (kind == kinds.end()) return "";
  char number[16];
  std::snprintf(number, sizeof number, "U+%04X", static_cast<unsigned>(code));
  std::string text = "holds " + std::string(bytes) + " (" + number + "), " + kind->what + ": " + kind->advice;
  if (kind->first == first_wide) text += static_cast<char>(code - first_wide + first_plain);
  return text;
}

}  // namespace

std::string typographic_complaint(std::string_view line, std::size_t column) {
  std::string before;
  std::size_t at = 0;
  for (std::size_t c = 1; at < line.size(); ++c) {
    const std::string_view bytes = character(line, at);
    const std::string found = character_complaint(bytes);
    if (c == column) return found;
    if (!found.empty()) before = found;
    at += bytes.size();
  }
  return before;
}

}  // namespace flash
