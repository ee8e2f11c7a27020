#include "flash/config/option.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "flash/config/text.hpp"
#include "flash/core/nearest.hpp"

namespace flash {
namespace {

constexpr std::int64_t max_range = 100'000;  // values of a range text

const char* expected_name(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "true or false";
    case OptionType::integer:
      return "an integer";
    case OptionType::number:
      return "a number";
    case OptionType::text:
      return "a text";
    case OptionType::text_list:
      return "a list of texts";
    case OptionType::integer_list:
      return "a list of integers or a range";
  }
  return "";
}

[[noreturn]] void wrong_type(const Json& written, OptionType type, const char* where = "is ") {
  throw std::invalid_argument(where + std::string(found_name(written)) + ", expected " + expected_name(type));
}

Json list_of(const Json& written, OptionType type, bool (Json::*is_element)() const noexcept) {
  if (!written.is_array()) wrong_type(written, type);
  for (const Json& element : written) {
    if (!(element.*is_element)()) wrong_type(element, type, "holds ");
  }
  return written;
}

// The written value in the one form that an option's valid and store take.
Json canonical(OptionType type, const Json& written) {
  switch (type) {
    case OptionType::boolean:
      if (!written.is_boolean()) wrong_type(written, type);
      return written;
    case OptionType::integer:
      if (!written.is_number_integer()) wrong_type(written, type);
      return written;
    case OptionType::number:
      if (!written.is_number()) wrong_type(written, type);
      if (!std::isfinite(written.get<double>())) throw std::invalid_argument("is not a finite number");
      return written.get<double>();
    case OptionType::text:
      if (!written.is_string()) wrong_type(written, type);
      return written;
    case OptionType::text_list:
      return written.is_string() ? Json::array({written}) : list_of(written, type, &Json::is_string);
    case OptionType::integer_list:
      return written.is_string() ? read_range(written.get<std::string>()).values()
                                 : list_of(written, type, &Json::is_number_integer);
  }
  throw std::invalid_argument("has no type");
}

// What an invalid value is, with the choice that was probably meant.
std::string complaint(const OptionInfo& option, const Json& value, const Json& written) {
  if (option.choices.empty()) return written.empty() ? "is an empty list" : "is " + shown(written);
  Json unknown = value;
  if (value.is_array()) {
    unknown = *std::ranges::find_if(value, [&](const Json& element) {
      return std::ranges::find(option.choices, element.get<std::string>()) == option.choices.end();
    });
  }
  const std::string close = nearest(unknown.get<std::string>(), option.choices);
  return (value.is_array() ? "holds " : "is ") + shown(unknown) +
         (close.empty() ? "" : "; did you mean \"" + close + "\"?");
}

}  // namespace

std::string_view name(OptionType type) {
  switch (type) {
    case OptionType::boolean:
      return "boolean";
    case OptionType::integer:
      return "integer";
    case OptionType::number:
      return "number";
    case OptionType::text:
      return "text";
    case OptionType::text_list:
      return "text_list";
    case OptionType::integer_list:
      return "integer_list";
  }
  return "";
}

TextRange read_range(const std::string& text) {
  const std::invalid_argument not_a_range("is " + shown(text) +
                                          ", which is not a range such as \"5..23\" or \"5..23:2\"");
  TextRange range;
  auto& [first, last, step] = range;
  const char* at = text.data();
  const char* const end = at + text.size();
  const auto read = [&](std::int64_t& value) {
    const auto [after, error] = std::from_chars(at, end, value);
    if (error != std::errc{}) throw not_a_range;
    at = after;
  };
  read(first);
  if (end - at < 2 || at[0] != '.' || at[1] != '.') throw not_a_range;
  at += 2;
  read(last);
  if (at != end) {
    if (*at++ != ':') throw not_a_range;
    read(step);
  }
  if (at != end) throw not_a_range;
  if (step < 1)
    throw std::invalid_argument("has the step " + std::to_string(step) + " in its range, expected >= 1");
  if (last < first) throw std::invalid_argument("is " + shown(text) + ", a range that ends before it begins");
  if (first < 0 || (last - first) / step >= max_range) {
    throw std::invalid_argument("is " + shown(text) + ", a range that begins below 0 or holds more than " +
                                std::to_string(max_range) + " values");
  }
  return range;
}

Json TextRange::values() const {
  Json values = Json::array();
  for (std::int64_t value = first;; value += step) {
    values.push_back(value);
    if (last - value < step) return values;
  }
}

Json checked_value(const OptionInfo& option, const Json& written) {
  Json value = canonical(option.type, written);
  if (!option.valid(value)) throw std::invalid_argument(complaint(option, value, written));
  return value;
}

std::string allowed_text(const OptionInfo& option) { return " (allowed: " + option.allowed + ")"; }

}  // namespace flash
