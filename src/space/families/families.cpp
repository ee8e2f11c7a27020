#include "flash/space/families/families.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {

#define FLASH_FAMILY(name) const Family& name();
#include "families.inc"
#undef FLASH_FAMILY

namespace {

using Type = FamilySetting::Type;

bool is_int(const Json& value) {
  return value.is_number_integer() && value >= std::numeric_limits<int>::min() &&
         value <= std::numeric_limits<int>::max();
}

void check_type(const Json& settings, const FamilySetting& setting, const JsonReader& reader) {
  const Json::json_pointer path(setting.path);
  const std::string key = setting.path.substr(1);
  if (!settings.contains(path)) reader.fail("has no key '" + key + "'");
  const Json& value = settings.at(path);
  const auto expect = [&](bool holds, const char* type) {
    if (!holds) reader.fail("has a wrong value at key '" + key + "': expected " + type);
  };
  switch (setting.type) {
    case Type::boolean:
      return expect(value.is_boolean(), "true or false");
    case Type::integer:
      return expect(is_int(value), "an integer");
    case Type::integers:
      return expect(value.is_array() && std::ranges::all_of(value, is_int), "an array of integers");
    case Type::texts:
      return expect(
          value.is_array() && std::ranges::all_of(value, [](const Json& v) { return v.is_string(); }),
          "an array of strings");
    case Type::word: {
      expect(value.is_string(), "a string");
      const auto text = value.get<std::string>();
      if (std::ranges::find(setting.words, text) != setting.words.end()) return;
      std::string words;
      for (const std::string& word : setting.words) words += (words.empty() ? "" : " or ") + word;
      reader.fail("has '" + text + "' at key '" + key + "': expected " + words);
    }
  }
}

}  // namespace

std::span<const Family* const> families() {
  static const std::array list{
#define FLASH_FAMILY(name) &name(),
#include "families.inc"
#undef FLASH_FAMILY
  };
  return list;
}

const Family* find_family(std::string_view name) {
  const auto found = std::ranges::find(families(), name, &Family::name);
  return found == families().end() ? nullptr : *found;
}

SpaceDefinition default_space() { return {families().front()->name, families().front()->defaults, {}}; }

std::shared_ptr<const Geometry> geometry_of(const SpaceDefinition& definition) {
  const Family* family = find_family(definition.family);
  if (family == nullptr)
    throw Error(ExitCode::bad_job, "space: there is no family '" + definition.family + "'");
  return family->geometry(definition.settings, definition.input);
}

SpaceDefinition space_definition_from_json(const Json& json) {
  const JsonReader reader(json, "space definition");
  SpaceDefinition definition;
  definition.family = reader.get<std::string>("family");
  const Family* family = find_family(definition.family);
  if (family == nullptr) {
    std::string names;
    for (const Family* known : families()) names += (names.empty() ? "" : " or ") + known->name;
    reader.fail("has '" + definition.family + "' at key 'family': expected " + names);
  }
  for (const auto& [key, value] : family->defaults.items()) definition.settings[key] = reader.at(key);
  for (const FamilySetting& setting : family->settings) check_type(definition.settings, setting, reader);
  const JsonReader input(reader.at("input"), "space definition, input,");
  definition.input = {input.get<int>("channels"), input.get<int>("side"), input.get<int>("classes")};
  return definition;
}

std::vector<const Preset*> presets() {
  std::vector<const Preset*> list;
  for (const Family* family : families())
    for (const Preset& preset : family->presets) list.push_back(&preset);
  return list;
}

const Preset* find_preset(std::string_view name) {
  for (const Preset* preset : presets())
    if (preset->name == name) return preset;
  return nullptr;
}

}  // namespace flash
