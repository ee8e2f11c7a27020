#include "flash/config/text.hpp"

#include <algorithm>
#include <sstream>

#include "flash/core/standard_streams.hpp"

namespace flash {
namespace {

constexpr std::size_t max_shown = 60;  // bytes of what the user wrote

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::string shortened(std::string text) {
  if (text.size() <= max_shown) return text;
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not inside a UTF-8 character
  return text.substr(0, end) + "...";
}

std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  }
  return line;
}

std::string shown(const Json& value) {
  return one_line(shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace)));
}

std::string shown_key(std::string_view key) {
  if (key.empty() || !std::ranges::all_of(key, is_bare)) return shown(std::string(key));
  return shortened(std::string(key));
}

const char* found_name(const Json& value) {
  switch (value.type()) {
    case Json::value_t::boolean:
      return "a boolean";
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
      return "an integer";
    case Json::value_t::number_float:
      return "a number";
    case Json::value_t::string:
      return "a text";
    case Json::value_t::array:
      return "a list";
    case Json::value_t::object:
      return "a table";
    default:
      return "a date or time";
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string wrapped(const std::string& text, const std::string& indent) {
  std::istringstream words(text);
  std::string lines;
  std::string line = indent;
  for (std::string word; words >> word;) {
    if (line.size() > indent.size() && line.size() + 1 + word.size() > text_width()) {
      lines += line + '\n';
      line = indent;
    }
    line += (line.size() > indent.size() ? " " : "") + word;
  }
  return lines + line + '\n';
}

}  // namespace flash
