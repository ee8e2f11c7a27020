#include "utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace flash {
namespace {

bool continues(std::string_view text, std::size_t i) {
  return i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0u) == 0x80u;
}

// Bytes of the valid character that starts at i, by table 3-7 of the Unicode standard; 0 if there is none.
std::size_t character_length(std::string_view text, std::size_t i) {
  const auto lead = static_cast<unsigned char>(text[i]);
  if (lead < 0x80) return lead == 0 ? 0 : 1;
  const std::size_t size = lead >= 0xC2 && lead <= 0xDF   ? 2
                           : (lead & 0xF0u) == 0xE0       ? 3
                           : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                          : 0;
  if (size == 0) return 0;
  for (std::size_t k = 1; k < size; ++k) {
    if (!continues(text, i + k)) return 0;
  }
  const auto second = static_cast<unsigned char>(text[i + 1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : size;
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = character_length(text, i);
    clean.append(size > 0 ? text.substr(i, size) : std::string_view("\xEF\xBF\xBD"));
    i += size > 0 ? size : 1;
  }
  return clean;
}

}  // namespace flash
