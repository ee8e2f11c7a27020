// What defines a space: a family of networks, its settings, and the images.
#pragma once

#include <string>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// What the networks read and put out.
struct Input {
  int channels = 3;
  int side = 32;  // pixels, square
  int classes = 10;
  bool operator==(const Input&) const = default;
};
Json to_json(const Input& input);

struct SpaceDefinition {
  std::string family;  // a name of families()
  // All of the family's, in its order; whether they are sound the family says.
  Json settings = Json::object();
  Input input;
  bool operator==(const SpaceDefinition&) const = default;
};

// {"family", then the settings, "input"}.
Json to_json(const SpaceDefinition& definition);

// A space with a name.
struct Preset {
  std::string name;
  std::string description;     // one line, with the size and the cost of its networks
  SpaceDefinition definition;  // the input is that of the preset's usual data; a job's data set replaces it
};

}  // namespace flash
