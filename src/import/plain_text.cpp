#include "plain_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/json.hpp"

namespace flash {
namespace {

constexpr std::size_t max_bytes = std::size_t{64} << 20;

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

void append_utf8(std::string& text, std::uint32_t c) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (c < 0x80) return add(c);
  if (c < 0x800) {
    add(0xC0 | c >> 6);
  } else {
    if (c < 0x10000) {
      add(0xE0 | c >> 12);
    } else {
      add(0xF0 | c >> 18);
      add(0x80 | (c >> 12 & 0x3F));
    }
    add(0x80 | (c >> 6 & 0x3F));
  }
  add(0x80 | (c & 0x3F));
}

std::string from_latin1(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
  return text;
}

// Throws Error bad_data where a character is not whole.
std::string from_utf16(std::string_view bytes, bool big_endian, const std::string& file) {
  const Error broken(ExitCode::bad_data,
                     file + ": is UTF-16 that ends within a character: save it again, as UTF-8");
  const auto unit = [&](std::size_t i) {
    if (i + 1 >= bytes.size()) throw broken;
    const auto byte = [&](std::size_t k) {
      return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[k]));
    };
    return big_endian ? byte(i) << 8 | byte(i + 1) : byte(i + 1) << 8 | byte(i);
  };
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c >= 0xDC00 && c < 0xE000) throw broken;
    if (c >= 0xD800 && c < 0xDC00) {
      const std::uint32_t low = unit(i += 2);
      if (low < 0xDC00 || low >= 0xE000) throw broken;
      c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    append_utf8(text, c);
  }
  return text;
}

void refuse_other_formats(std::string_view bytes, const std::string& file) {
  for (const std::string_view start : {std::string_view("PK\x03\x04"), std::string_view("\xD0\xCF\x11\xE0")})
    if (bytes.starts_with(start))
      throw Error(ExitCode::bad_data, file + ": is a spreadsheet's own format: save it as CSV");
  if (bytes.starts_with("\x1F\x8B"))
    throw Error(ExitCode::bad_data, file + ": is compressed: unpack it with gunzip");
}

void end_lines_alike(std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  text = std::move(result);
}

}  // namespace

std::string read_plain_text(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code none;
  if (std::filesystem::file_size(path, none) > max_bytes && !none)
    throw Error(ExitCode::bad_data, file + ": is larger than 64 MiB, which no table of measurements is");
  std::string text = read_file(path);
  refuse_other_formats(text, file);
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    text = from_utf16(std::string_view(text).substr(2), text.starts_with("\xFE"), file);
  } else if (text.starts_with("\xEF\xBB\xBF")) {
    text.erase(0, 3);
  }
  if (!is_utf8(text)) text = from_latin1(text);
  end_lines_alike(text);
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos)
    throw Error(ExitCode::bad_data,
                file + ":" +
                    std::to_string(
                        1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(nul), '\n')) +
                    ": holds a NUL byte, as UTF-16 without a byte order mark and files that are no text do: "
                    "save it as UTF-8");
  return text;
}

}  // namespace flash
