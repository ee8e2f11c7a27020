#include "flash/config/section_builder.hpp"

#include <algorithm>

#include "flash/config/text.hpp"

namespace flash {

bool IntegerRange::contains(const Json& value) const {
  const auto number = value.get<std::int64_t>();
  return min <= number && number <= max;
}

std::string IntegerRange::text() const {
  return max == unlimited ? ">= " + std::to_string(min) : std::to_string(min) + " .. " + std::to_string(max);
}

bool NumberRange::contains(const Json& value) const {
  const double number = value.get<double>();
  return (open_min ? number > min : number >= min) && (open_max ? number < max : number <= max);
}

std::string NumberRange::text() const {
  const auto shown_number = [](double number) {
    return number == std::floor(number) ? std::to_string(std::llround(number)) : shown(number);
  };
  const std::string low = shown_number(min);
  if (std::isinf(max)) return std::string(open_min ? "x > " : "x >= ") + low;
  return low + (open_min ? " < x " : " <= x ") + (open_max ? "< " : "<= ") + shown_number(max);
}

std::string choices_text(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& choice : choices)
    text += (text.empty() ? "" : " | ") + (choice.empty() ? "\"\"" : choice);
  return text;
}

std::function<bool(const Json&)> one_of(std::vector<std::string> choices) {
  return [choices = std::move(choices)](const Json& value) {
    return std::ranges::find(choices, value.get<std::string>()) != choices.end();
  };
}

bool is_device(const std::string& device) {
  if (device == "cpu" || device == "cuda") return true;
  const std::string prefix = "cuda:";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return device.starts_with(prefix) && device.size() > prefix.size() && device.size() <= prefix.size() + 2 &&
         std::all_of(device.begin() + static_cast<std::ptrdiff_t>(prefix.size()), device.end(), is_digit);
}

}  // namespace flash
