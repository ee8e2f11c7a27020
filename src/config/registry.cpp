// Names that a registry does not know, and what was probably meant.
#include "flash/config/registry.hpp"

#include <algorithm>

#include "flash/config/text.hpp"
#include "flash/core/nearest.hpp"

namespace flash {

std::vector<std::string> RegistryInfo::section_names() const {
  std::vector<std::string> names;
  for (const OptionSection& section : sections_) names.push_back(section.name);
  return names;
}

// As messages name them: dotted, or without their section.
std::vector<std::string> RegistryInfo::keys_of(const std::string& section) const {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < size(); ++i) {
    const OptionInfo& option = info(i);
    if (!section.empty() && option.section != section) continue;
    keys.push_back(texts_.key_names == KeyNames::dotted ? option.section + "." + option.key : option.key);
  }
  return keys;
}

// Where a key is at home: "[sample] and [hardware]", or "crossbar.rows or tile.rows"; "" where nowhere.
std::string RegistryInfo::homes_of(const std::string& key) const {
  const bool dotted = texts_.key_names == KeyNames::dotted;
  std::string text;
  for (std::size_t i = 0; i < size(); ++i) {
    const OptionInfo& option = info(i);
    if (option.key != key) continue;
    if (!text.empty()) text += dotted ? " or " : " and ";
    text += dotted ? option.section + "." + key : "[" + option.section + "]";
  }
  return text;
}

std::string RegistryInfo::unknown_key(const std::string& section, const std::string& key) const {
  const bool dotted = texts_.key_names == KeyNames::dotted;
  if (const std::string home = homes_of(key); !home.empty())
    return dotted ? "unknown key; did you mean " + home + "?" : "unknown key; that key belongs to " + home;
  const std::string prefix = section + ".";
  const std::string wanted = dotted ? prefix + key : key;
  const std::vector<std::string> keys = keys_of(section);
  if (const std::string close = nearest(wanted, keys); !close.empty())
    return "unknown key; did you mean " + (dotted ? close : prefix + close) + "?";
  if (const std::string close = nearest(wanted, keys_of("")); !close.empty())
    return "unknown key; did you mean " + (dotted ? close : close + " of " + homes_of(close)) + "?";
  return "unknown key (allowed: " + joined(keys) + ")";
}

std::string RegistryInfo::unknown_section(const ConfigDocument::Section& section) const {
  const std::vector<std::string> names = section_names();
  if (!section.is_table) {
    if (std::ranges::count(names, section.name))
      return "stands as a key, but is a section: write [" + section.name + "]";
    const std::string home = homes_of(section.name);
    if (home.empty()) return "stands outside any section";
    return texts_.key_names == KeyNames::dotted ? "stands outside any section; did you mean " + home + "?"
                                                : "stands outside any section; that key belongs to " + home;
  }
  const std::string close = nearest(section.name, names);
  return close.empty() ? "unknown section (allowed: " + joined(names) + ")"
                       : "unknown section; did you mean [" + close + "]?";
}

const OptionInfo* RegistryInfo::find_info(const std::string& section, const std::string& key) const {
  for (std::size_t i = 0; i < size(); ++i)
    if (info(i).section == section && info(i).key == key) return &info(i);
  return nullptr;
}

void RegistryInfo::report_unknown(const ConfigDocument& document, ConfigErrors& errors) const {
  const std::vector<std::string> names = section_names();
  for (const ConfigDocument::Section& section : document.sections) {
    if (!section.is_table || !std::ranges::count(names, section.name)) {
      errors.add(section.line, shown_key(section.name), unknown_section(section));
      continue;
    }
    for (const ConfigDocument::Entry& entry : section.entries)
      if (!find_info(section.name, entry.key))
        errors.add(entry.line, section.name + "." + shown_key(entry.key),
                   unknown_key(section.name, entry.key));
  }
}

}  // namespace flash
