// The registry of job file options: one entry a key, from which the parser, `flash options`, the sample job
// file and the nearest-key suggestions are made.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/core/nearest.hpp"
#include "flash/job/job.hpp"

namespace flash {

// In a file, one text stands for a text list of one, and a range text "5..23" or "5..23:2" (both ends
// included, step after the colon) for an integer list. An integer will do for a number, nothing else for an
// integer.
enum class OptionType { boolean, integer, number, text, text_list, integer_list };
std::string_view name(OptionType type);  // "text_list"

struct Option {
  std::string section;  // "train"
  std::string key;      // "learning_rate"
  OptionType type;
  std::string unit;                  // "" where it has none
  std::string description;           // a sentence
  std::string allowed;               // as shown: "0 < x <= 1", "sgd | adam", "1 .. 1000"
  std::vector<std::string> choices;  // of a text or a text list, where only these are allowed
  Json default_value;                // null: without the key nothing is set
  Json example;                      // shown where the default is null
  // Checks type and range are done by then; stores the value. Throws std::invalid_argument with what is
  // wrong.
  std::function<void(Job&, const Json&)> store;
  std::function<bool(const Json&)> valid;  // range or choice
};
const std::vector<Option>& options();  // section by section, in the order of option_sections()

struct OptionSection {
  std::string name;
  std::string description;  // a sentence
};
const std::vector<OptionSection>& option_sections();

inline constexpr const char* device_rule = "cpu | cuda | cuda:N";
bool is_device(const std::string& text);  // of LibTorch, by that rule

std::string options_text();  // `flash options`: for a terminal of 100 columns
Json options_json();         // `flash options --json`
std::string sample_job();    // a documented job file with every option at its default; read_job accepts it

}  // namespace flash
