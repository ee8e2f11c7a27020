// Files of constants, such as a chip's: each has a unit, bounds and a source, and comes back from JSON exactly.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "flash/config/registry.hpp"
#include "flash/config/section_builder.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {

// A source of ours: an order of magnitude, not a measurement.
inline std::string assumption(const std::string& reasoning) { return "assumption: " + reasoning; }

// Writes the entries of one section.
template <class T>
class ConstantsSection {
 public:
  ConstantsSection(std::vector<OptionOf<T>>& list, std::string name) : section_(list, std::move(name), T{}) {}

  template <class At>
  void integer(std::string key, std::string unit, int min, int max, At at, std::string description,
               std::string source) {
    state(section_.integer(std::move(key), {min, max}, at, std::move(description)), std::move(unit), min, max,
          std::move(source));
  }
  template <class At>
  void number(std::string key, std::string unit, double min, double max, At at, std::string description,
              std::string source) {
    state(section_.number(std::move(key), from_to(min, max), at, std::move(description)), std::move(unit),
          min, max, std::move(source));
  }
  template <class At>
  void word(std::string key, std::vector<std::string> choices, At at, std::string description,
            std::string source) {
    section_.word(std::move(key), std::move(choices), at, std::move(description)).source = std::move(source);
  }
  template <class At>
  void boolean(std::string key, At at, std::string description, std::string source) {
    section_.boolean(std::move(key), at, std::move(description)).source = std::move(source);
  }

 private:
  static void state(OptionOf<T>& constant, std::string unit, double min, double max, std::string source) {
    constant.unit = std::move(unit);
    constant.bounds = {.min = min, .max = max};
    constant.source = std::move(source);
  }

  SectionBuilder<T> section_;
};

// One object a section with all keys.
template <class T>
Json constants_json(const Registry<T>& registry, const T& value) {
  Json json = Json::object();
  for (const OptionOf<T>& constant : registry) json[constant.section][constant.key] = constant.value(value);
  return json;
}

// `what` is told of in errors: "imc design". Throws Error bad_data.
template <class T>
T constants_from_json(const Registry<T>& registry, const Json& json, const std::string& what) {
  const JsonReader reader(json, what);
  T value;
  for (const OptionOf<T>& constant : registry) {
    std::string place = what;
    const JsonReader section(reader.at(constant.section),
                             place.append(", ").append(constant.section).append(","));
    try {
      store_option(constant, section.at(constant.key), value);
    } catch (const std::invalid_argument& error) {
      section.fail("key '" + constant.key + "' " + error.what());
    }
  }
  return value;
}

}  // namespace flash
