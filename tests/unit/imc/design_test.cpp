// Target files and the registry behind them.
#include "flash/imc/design.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/imc/parameters.hpp"

namespace flash {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::filesystem::path default_file =
    std::filesystem::path(FLASH_SOURCE_DIR) / "data" / "targets" / "imc-32nm.toml";

std::string refusal(const std::string& text) {
  try {
    parse_imc_design(text, "dir/chip.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
  return "accepted";
}

TEST(ImcDesign, DefaultFileEqualsTheDefaults) {
  EXPECT_EQ(to_json(read_imc_design(default_file)), to_json(ImcDesign{}));
  EXPECT_EQ(read_file(default_file), imc_parameters().sample())
      << "write it anew from imc_parameters().sample()";
  EXPECT_EQ(to_json(parse_imc_design("", "empty.toml")), to_json(ImcDesign{}));
}

TEST(ImcDesign, TakesEveryKeyFromTheFile) {
  for (const ImcParameter& parameter : imc_parameters()) {
    if (!parameter.bounds) continue;
    for (const Json& bound : {parameter.bounds->min, parameter.bounds->max}) {
      const Json value = parameter.type == OptionType::integer ? Json(bound.get<int>()) : bound;
      const std::string text = "[" + parameter.section + "]\n" + parameter.key + " = " + value.dump() + "\n";
      ImcDesign design;
      store_option(parameter, value, design);
      EXPECT_EQ(parameter.value(design), value);
      if (!contradiction(design).section.empty()) continue;
      EXPECT_EQ(parameter.value(parse_imc_design(text, "f.toml")), value) << text;
    }
  }
}

TEST(ImcDesign, TakesKindsAndSettingsFromTheFile) {
  const ImcDesign design = parse_imc_design(
      "[crossbar]\ncell = \"sram\"\ngated = true\n[adc]\nkind = \"sar\"\n[tile]\nduplicate = \"none\"",
      "f.toml");
  EXPECT_EQ(design.cell, "sram");
  EXPECT_EQ(design.adc, "sar");
  EXPECT_EQ(design.duplicate, "none");
  EXPECT_TRUE(design.gated);
}

TEST(ImcDesign, IsStoredWithAccuracyOnlyWhereItSaysSomethingOfIt) {
  EXPECT_FALSE(to_json(ImcDesign{}).contains("accuracy"));
  const ImcDesign design =
      parse_imc_design("[accuracy]\nadc_range = \"whole\"\npairs = true\nread_noise = 0.05", "f.toml");
  const ImcDesign read = imc_design_from_json(to_json(design));
  EXPECT_EQ(read.accuracy, design.accuracy);
  EXPECT_EQ(read.accuracy.adc_range, "whole");
  EXPECT_TRUE(read.accuracy.pairs);
  EXPECT_EQ(imc_design_from_json(to_json(ImcDesign{})).accuracy, ImcDesign::Accuracy());
  EXPECT_THAT(
      refusal("[accuracy]\nstuck_off = 0.7\nstuck_on = 0.5"),
      HasSubstr("dir/chip.toml:3: accuracy.stuck_on: is 0.5, with accuracy.stuck_off = 0.7 more than all"));
}

TEST(ImcDesign, TakesAnIntegerForANumber) {
  EXPECT_EQ(parse_imc_design("[leakage]\nidle = 1", "f.toml").leakage.idle, 1.0);
}

struct Refusal {
  const char* text;
  const char* message;  // how the whole message begins, behind the file's name
};
class ImcFileRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ImcFileRefuses, WithLineKeyAndReason) {
  const std::string message = refusal(GetParam().text);
  EXPECT_THAT(message, StartsWith(std::string("dir/chip.toml:") + GetParam().message));
  EXPECT_EQ(message.find('\n'), std::string::npos) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Names, ImcFileRefuses,
    testing::Values(
        Refusal{"[crossbar]\n\nrow = 3", "3: crossbar.row: unknown key; did you mean crossbar.rows?"},
        Refusal{"[crossbar]\nlink_bits = 3",
                "2: crossbar.link_bits: unknown key; did you mean noc.link_bits?"},
        Refusal{"[noc]\nrows = 3", "2: noc.rows: unknown key; did you mean crossbar.rows or tile.rows?"},
        Refusal{"[noc]\nxyz = 3", "2: noc.xyz: unknown key"},
        Refusal{"[noc]\n\"a b\" = 3", "2: noc.\"a b\": unknown key"},
        Refusal{"\n[crosbar]\nrows = 3", "2: crosbar: unknown section; did you mean [crossbar]?"},
        Refusal{"[zzz]\n", "1: zzz: unknown section (allowed: chip, crossbar, tile,"},
        Refusal{"[[noc]]\nlink_bits = 3", "1: noc: stands as a key, but is a section: write [noc]"},
        Refusal{"link_bits = 3", "1: link_bits: stands outside any section; did you mean noc.link_bits?"}));

INSTANTIATE_TEST_SUITE_P(
    Values, ImcFileRefuses,
    testing::Values(
        Refusal{"[crossbar]\nrows = 8", "2: crossbar.rows: is 8 (allowed: 16 .. 8192)"},
        Refusal{"[crossbar]\nrows = 99999999999", "2: crossbar.rows: is 99999999999 (allowed: 16 .. 8192)"},
        Refusal{"[crossbar]\nrows = 256.0",
                "2: crossbar.rows: is a number, expected an integer (allowed: 16 .. 8192)"},
        Refusal{"[crossbar]\nrows = \"256\"", "2: crossbar.rows: is a text, expected an integer"},
        Refusal{"[crossbar]\nrows = [256]", "2: crossbar.rows: is a list, expected an integer"},
        Refusal{"[crossbar]\nrows = true", "2: crossbar.rows: is a boolean, expected an integer"},
        Refusal{"[chip]\nclock_ghz = 101", "2: chip.clock_ghz: is 101 (allowed: 0 <= x <= 100)"},
        Refusal{"[adc]\nkind = \"dual\"", "2: adc.kind: is \"dual\" (allowed: flash | sar)"},
        Refusal{"[crossbar]\ngated = 1", "2: crossbar.gated: is an integer, expected true or false"},
        Refusal{"[chip]\nclock_ghz = nan", "2: chip.clock_ghz: is not a finite number"},
        Refusal{"[chip]\nclock_ghz = -inf", "2: chip.clock_ghz: is not a finite number"},
        Refusal{"[chip]\nclock_ghz = 2020-01-01", "2: chip.clock_ghz: is a date or time, expected a number"},
        Refusal{"[energy]\nrow_fj = -1", "2: energy.row_fj: is -1 (allowed: 0 <= x <= 1000000)"},
        Refusal{"[leakage]\nidle = 1.5", "2: leakage.idle: is 1.5 (allowed: 0 <= x <= 1)"}));

INSTANTIATE_TEST_SUITE_P(
    Combinations, ImcFileRefuses,
    testing::Values(
        Refusal{"[crossbar]\ncell_bits = 4\n\n[precision]\nweight_bits = 2",
                "2: crossbar.cell_bits: is 4, but a weight has only precision.weight_bits = 2"},
        Refusal{"[chip]\nclock_ghz = 1",
                "2: chip.clock_ghz: is 1.0: a conversion has 1.0 ns (adc.cycles = 1), and the column is "
                "sensed after 2.8"},
        Refusal{"[time]\nsense_ns = 0\nflash_level_ns = 0",
                "1: chip.clock_ghz: is 0, as fast as the converters sense, but by section time"},
        Refusal{"[crossbar]\ncell = \"sram\"\ncell_bits = 2",
                "3: crossbar.cell_bits: is 2, but a cell of sram"},
        Refusal{"[precision]\n\nweight_bits = 2\n[crossbar]\ncell_bits = 3",
                "5: crossbar.cell_bits: is 3, but"},
        Refusal{"[crossbar]\ncolumns = 64\n[adc]\ncolumns = 65",
                "4: adc.columns: is 65, but a crossbar has only crossbar.columns = 64 columns"}));

INSTANTIATE_TEST_SUITE_P(Syntax, ImcFileRefuses,
                         testing::Values(Refusal{"[noc]\nlink_bits = \n", "2:13: not valid TOML: "},
                                         Refusal{"[noc\n", "1:"},
                                         Refusal{"[noc]\nlink_bits = 8\nlink_bits = 8\n", "3:"}));

TEST(ImcDesign, ReportsAllErrorsInTheOrderOfTheFile) {
  EXPECT_THAT(refusal("[noc]\nlink_bits = 0\n[crossbar]\nrow = 4\n[adc]\nbits = 99"),
              testing::MatchesRegex("dir/chip.toml:2: noc.link_bits: [^\n]*\n"
                                    "dir/chip.toml:4: crossbar.row: [^\n]*\n"
                                    "dir/chip.toml:6: adc.bits: [^\n]*"));
}

TEST(ImcDesign, SaysWhichFileIsMissing) {
  try {
    read_imc_design("no/such/chip.toml");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::missing_input);
    EXPECT_THAT(error.what(), HasSubstr("no/such/chip.toml"));
  }
}

TEST(ImcDesign, ComesBackFromJsonExactly) {
  ImcDesign design;
  design.tiling.link_bits = 48;
  design.clock_ghz = 1.0 / 7;
  design.adc = "sar";
  design.leakage.idle = 0.7;
  const Json json = to_json(design);
  EXPECT_EQ(to_json(imc_design_from_json(Json::parse(json.dump()))), json);
}

TEST(ImcDesign, RefusesDamagedJson) {
  const auto refused = [](auto damage) {
    Json json = to_json(ImcDesign{});
    damage(json);
    try {
      imc_design_from_json(json);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return true;
    }
    return false;
  };
  EXPECT_FALSE(refused([](Json&) {}));
  EXPECT_TRUE(refused([](Json& json) { json = Json::array(); }));
  EXPECT_TRUE(refused([](Json& json) { json.erase("noc"); }));
  EXPECT_TRUE(refused([](Json& json) { json["noc"].erase("link_bits"); }));
  EXPECT_TRUE(refused([](Json& json) { json["noc"]["link_bits"] = 0; }));
  EXPECT_TRUE(refused([](Json& json) { json["noc"]["link_bits"] = "32"; }));
  EXPECT_TRUE(
      refused([](Json& json) { json["crossbar"]["cell_bits"] = 8, json["precision"]["weight_bits"] = 4; }));
}

TEST(ImcParameters, AreCompleteAndConsistent) {
  std::set<std::string> sections, keys;
  for (const OptionSection& section : imc_parameters().sections()) sections.insert(section.name);
  for (const ImcParameter& parameter : imc_parameters()) {
    const std::string key = parameter.section + "." + parameter.key;
    EXPECT_TRUE(keys.insert(key).second) << key;
    EXPECT_TRUE(sections.contains(parameter.section)) << key;
    EXPECT_TRUE(parameter.description.ends_with('.')) << key;
    EXPECT_FALSE(parameter.source.empty()) << key;
    if (parameter.type != OptionType::integer && parameter.type != OptionType::number) continue;
    ASSERT_TRUE(parameter.bounds) << key;
    EXPECT_LE(parameter.bounds->min, parameter.default_value) << key;
    EXPECT_GE(parameter.bounds->max, parameter.default_value) << key;
  }
  EXPECT_TRUE(contradiction(ImcDesign{}).section.empty());
}

TEST(ImcParameters, AreShownWithUnitRangeAndSource) {
  const std::string text = imc_parameters().text();
  EXPECT_THAT(text, HasSubstr("[crossbar]"));
  EXPECT_THAT(text, HasSubstr("rram_cell_fj = 0.28"));
  EXPECT_THAT(text, HasSubstr("number in fJ: 0 <= x <= 1000000"));
  EXPECT_THAT(text, HasSubstr("ISAAC"));
  const Json json = imc_parameters().json();
  ASSERT_EQ(json.size(), imc_parameters().size());
  for (const Json& entry : json)
    for (const char* key : {"section", "key", "type", "unit", "default", "allowed", "description", "source"})
      EXPECT_TRUE(entry.contains(key)) << entry;
}

}  // namespace
}  // namespace flash
