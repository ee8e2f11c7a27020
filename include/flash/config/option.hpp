// One key of a file that a user writes: what may stand there, what it means, and where its value goes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// In a file, one text stands for a text list of one, and a range text "5..23" or "5..23:2" (both ends
// included, step after the colon) for an integer list. An integer will do for a number, nothing else for an
// integer.
enum class OptionType { boolean, integer, number, text, text_list, integer_list };
std::string_view name(OptionType type);  // "text_list"

// All of a key but where its value goes.
struct OptionInfo {
  struct Bounds {  // both are allowed
    Json min, max;
  };

  std::string section;  // "train"
  std::string key;      // "learning_rate"
  OptionType type = OptionType::text;
  std::string unit;                  // "" where it has none
  std::string description;           // a sentence
  std::string source;                // where the default comes from: a publication, "assumption: ..."; or ""
  std::string allowed;               // as shown: "0 < x <= 1", "sgd | adam", "1 .. 1000"
  std::vector<std::string> choices;  // of a text or a text list, where only these are allowed
  std::optional<Bounds> bounds;      // where the documentation for programs states them
  Json default_value;                // null: without the key nothing is set
  Json example;                      // shown where the default is null
  std::function<bool(const Json&)> valid;  // range or choice
};

// A key that sets something in a T.
template <class T>
struct OptionOf : OptionInfo {
  // Checks of type and range are done by then; stores the value. Throws std::invalid_argument with what is
  // wrong.
  std::function<void(T&, const Json&)> store;
  std::function<Json(const T&)> value;  // what a T has; not there where the value has another form in T
};

// What stands in a file, in the one form that valid and store take. Throws std::invalid_argument where the
// type, the range or the choice is wrong.
Json checked_value(const OptionInfo& option, const Json& written);

// " (allowed: 1 .. 1000)", which ends what is said of a wrong value.
std::string allowed_text(const OptionInfo& option);

// "5..23" or "5..23:2".
struct TextRange {
  std::int64_t first = 0;
  std::int64_t last = 0;  // as written: a step that does not divide leaves it out
  std::int64_t step = 1;
  Json values() const;
};
TextRange read_range(const std::string& text);  // throws std::invalid_argument

}  // namespace flash
