// Files of the digital target and the registry behind them.
#include "flash/digital/design.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

const std::filesystem::path default_file =
    std::filesystem::path(FLASH_SOURCE_DIR) / "data" / "targets" / "digital-28nm.toml";

std::string refusal(const std::string& text) {
  try {
    parse_digital_design(text, "dir/chip.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
  return "accepted";
}

TEST(DigitalDesign, DefaultFileEqualsTheDefaults) {
  EXPECT_EQ(to_json(read_digital_design(default_file)), to_json(DigitalDesign{}));
  EXPECT_EQ(read_file(default_file), digital_parameters().sample())
      << "write it anew: flash options --digital --sample";
  EXPECT_EQ(to_json(parse_digital_design("", "empty.toml")), to_json(DigitalDesign{}));
}

TEST(DigitalDesign, TakesEveryKeyFromTheFile) {
  for (const DigitalParameter& parameter : digital_parameters()) {
    for (const Json& bound : {parameter.bounds->min, parameter.bounds->max}) {
      const Json value = parameter.type == OptionType::integer ? Json(bound.get<int>()) : bound;
      const std::string text = "[" + parameter.section + "]\n" + parameter.key + " = " + value.dump() + "\n";
      EXPECT_EQ(parameter.value(parse_digital_design(text, "f.toml")), value) << text;
    }
  }
}

TEST(DigitalDesign, RefusesWithLineKeyAndReason) {
  EXPECT_THAT(refusal("[energy]\n\ndram_pj = 3"),
              testing::StartsWith("dir/chip.toml:3: energy.dram_pj: unknown key"));
  EXPECT_THAT(refusal("[array]\nreuse = 0"), HasSubstr("2: array.reuse: is 0 (allowed: 1 .. 1000000)"));
  EXPECT_THAT(refusal("[array]\nsparse_busy = 0"), HasSubstr("2: array.sparse_busy: is 0"));
  EXPECT_THAT(refusal("[memory]\ndram_gb_s = \"fast\""), HasSubstr("2: memory.dram_gb_s: is a text"));
  EXPECT_THAT(refusal("[energi]\n"), HasSubstr("1: energi: unknown section; did you mean [energy]?"));
}

TEST(DigitalDesign, ComesBackFromJsonExactly) {
  DigitalDesign design;
  design.reuse = 3;
  design.energy.mac = 1.0 / 3;
  const Json json = to_json(design);
  EXPECT_EQ(to_json(digital_design_from_json(Json::parse(json.dump()))), json);
  Json damaged = json;
  damaged["energy"].erase("mac_pj");
  EXPECT_THROW(digital_design_from_json(damaged), Error);
  damaged = json;
  damaged["array"]["reuse"] = 0;
  EXPECT_THROW(digital_design_from_json(damaged), Error);
}

TEST(DigitalParameters, AreCompleteAndConsistent) {
  std::set<std::string> sections, keys;
  for (const OptionSection& section : digital_parameters().sections()) sections.insert(section.name);
  for (const DigitalParameter& parameter : digital_parameters()) {
    const std::string key = parameter.section + "." + parameter.key;
    EXPECT_TRUE(keys.insert(key).second) << key;
    EXPECT_TRUE(sections.contains(parameter.section)) << key;
    EXPECT_TRUE(parameter.description.ends_with('.')) << key;
    EXPECT_FALSE(parameter.source.empty()) << key;
    ASSERT_TRUE(parameter.bounds) << key;
    EXPECT_LE(parameter.bounds->min, parameter.default_value) << key;
    EXPECT_GE(parameter.bounds->max, parameter.default_value) << key;
  }
}

}  // namespace
}  // namespace flash
