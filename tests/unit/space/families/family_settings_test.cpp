// What families say of their settings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

TEST(FamilySettings, AreWhatTheDefaultsHold) {
  std::map<std::string, FamilySetting::Type> types;
  for (const Family* family : families()) {
    EXPECT_EQ(find_family(family->name), family);
    EXPECT_TRUE(family->description.find('.') != std::string::npos) << family->name;
    std::set<std::string> keys;
    for (const FamilySetting& setting : family->settings) {
      EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
      EXPECT_TRUE(family->defaults.contains(Json::json_pointer(setting.path))) << setting.path;
      EXPECT_TRUE(setting.doc.ends_with('.')) << setting.key;
      EXPECT_EQ(setting.type == FamilySetting::Type::word, !setting.words.empty()) << setting.key;
      EXPECT_EQ(types.try_emplace(setting.key, setting.type).first->second, setting.type) << setting.key;
    }
    for (const Preset& preset : family->presets) {
      EXPECT_EQ(preset.definition.family, family->name) << preset.name;
      EXPECT_EQ(find_preset(preset.name), &preset);
    }
  }
  EXPECT_EQ(find_family("no-such"), nullptr);
  EXPECT_NE(find_family(default_space().family), nullptr);
}

TEST(FamilySettings, AreRefusedWhereOneIsMissingOrOfAnotherType) {
  const auto refused = [](const Json& json, const std::string& key) {
    try {
      space_definition_from_json(json);
      return false;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), testing::HasSubstr(key));
      return true;
    }
  };
  for (const Family* family : families())
    for (const Preset& preset : family->presets) {
      const Json whole = to_json(preset.definition);
      ASSERT_FALSE(refused(whole, ""));
      for (const FamilySetting& setting : family->settings) {
        const Json::json_pointer path(setting.path);
        Json damaged = whole;
        damaged[path.parent_pointer()].erase(path.back());
        EXPECT_TRUE(refused(damaged, setting.path.substr(1))) << setting.key << " is missing";
        for (const Json& wrong :
             {Json(nullptr), Json::object(), Json(1.5), Json("no-such"), Json::array({"a"}),
              Json(std::int64_t{1} << 40), Json::array({std::int64_t{1} << 40})}) {
          if (setting.type == FamilySetting::Type::texts && wrong.is_array() && wrong[0].is_string())
            continue;
          damaged = whole;
          damaged[path] = wrong;
          EXPECT_TRUE(refused(damaged, setting.path.substr(1))) << setting.key << " is " << wrong;
        }
      }
    }
}

}  // namespace
}  // namespace flash
