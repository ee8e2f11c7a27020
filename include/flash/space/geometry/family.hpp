// A family of networks: its settings, and the geometry that these define. A family is one file in
// src/space/families, and one line in families.inc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "flash/space/geometry/definition.hpp"
#include "flash/space/geometry/geometry.hpp"

namespace flash {

// One key of a job's [space] section. Families may share keys; then the type is the same.
struct FamilySetting {
  enum class Type { boolean, word, integer, integers, texts };
  std::string key;   // in a job: "skip_min"
  std::string path;  // where it stands in SpaceDefinition::settings, as a JSON pointer: "/skips/min"
  Type type = Type::integer;
  std::string doc;  // a sentence
  std::string unit{};
  std::int64_t min = 0;  // of an integer, or of each in a list
  std::int64_t max = 0;
  std::vector<std::string> words{};  // of a word: those allowed
};

// Something that a user should know of settings that are sound.
struct FamilyNote {
  std::string key;  // in a job
  std::string text;
};

struct Family {
  std::string name;         // "dense-cells"
  std::string description;  // a sentence, with its source
  std::vector<FamilySetting> settings;
  Json defaults;  // of all settings
  // Throws Error bad_job, "space: ..." with the setting's path, where settings cannot be or the images are
  // too small; bad_data where a setting is missing or of a wrong type.
  std::shared_ptr<const Geometry> (*geometry)(const Json& settings, const Input& input);
  std::vector<Preset> presets{};
  std::vector<FamilyNote> (*notes)(const Json& settings) = nullptr;
};

}  // namespace flash
