#include "job_errors.hpp"

#include <algorithm>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr std::size_t max_errors = 20;
constexpr std::size_t max_shown = 60;  // bytes of what the user wrote

std::string shortened(std::string text) {
  if (text.size() <= max_shown) return text;
  std::size_t end = max_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80)
    --end;  // not inside a UTF-8 character
  return text.substr(0, end) + "...";
}

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

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

void JobErrors::add(int line, std::string where, std::string what) {
  items_.push_back({line, std::move(where), std::move(what)});
}

bool JobErrors::clean(std::string_view section) const {
  return std::ranges::none_of(items_, [&](const Item& item) {
    return item.where.starts_with(section) &&
           (item.where.size() == section.size() || item.where[section.size()] == '.');
  });
}

void JobErrors::throw_if_any() const {
  if (items_.empty()) return;
  std::vector<Item> sorted = items_;
  std::ranges::stable_sort(sorted, {}, &Item::line);
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), max_errors); ++i) {
    const Item& item = sorted[i];
    if (i > 0) message += '\n';
    message += file_ + ":" + std::to_string(item.line) + ": " + item.where + ": " + item.what;
  }
  if (sorted.size() > max_errors) {
    message += "\n" + file_ + ": and " + std::to_string(sorted.size() - max_errors) + " more errors";
  }
  throw Error(ExitCode::bad_job, message);
}

}  // namespace flash
