#include "option_builder.hpp"

#include <algorithm>

#include "flash/config/text.hpp"
#include "flash/space/families/families.hpp"

namespace flash {

Job default_job() {
  Job job;
  job.name = "job";
  job.space = find_preset("flash-63b")->definition;
  return job;
}

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

bool is_device(const std::string& device) {
  if (device == "cpu" || device == "cuda") return true;
  const std::string prefix = "cuda:";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return device.starts_with(prefix) && device.size() > prefix.size() && device.size() <= prefix.size() + 2 &&
         std::all_of(device.begin() + static_cast<std::ptrdiff_t>(prefix.size()), device.end(), is_digit);
}

Option& SectionBuilder::add(std::string key, OptionType type, std::string allowed, std::string description) {
  Option& option = options_.emplace_back();
  option.section = section_;
  option.key = std::move(key);
  option.type = type;
  option.allowed = std::move(allowed);
  option.description = std::move(description);
  return option;
}

Option& SectionBuilder::add_integers(std::string key, IntegerRange range, std::string description) {
  Option& option = add(std::move(key), OptionType::integer_list,
                       "each " + range.text() + "; a list, or a range such as \"5..23\" or \"5..23:2\"",
                       std::move(description));
  option.valid = [range](const Json& list) {
    for (const Json& value : list) {
      if (!range.contains(value)) return false;
    }
    return !list.empty();
  };
  return option;
}

Option& SectionBuilder::add_choice(std::string key, std::vector<std::string> choices,
                                   std::string description) {
  std::string allowed;
  for (const std::string& choice : choices) {
    allowed += (allowed.empty() ? "" : " | ") + (choice.empty() ? "\"\"" : choice);
  }
  Option& option = add(std::move(key), OptionType::text, std::move(allowed), std::move(description));
  option.valid = [choices](const Json& value) {
    return std::ranges::find(choices, value.get<std::string>()) != choices.end();
  };
  option.choices = std::move(choices);
  return option;
}

Option& without_default(Option& option) {
  option.example = std::move(option.default_value);
  option.default_value = nullptr;
  return option;
}

}  // namespace flash
