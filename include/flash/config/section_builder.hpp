// Writes the entries of one section of a registry.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "flash/config/option.hpp"
#include "flash/config/paths.hpp"

namespace flash {

// The way to a field: field(&Job::training, &TrainingSettings::epochs).
template <class... Members>
auto field(Members... members) {
  return [=](auto& target) -> auto& { return (target.*....*members); };
}

inline constexpr std::int64_t unlimited = std::numeric_limits<std::int64_t>::max();

struct IntegerRange {
  std::int64_t min = 0;
  std::int64_t max = unlimited;
  bool contains(const Json& value) const;
  std::string text() const;  // "1 .. 1000", ">= 1"
};

// min <= x <= max, or without the end where it is open.
struct NumberRange {
  double min = 0;
  double max = std::numeric_limits<double>::infinity();
  bool open_min = false;
  bool open_max = false;
  bool contains(const Json& value) const;
  std::string text() const;  // "0 < x <= 1", "x >= 0"
};
inline NumberRange at_least(double min) { return {.min = min}; }
inline NumberRange above(double min) { return {.min = min, .open_min = true}; }
inline NumberRange from_to(double min, double max) { return {.min = min, .max = max}; }

// Ranges that several sections share.
inline constexpr IntegerRange batch_sizes{1, 65'536};
inline constexpr IntegerRange thread_counts{1, 1'024};

inline constexpr const char* device_rule = "cpu | cuda | cuda:N";
bool is_device(const std::string& text);  // of LibTorch, by that rule

std::string choices_text(const std::vector<std::string>& choices);  // "sgd | adam"
std::function<bool(const Json&)> one_of(std::vector<std::string> choices);

// Each member adds one option and returns it for what few options need: a unit, an example. `at` is a
// field().
template <class T>
class SectionBuilder {
 public:
  using Option = OptionOf<T>;

  // Defaults are those of `defaults`.
  SectionBuilder(std::vector<Option>& options, std::string section, T defaults)
      : options_(options), section_(std::move(section)), defaults_(std::move(defaults)) {}

  template <class At>
  Option& boolean(std::string key, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::boolean, "true | false", std::move(description));
    take_default(option, at);
    option.valid = [](const Json&) { return true; };
    option.store = [at](T& target, const Json& value) { at(target) = value.get<bool>(); };
    return option;
  }

  // The range must lie within the field's type.
  template <class At>
  Option& integer(std::string key, IntegerRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::integer, range.text(), std::move(description));
    take_default(option, at);
    option.valid = [range](const Json& value) { return range.contains(value); };
    option.store = [at](T& target, const Json& value) {
      using Integer = std::remove_reference_t<decltype(at(target))>;
      at(target) = static_cast<Integer>(value.get<std::int64_t>());
    };
    return option;
  }

  // A field that is infinite by default has null as its default.
  template <class At>
  Option& number(std::string key, NumberRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::number, range.text(), std::move(description));
    if (std::isfinite(at(defaults_))) take_default(option, at);
    option.valid = [range](const Json& value) { return range.contains(value); };
    option.store = [at](T& target, const Json& value) { at(target) = value.get<double>(); };
    return option;
  }

  // One of a few words, kept as a std::string.
  template <class At>
  Option& word(std::string key, std::vector<std::string> choices, At at, std::string description) {
    Option& option = add_choice(std::move(key), std::move(choices), std::move(description));
    take_default(option, at);
    option.store = [at](T& target, const Json& value) { at(target) = value.get<std::string>(); };
    return option;
  }

  // One of a few words, kept as an enumerator.
  template <class Enum, class At>
  Option& choice(std::string key, std::vector<std::pair<std::string, Enum>> words, At at,
                 std::string description) {
    std::vector<std::string> choices;
    for (const auto& [text, value] : words) choices.push_back(text);
    Option& option = add_choice(std::move(key), std::move(choices), std::move(description));
    for (const auto& [text, value] : words) {
      if (value == at(defaults_)) option.default_value = text;
    }
    option.store = [at, words = std::move(words)](T& target, const Json& value) {
      for (const auto& [text, enumerator] : words) {
        if (text == value.get<std::string>()) at(target) = enumerator;
      }
    };
    return option;
  }

  template <class At>
  Option& integers(std::string key, IntegerRange range, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::integer_list,
                         "each " + range.text() + "; a list, or a range such as \"5..23\" or \"5..23:2\"",
                         std::move(description));
    take_default(option, at);
    option.valid = [range](const Json& list) {
      for (const Json& value : list) {
        if (!range.contains(value)) return false;
      }
      return !list.empty();
    };
    option.store = [at](T& target, const Json& value) { at(target) = value.get<std::vector<int>>(); };
    return option;
  }

  // A text of a certain form.
  template <class At>
  Option& text(std::string key, std::string allowed, bool (*valid)(const Json&), At at,
               std::string description) {
    Option& option = add(std::move(key), OptionType::text, std::move(allowed), std::move(description));
    take_default(option, at);
    option.valid = valid;
    option.store = [at](T& target, const Json& value) { at(target) = value.get<std::string>(); };
    return option;
  }

  // Texts, none of them empty.
  template <class At>
  Option& texts(std::string key, std::string allowed, At at, std::string description) {
    Option& option = add(std::move(key), OptionType::text_list, std::move(allowed), std::move(description));
    take_default(option, at);
    option.valid = [](const Json& list) {
      for (const Json& text : list)
        if (text.get<std::string>().empty()) return false;
      return true;
    };
    option.store = [at](T& target, const Json& list) { at(target) = list.get<std::vector<std::string>>(); };
    return option;
  }

  // One path; "" where there is none. `file` leads to the path of the file that is read.
  template <class At, class File>
  Option& path(std::string key, At at, File file, std::string description) {
    Option& option = add(std::move(key), OptionType::text, path_rules, std::move(description));
    option.default_value = "";
    option.valid = [](const Json&) { return true; };
    option.store = [at, file](T& target, const Json& value) {
      const auto text = value.get<std::string>();
      at(target) = text.empty() ? std::filesystem::path() : config_path(file(target), text);
    };
    return option;
  }

  // A device of LibTorch.
  template <class At>
  Option& device(std::string key, At at, std::string description) {
    return text(
        std::move(key), device_rule, [](const Json& value) { return is_device(value.get<std::string>()); },
        at, std::move(description));
  }

  // The bare entry, for what the above do not cover.
  Option& add(std::string key, OptionType type, std::string allowed, std::string description) {
    Option& option = options_.emplace_back();
    option.section = section_;
    option.key = std::move(key);
    option.type = type;
    option.allowed = std::move(allowed);
    option.description = std::move(description);
    return option;
  }
  Option& add_choice(std::string key, std::vector<std::string> choices, std::string description) {
    Option& option = add(std::move(key), OptionType::text, choices_text(choices), std::move(description));
    option.valid = one_of(choices);
    option.choices = std::move(choices);
    return option;
  }

 private:
  template <class At>
  void take_default(Option& option, At at) {
    option.value = [at](const T& target) { return Json(at(target)); };
    option.default_value = option.value(defaults_);
  }

  std::vector<Option>& options_;
  std::string section_;
  const T defaults_;
};

// Options of a part of T as options of T: `at` leads from a T to the part.
template <class T, class Part, class At>
void adopt(std::vector<OptionOf<T>>& options, const std::vector<OptionOf<Part>>& part, At at) {
  for (const OptionOf<Part>& option : part) {
    OptionOf<T>& adopted = options.emplace_back();
    static_cast<OptionInfo&>(adopted) = option;
    adopted.store = [store = option.store, at](T& target, const Json& value) { store(at(target), value); };
    if (option.value)
      adopted.value = [value = option.value, at](const T& target) { return value(at(target)); };
  }
}

// For an option that only replaces what something else gives: the default becomes an example.
template <class T>
OptionOf<T>& without_default(OptionOf<T>& option) {
  option.example = std::move(option.default_value);
  option.default_value = nullptr;
  return option;
}

}  // namespace flash
