// The registry as text, as JSON, and as a sample target file.
#include <algorithm>

#include "flash/config/text.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {
namespace {

// "integer in bits: 1 .. 16"
std::string rules(const ImcParameter& parameter) {
  return std::string(parameter.integer ? "integer" : "number") +
         (parameter.unit.empty() ? "" : " in " + parameter.unit) + ": " + parameter.allowed();
}

std::string text_entry(const ImcParameter& parameter) {
  constexpr std::size_t head_columns = 34;
  std::string head = "  " + parameter.key + " = " + parameter.default_value().dump();
  head.resize(std::max(head_columns, head.size() + 2), ' ');
  return head + rules(parameter) + '\n' + wrapped(parameter.description, "      ") +
         wrapped("Source: " + parameter.source + ".", "      ");
}

std::string sample_entry(const ImcParameter& parameter) {
  return wrapped(parameter.description, "# ") + wrapped("Source: " + parameter.source + ".", "# ") +
         wrapped(rules(parameter), "# ") + parameter.key + " = " + parameter.default_value().dump() + '\n';
}

template <class Entry>
std::string all_sections(const std::string& header_end, const std::string& between, Entry entry) {
  std::string text;
  for (const ImcSection& section : imc_sections()) {
    text += "\n[" + section.name + "]" + header_end + section.description + '\n';
    for (const ImcParameter& parameter : imc_parameters())
      if (parameter.section == section.name) text += between + entry(parameter);
  }
  return text;
}

}  // namespace

std::string imc_parameters_text() {
  return "Constants of the imc target (TOML) with their defaults and where these come from.\n" +
         all_sections("  ", "", text_entry);
}

Json imc_parameters_json() {
  Json list = Json::array();
  for (const ImcParameter& parameter : imc_parameters())
    list.push_back(Json{{"section", parameter.section},
                        {"key", parameter.key},
                        {"type", parameter.integer ? "integer" : "number"},
                        {"unit", parameter.unit},
                        {"default", parameter.default_value()},
                        {"min", parameter.min},
                        {"max", parameter.max},
                        {"allowed", parameter.allowed()},
                        {"description", parameter.description},
                        {"source", parameter.source}});
  return list;
}

std::string sample_imc_design() {
  return "# An in-memory-computing accelerator for the target imc: every constant at its default.\n"
         "# Delete what you do not change.\n" +
         all_sections("\n# ", "\n", sample_entry);
}

}  // namespace flash
