#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "flash/job/options.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/families/families.hpp"
#include "flash/task/host_measurement.hpp"
#include "job_text.hpp"

namespace flash {
namespace {

using test::all_of;
using test::refusal;
using testing::HasSubstr;

std::string toml_line(const Option& option, const Json& value) {
  return "[" + option.section + "]\n" + option.key + " = " + value.dump() + "\n";
}

const Option& find_option(const std::string& section, const std::string& key) {
  for (const Option& option : options()) {
    if (option.section == section && option.key == key) return option;
  }
  throw std::out_of_range(section + "." + key);
}

TEST(Options, AreCompleteAndUnique) {
  std::set<std::string> seen;
  std::set<std::string> sections;
  for (const OptionSection& section : options().sections()) sections.insert(section.name);
  for (const Option& option : options()) {
    const std::string where = option.section + "." + option.key;
    EXPECT_TRUE(seen.insert(where).second) << where;
    EXPECT_TRUE(sections.contains(option.section)) << where;
    EXPECT_FALSE(option.allowed.empty()) << where;
    EXPECT_TRUE(option.description.ends_with('.')) << where;
    EXPECT_TRUE(option.store && option.valid) << where;
    EXPECT_NE(option.default_value.is_null(), option.example.is_null()) << where;
  }
  EXPECT_EQ(seen.size(), 170u);  // a new key is documented here, too
}

TEST(Options, DefaultsAreThoseOfTheStructs) {
  const Job empty = parse_job("", "job.toml");
  Job structs;
  structs.name = "job";
  structs.space = find_preset("flash-63b")->definition;
  EXPECT_EQ(all_of(empty), all_of(structs));
  EXPECT_EQ(all_of(parse_job("[job]\n", "job.toml")), all_of(structs));
  EXPECT_EQ(find_option("train", "learning_rate").default_value, TrainingSettings{}.learning_rate);
  EXPECT_EQ(find_option("hardware", "repeats").default_value, HostMeasurementSettings{}.repeats);
  EXPECT_EQ(find_option("predictor", "reading").default_value, "links");
  EXPECT_EQ(find_option("predictor", "kind").default_value, "auto");
}

TEST(Options, EachDefaultCanBeWrittenDown) {
  const Json empty = all_of(parse_job("", "job.toml"));
  for (const Option& option : options()) {
    if (option.default_value.is_null()) continue;
    EXPECT_EQ(all_of(parse_job(toml_line(option, option.default_value), "job.toml")), empty) << option.key;
  }
}

// One of a family that has the key.
std::string preset_with(const std::string& key) {
  for (const Family* family : families())
    if (std::ranges::find(family->settings, key, &FamilySetting::key) != family->settings.end())
      return family->presets.front().name;
  return "flash-63b";
}

TEST(Options, EachExampleIsTakenAlone) {
  for (const Option& option : options()) {
    if (option.example.is_null()) continue;
    std::string text = toml_line(option, option.example);
    if (option.section == "space") text.append("preset = \"").append(preset_with(option.key)).append("\"\n");
    if (option.key == "energy_max_mj" || option.key == "area_max_mm2" || option.key == "interval_max_ms")
      text += "[models]\nfile = \"imc.json\"\n";
    EXPECT_NO_THROW(parse_job(text, "job.toml")) << text;
  }
}

TEST(Options, ConstraintsAreAbsentByDefault) {
  const Constraints none = parse_job("", "job.toml").constraints;
  EXPECT_EQ(to_json(none), to_json(Constraints{}));
  EXPECT_EQ(none.margin, 0);
  for (const Option& option : options()) {
    if (option.section != "constraints" || option.key == "margin" || option.key == "devices") continue;
    EXPECT_TRUE(option.default_value.is_null()) << option.key;
  }
}

TEST(Options, AMarginIsAShareOfTheBand) {
  EXPECT_EQ(parse_job("[constraints]\nmargin = 1", "job.toml").constraints.margin, 1);
  EXPECT_THAT(refusal("[constraints]\nmargin = 1.5"), HasSubstr("dir/job.toml:2: constraints.margin: "));
  EXPECT_THAT(refusal("[constraints]\nmargin = -0.1"), HasSubstr("constraints.margin: "));
}

TEST(Options, RefuseTheWrongTypeEverywhere) {
  for (const Option& option : options()) {
    for (const char* value : {"true", "7", "0.5", "\"text\"", "[[1]]", "2026-01-01", "{a = 1}"}) {
      const bool boolean = option.type == OptionType::boolean && std::string(value) == "true";
      const bool integer = option.type == OptionType::integer || option.type == OptionType::number;
      const bool number = option.type == OptionType::number && std::string(value) == "0.5";
      const bool text = std::string(value) == "\"text\"" && option.type >= OptionType::text;
      if (boolean || (integer && std::string(value) == "7") || number || text) continue;
      const std::string job = "[" + option.section + "]\n" + option.key + " = " + value;
      EXPECT_THAT(refusal(job), HasSubstr("dir/job.toml:2: " + option.section + "." + option.key + ": "))
          << job;
      EXPECT_THAT(refusal(job), HasSubstr(", expected ")) << job;
    }
  }
}

TEST(Options, HoldTheirRangesAtBothEnds) {
  const auto accepts = [](const std::string& text) { return refusal(text) == "accepted"; };
  EXPECT_TRUE(accepts("[train]\nepochs = 1") && accepts("[train]\nepochs = 100000"));
  EXPECT_FALSE(accepts("[train]\nepochs = 0") || accepts("[train]\nepochs = 100001"));
  EXPECT_TRUE(accepts("[train]\nmomentum = 0") && !accepts("[train]\nmomentum = 1"));
  EXPECT_TRUE(accepts("[train]\nlearning_rate = 1e-9") && !accepts("[train]\nlearning_rate = 0.0"));
  EXPECT_TRUE(accepts("[job]\nseed = 9223372036854775807") && !accepts("[job]\nseed = -1"));
  EXPECT_TRUE(accepts("[sample]\ncount = 4") && !accepts("[sample]\ncount = 3"));
  EXPECT_TRUE(accepts("[search]\nevaluations = 1000000000") &&
              !accepts("[search]\nevaluations = 1000000001"));
  EXPECT_TRUE(accepts("[data]\nchannels = 1") && !accepts("[data]\nchannels = 2"));
  for (const char* device : {"cpu", "cuda", "cuda:1", "cuda:15"}) {
    EXPECT_TRUE(accepts("[train]\ndevice = \"" + std::string(device) + "\"")) << device;
  }
  for (const char* device : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:123", "CPU"}) {
    EXPECT_FALSE(accepts("[train]\ndevice = \"" + std::string(device) + "\"")) << device;
  }
  EXPECT_TRUE(accepts("[job]\nname = \"" + std::string(64, 'a') + "\""));
  for (const std::string& name :
       {std::string(), std::string(65, 'a'), std::string("a b"), std::string("a/b")}) {
    EXPECT_FALSE(accepts("[job]\nname = \"" + name + "\"")) << name;
  }
}

TEST(Options, JsonHoldsEveryKeyOfTheParser) {
  const Json list = options().json();
  ASSERT_EQ(list.size(), options().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : list[i].items()) keys.push_back(key);
    EXPECT_EQ(keys, (std::vector<std::string>{"section", "key", "type", "unit", "default", "allowed",
                                              "description"}));
    EXPECT_EQ(list[i]["key"], options()[i].key);
    EXPECT_EQ(list[i]["default"], options()[i].default_value);
    // The parser knows the key, too: a table is no value of any, but of the wrong type, not unknown.
    const std::string section = list[i]["section"], key = list[i]["key"];
    EXPECT_THAT(refusal("[" + section + "]\n" + key + " = {}"), HasSubstr("is a table, expected"));
  }
}

TEST(Options, TextHoldsEveryKeyIn100Columns) {
  for (const std::string& text : {options().text(), options().sample()}) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 100u) << line;
      for (const char c : line) EXPECT_TRUE(c >= ' ' && c < 0x7F) << line;
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
    for (const Option& option : options()) EXPECT_THAT(text, HasSubstr(option.key));
    for (const OptionSection& section : options().sections())
      EXPECT_THAT(text, HasSubstr("\n[" + section.name + "]"));
  }
}

TEST(Options, SampleJobIsTheEmptyJob) {
  const Job sample = parse_job(options().sample(), "job.toml");
  EXPECT_EQ(all_of(sample), all_of(parse_job("[job]\n", "job.toml")));
}

TEST(Options, SampleJobShowsWhatIsUnsetAsComments) {
  const std::string sample = options().sample();
  EXPECT_THAT(sample, HasSubstr("\n# accuracy_min = 0.8\n"));
  EXPECT_THAT(sample, HasSubstr("\n# wm = [1, 2, 3]\n"));
  EXPECT_THAT(sample, HasSubstr("\nlearning_rate = 0.05\n"));
}

TEST(Options, NameTheSearchMethodsAndPresetsThatThereAre) {
  const Option& methods = find_option("search", "methods");
  EXPECT_EQ(methods.choices.size(), search_methods().size());
  for (const SearchMethod* method : search_methods()) EXPECT_THAT(methods.allowed, HasSubstr(method->name));
  for (const Preset* preset : presets()) {
    EXPECT_THAT(find_option("space", "preset").allowed, HasSubstr(preset->name));
  }
}

}  // namespace
}  // namespace flash
