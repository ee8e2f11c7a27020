// Every family's presets and settings drawn from what it says of them, for tests of what holds for all.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/space.hpp"

namespace flash::test {

struct FamilyCase {
  std::string name;
  SpaceDefinition definition;
};
inline void PrintTo(const FamilyCase& each, std::ostream* out) { *out << to_json(each.definition).dump(); }

inline Json draw_setting(const FamilySetting& setting, Philox& random) {
  const auto number = [&](std::int64_t above) {
    return std::min(setting.max, setting.min + static_cast<std::int64_t>(
                                                   random.below(static_cast<std::uint64_t>(above) + 1)));
  };
  switch (setting.type) {
    case FamilySetting::Type::boolean:
      return random.below(2) == 1;
    case FamilySetting::Type::word:
      return setting.words[random.below(setting.words.size())];
    case FamilySetting::Type::integer:
      return number(12);
    case FamilySetting::Type::texts:
      return nullptr;  // as the default has it
    case FamilySetting::Type::integers: {
      std::set<std::int64_t> values;
      for (std::uint64_t k = random.below(3) + 1; k > 0; --k) values.insert(number(5));
      return values;
    }
  }
  return {};
}

// Small spaces; what the family refuses is drawn again.
inline SpaceDefinition draw_definition(const Family& family, Philox& random) {
  for (int draw = 0; draw < 10'000; ++draw) {
    SpaceDefinition definition{family.name, family.defaults, {}};
    for (const FamilySetting& setting : family.settings)
      if (const Json drawn = draw_setting(setting, random); !drawn.is_null())
        definition.settings[Json::json_pointer(setting.path)] = drawn;
    definition.input = {static_cast<int>(1 + random.below(3)), static_cast<int>(8 + random.below(25)),
                        static_cast<int>(2 + random.below(9))};
    try {
      const Space space(definition);
      if (space.strata().size() <= 100) return definition;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job) << error.what();
      EXPECT_THAT(error.what(), testing::StartsWith("space: "));
    }
  }
  ADD_FAILURE() << family.name << " takes none of the settings drawn";
  return {family.name, family.defaults, {}};
}

inline std::vector<FamilyCase> family_cases() {
  std::vector<FamilyCase> list;
  for (const Family* family : families()) {
    for (const Preset& preset : family->presets) list.push_back({preset.name, preset.definition});
    for (std::uint64_t draw = 0; draw < 12; ++draw) {
      Philox random(derive_seed(1, family->name, draw));
      list.push_back({family->name + "_" + std::to_string(draw), draw_definition(*family, random)});
    }
  }
  for (FamilyCase& each : list) std::ranges::replace(each.name, '-', '_');
  return list;
}

inline NetworkId draw_below(NetworkId count, Philox& random) {
  if (count < NetworkId{1} << 63) return random.below(static_cast<std::uint64_t>(count));
  return ((static_cast<NetworkId>(random()) << 64) + random()) % count;
}

class FamilyTest : public testing::TestWithParam<FamilyCase> {
 protected:
  const Space space{GetParam().definition};
  const Geometry& geometry = space.geometry();
  Philox random{3};

  Point draw() {
    const Stratum& stratum = space.strata()[random.below(space.strata().size())];
    return space.point(stratum.first_id + draw_below(stratum.size, random));
  }

  // Of all in small spaces; else the first, the last and some in between.
  std::vector<const Stratum*> some_strata() {
    std::vector<const Stratum*> list;
    const std::size_t count = space.strata().size();
    if (space.count() < 10'000'000 && count <= 100) {
      for (const Stratum& stratum : space.strata()) list.push_back(&stratum);
      return list;
    }
    list = {&space.strata().front(), &space.strata().back()};
    for (int k = 0; k < 4; ++k) list.push_back(&space.strata()[random.below(count)]);
    return list;
  }
};

inline auto all_families() { return testing::ValuesIn(family_cases()); }
inline std::string name_of(const testing::TestParamInfo<FamilyCase>& each) { return each.param.name; }

}  // namespace flash::test
