#include "flash/imc/design.hpp"

#include "flash/config/constants.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {
namespace {

constexpr const char* kind = "chip file";
constexpr const char* accuracy_section = "accuracy";

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
  Json json = constants_json(imc_parameters(), design);
  if (design.accuracy == ImcDesign::Accuracy()) json.erase(accuracy_section);
  if (design.area_limit_mm2 == 0) json["tile"].erase("area_limit_mm2");
  return json;
}

ImcDesign imc_design_from_json(const Json& json) {
  const std::string what = "imc design";
  Json whole = json;
  if (whole.is_object() && !whole.contains(accuracy_section))
    whole[accuracy_section] = constants_json(imc_parameters(), ImcDesign())[accuracy_section];
  if (whole.is_object() && whole.contains("tile") && whole["tile"].is_object())
    whole["tile"].emplace("area_limit_mm2", 0.0);
  const ImcDesign design = constants_from_json(imc_parameters(), whole, what);
  if (const ImcContradiction wrong = contradiction(design); !wrong.section.empty())
    JsonReader(json, what).fail("key '" + wrong.section + "." + wrong.key + "' " + wrong.what);
  return design;
}

}  // namespace flash
