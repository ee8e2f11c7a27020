// The registry as text, as JSON, and as a sample job file.
#include <algorithm>

#include "flash/config/text.hpp"
#include "flash/job/options.hpp"

namespace flash {
namespace {

// Lists on one line with blanks, all else as JSON writes it, which TOML reads alike.
std::string toml_value(const Json& value) {
  if (!value.is_array()) return value.dump();
  std::string list;
  for (const Json& element : value) list += (list.empty() ? "" : ", ") + element.dump();
  return "[" + list + "]";
}

std::string type_text(OptionType type) {
  std::string text(name(type));
  std::ranges::replace(text, '_', ' ');
  return text;
}

// "number in ms: x > 0"
std::string rules(const Option& option) {
  return type_text(option.type) + (option.unit.empty() ? "" : " in " + option.unit) + ": " + option.allowed;
}

std::string text_entry(const Option& option) {
  std::string head = "  " + option.key;
  head += option.default_value.is_null() ? " (unset)" : " = " + toml_value(option.default_value);
  constexpr std::size_t head_columns = 34;
  head.resize(std::max(head_columns, head.size() + 2), ' ');
  std::string rest = wrapped(rules(option), std::string(head_columns, ' '));
  if (head.size() > head_columns) {
    head += "\n";
  } else {
    rest.erase(0, head_columns);
  }
  return head + rest + wrapped(option.description, "      ");
}

std::string sample_entry(const Option& option) {
  const bool unset = option.default_value.is_null();
  const Json& value = unset ? option.example : option.default_value;
  return wrapped(option.description, "# ") + wrapped(rules(option), "# ") + (unset ? "# " : "") + option.key +
         " = " + toml_value(value) + '\n';
}

template <class Entry>
std::string all_sections(const std::string& header_end, const std::string& between, Entry entry) {
  std::string text;
  for (const OptionSection& section : option_sections()) {
    text += "\n[" + section.name + "]" + header_end + section.description + '\n';
    for (const Option& option : options()) {
      if (option.section == section.name) text += between + entry(option);
    }
  }
  return text;
}

}  // namespace

std::string options_text() {
  return wrapped(
             "Keys of a job file (TOML) with their defaults. One text will do for a text list, a range such "
             "as "
             "\"5..23\" or \"5..23:2\" (both ends included, step 2) for an integer list.",
             "") +
         all_sections("  ", "", text_entry);
}

Json options_json() {
  Json list = Json::array();
  for (const Option& option : options()) {
    list.push_back(Json{{"section", option.section},
                        {"key", option.key},
                        {"type", name(option.type)},
                        {"unit", option.unit},
                        {"default", option.default_value},
                        {"allowed", option.allowed},
                        {"description", option.description}});
  }
  return list;
}

std::string sample_job() {
  return "# A job file of flash with every option at its default; delete what you do not change.\n"
         "# Lines such as \"# key = value\" show keys that are not set by default.\n" +
         all_sections("\n# ", "\n", sample_entry);
}

}  // namespace flash
