#include "flash/imc/design.hpp"

#include <stdexcept>

#include "flash/core/json_reader.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {
namespace {

constexpr const char* kind = "chip file";

}  // namespace

ImcDesign parse_imc_design(const std::string& text, const std::filesystem::path& path) {
  const ConfigDocument document = read_document(text, path, kind);
  ConfigErrors errors(path.string());
  ImcDesign design;
  imc_parameters().read(document, design, errors);
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
      store_option(parameter, section.at(parameter.key), design);
    } catch (const std::invalid_argument& error) {
      section.fail("key '" + parameter.key + "' " + error.what());
    }
  }
  if (const ImcContradiction wrong = contradiction(design); !wrong.section.empty())
    reader.fail("key '" + wrong.section + "." + wrong.key + "' " + wrong.what);
  return design;
}

}  // namespace flash
