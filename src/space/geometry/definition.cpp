#include "flash/space/geometry/definition.hpp"

namespace flash {

Json to_json(const Input& input) {
  return {{"channels", input.channels}, {"side", input.side}, {"classes", input.classes}};
}

Json to_json(const SpaceDefinition& definition) {
  Json json{{"family", definition.family}};
  json.update(definition.settings);
  json["input"] = to_json(definition.input);
  return json;
}

}  // namespace flash
