#include "flash/imc/design.hpp"

#include <algorithm>
#include <stdexcept>

#include "flash/config/document.hpp"
#include "flash/config/errors.hpp"
#include "flash/config/text.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/nearest.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {
namespace {

constexpr const char* kind = "chip file";

std::vector<std::string> section_names() {
  std::vector<std::string> names;
  for (const ImcSection& section : imc_sections()) names.push_back(section.name);
  return names;
}

// "energy.cell_fj" for every key; of one section alone where it is named.
std::vector<std::string> full_keys(const std::string& section = "") {
  std::vector<std::string> keys;
  for (const ImcParameter& parameter : imc_parameters())
    if (section.empty() || parameter.section == section)
      keys.push_back(parameter.section + "." + parameter.key);
  return keys;
}

// The sections that have such a key, as "crossbar.rows or tile.rows"; "" where none has.
std::string homes_of(const std::string& key) {
  std::string text;
  for (const ImcParameter& parameter : imc_parameters())
    if (parameter.key == key) text += (text.empty() ? "" : " or ") + parameter.section + "." + parameter.key;
  return text;
}

std::string unknown_key(const std::string& section, const std::string& key) {
  if (const std::string home = homes_of(key); !home.empty()) return "unknown key; did you mean " + home + "?";
  for (const std::vector<std::string>& keys : {full_keys(section), full_keys()})
    if (const std::string close = nearest(section + "." + key, keys); !close.empty())
      return "unknown key; did you mean " + close + "?";
  return "unknown key (allowed: " + joined(full_keys(section)) + ")";
}

std::string unknown_section(const ConfigDocument::Section& section) {
  const std::vector<std::string> names = section_names();
  if (!section.is_table) {
    if (std::ranges::count(names, section.name))
      return "stands as a key, but is a section: write [" + section.name + "]";
    const std::string home = homes_of(section.name);
    return "stands outside any section" + (home.empty() ? "" : "; did you mean " + home + "?");
  }
  const std::string close = nearest(section.name, names);
  return close.empty() ? "unknown section (allowed: " + joined(names) + ")"
                       : "unknown section; did you mean [" + close + "]?";
}

const ImcParameter* find(const std::string& section, const std::string& key) {
  for (const ImcParameter& parameter : imc_parameters())
    if (parameter.section == section && parameter.key == key) return &parameter;
  return nullptr;
}

void store_section(const ConfigDocument::Section& section, ImcDesign& design, ConfigErrors& errors) {
  for (const ConfigDocument::Entry& entry : section.entries) {
    const std::string where = section.name + "." + shown_key(entry.key);
    const ImcParameter* parameter = find(section.name, entry.key);
    if (!parameter) {
      errors.add(entry.line, where, unknown_key(section.name, entry.key));
      continue;
    }
    try {
      parameter->store(design, entry.value);
    } catch (const std::invalid_argument& error) {
      errors.add(entry.line, where, error.what());
    }
  }
}

}  // namespace

ImcDesign parse_imc_design(const std::string& text, const std::filesystem::path& path) {
  const ConfigDocument document = read_document(text, path, kind);
  ConfigErrors errors(path.string());
  ImcDesign design;
  const std::vector<std::string> names = section_names();
  for (const ConfigDocument::Section& section : document.sections) {
    if (section.is_table && std::ranges::count(names, section.name))
      store_section(section, design, errors);
    else
      errors.add(section.line, shown_key(section.name), unknown_section(section));
  }
  errors.throw_if_any();  // values that are wrong by themselves would contradict others for no reason
  if (const ImcContradiction wrong = contradiction(design); !wrong.section.empty())
    errors.add(document.line(wrong.section, wrong.key), wrong.section + "." + wrong.key, wrong.what);
  errors.throw_if_any();
  return design;
}

ImcDesign read_imc_design(const std::filesystem::path& path) {
  return parse_imc_design(read_config_text(path, kind), path);
}

Json to_json(const ImcDesign& design) {
  Json json = Json::object();
  for (const ImcParameter& parameter : imc_parameters())
    json[parameter.section][parameter.key] = parameter.value(design);
  return json;
}

ImcDesign imc_design_from_json(const Json& json) {
  const JsonReader reader(json, "imc design");
  ImcDesign design;
  for (const ImcParameter& parameter : imc_parameters()) {
    const JsonReader section(reader.at(parameter.section), "imc design, " + parameter.section + ",");
    try {
      parameter.store(design, section.at(parameter.key));
    } catch (const std::invalid_argument& error) {
      section.fail("key '" + parameter.key + "' " + error.what());
    }
  }
  if (const ImcContradiction wrong = contradiction(design); !wrong.section.empty())
    reader.fail("key '" + wrong.section + "." + wrong.key + "' " + wrong.what);
  return design;
}

}  // namespace flash
