// A registry as text, as JSON, and as a sample file.
#include <algorithm>

#include "flash/config/registry.hpp"
#include "flash/config/text.hpp"

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
std::string rules(const OptionInfo& option) {
  return type_text(option.type) + (option.unit.empty() ? "" : " in " + option.unit) + ": " + option.allowed;
}

std::string source_line(const OptionInfo& option, const char* indent) {
  return option.source.empty() ? "" : wrapped("Source: " + option.source + ".", indent);
}

std::string text_entry(const OptionInfo& option) {
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
  return head + rest + wrapped(option.description, "      ") + source_line(option, "      ");
}

std::string sample_entry(const OptionInfo& option) {
  const bool unset = option.default_value.is_null();
  const Json& value = unset ? option.example : option.default_value;
  return wrapped(option.description, "# ") + source_line(option, "# ") + wrapped(rules(option), "# ") +
         (unset ? "# " : "") + option.key + " = " + toml_value(value) + '\n';
}

template <class Entry>
std::string all_sections(const RegistryInfo& registry, const std::string& header_end,
                         const std::string& between, Entry entry) {
  std::string text;
  for (const OptionSection& section : registry.sections()) {
    text += "\n[" + section.name + "]" + header_end + section.description + '\n';
    for (std::size_t i = 0; i < registry.size(); ++i)
      if (registry.info(i).section == section.name) text += between + entry(registry.info(i));
  }
  return text;
}

}  // namespace

std::string RegistryInfo::text() const {
  return wrapped(texts_.heading, "") + all_sections(*this, "  ", "", text_entry);
}

Json RegistryInfo::json() const {
  Json list = Json::array();
  for (std::size_t i = 0; i < size(); ++i) {
    const OptionInfo& option = info(i);
    Json entry{{"section", option.section},
               {"key", option.key},
               {"type", name(option.type)},
               {"unit", option.unit},
               {"default", option.default_value}};
    if (option.bounds) entry.update({{"min", option.bounds->min}, {"max", option.bounds->max}});
    entry["allowed"] = option.allowed;
    entry["description"] = option.description;
    if (!option.source.empty()) entry["source"] = option.source;
    list.push_back(std::move(entry));
  }
  return list;
}

std::string RegistryInfo::sample() const {
  return texts_.sample_heading + all_sections(*this, "\n# ", "\n", sample_entry);
}

}  // namespace flash
