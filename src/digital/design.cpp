#include "flash/digital/design.hpp"

#include "flash/config/constants.hpp"

namespace flash {
namespace {

constexpr const char* kind = "accelerator file";

}  // namespace

DigitalDesign parse_digital_design(const std::string& text, const std::filesystem::path& path) {
  const ConfigDocument document = read_document(text, path, kind);
  ConfigErrors errors(path.string());
  DigitalDesign design;
  digital_parameters().read(document, design, errors);
  errors.throw_if_any();
  return design;
}

DigitalDesign read_digital_design(const std::filesystem::path& path) {
  return parse_digital_design(read_config_text(path, kind), path);
}

Json to_json(const DigitalDesign& design) { return constants_json(digital_parameters(), design); }

DigitalDesign digital_design_from_json(const Json& json) {
  return constants_from_json(digital_parameters(), json, "digital design");
}

}  // namespace flash
