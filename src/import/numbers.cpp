#include "numbers.hpp"

#include <charconv>
#include <cmath>
#include <optional>
#include <stdexcept>

#include "csv.hpp"

namespace flash {
namespace {

template <class Number>
std::optional<Number> parsed(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::string> with_point(std::string cell) {
  const std::size_t comma = cell.find(',');
  if (comma == std::string::npos || cell.find_first_of(",.", comma + 1) != std::string::npos ||
      cell.find('.') != std::string::npos)
    return std::nullopt;
  cell[comma] = '.';
  return parsed<double>(cell) ? std::optional(cell) : std::nullopt;
}

[[noreturn]] void refuse(const std::string& cell, const std::string& why) {
  throw std::invalid_argument("holds " + in_quotes(cell) + ", " + why);
}

}  // namespace

bool shows_decimal_comma(const std::string& cell) {
  if (!with_point(cell)) return false;
  const std::size_t sign = cell.starts_with('-') ? 1 : 0;
  const std::size_t comma = cell.find(',');
  const std::string before = cell.substr(sign, comma - sign);
  const std::string after = cell.substr(comma + 1);
  const bool thousands = !before.empty() && before.size() <= 3 && before.front() != '0' &&
                         after.size() == 3 && after.find_first_not_of("0123456789") == std::string::npos;
  return !thousands;
}

double read_number(const std::string& cell, bool decimal_comma) {
  const std::optional<std::string> pointed = with_point(cell);
  if (pointed && !decimal_comma)
    refuse(cell, "which may be " + *pointed +
                     " or, with a thousands separator, something else: write a decimal point");
  if (!pointed && decimal_comma && parsed<double>(cell) && cell.find('.') != std::string::npos)
    refuse(cell, "with a point, but other cells have decimal commas: write all numbers in one way");
  const std::optional<double> value = parsed<double>(pointed ? *pointed : cell);
  if (!value || !std::isfinite(*value))
    refuse(
        cell,
        "which is no finite number (digits and a decimal point alone; all empty where nothing was measured)");
  return *value;
}

std::uint64_t read_whole_number(const std::string& cell, bool decimal_comma) {
  std::string_view digits = cell;
  std::string fraction(1, decimal_comma ? ',' : '.');
  for (int zeros = 1; zeros <= 2; ++zeros) {
    fraction += '0';
    if (cell.ends_with(fraction)) digits.remove_suffix(fraction.size());
  }
  if (const auto value = parsed<std::uint64_t>(digits)) return *value;
  const bool shortened = parsed<double>(cell) && cell.find_first_of("eE") != std::string::npos;
  refuse(cell, std::string("where a whole number is needed") +
                   (shortened ? ": a spreadsheet has shortened it; let the column show all digits" : ""));
}

}  // namespace flash
