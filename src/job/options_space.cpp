// [job] and [space].
#include <algorithm>
#include <set>

#include "flash/space/families/families.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

bool is_job_name(const Json& value) {
  const auto name = value.get<std::string>();
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, allowed);
}

// Must come first in its section: it replaces the whole definition.
void add_preset(JobSection& space) {
  std::vector<std::string> names{""};
  for (const Preset* preset : presets()) names.push_back(preset->name);
  Option& option =
      space.add_choice("preset", std::move(names),
                       "A space with a name, which the other keys here then change; \"\", or other keys "
                       "without this one: they define a space alone.");
  option.default_value = "flash-63b";
  option.store = [](Job& job, const Json& value) {
    const Preset* preset = find_preset(value.get<std::string>());
    job.space = preset != nullptr ? preset->definition : default_space();
  };
}

// Must come before the settings. Those that the families share stay as they are.
void add_family(JobSection& space) {
  std::vector<std::string> names;
  for (const Family* family : families()) names.push_back(family->name);
  Option& option = space.add_choice("family", std::move(names),
                                    "Kind of network: convolutional cells, or one fully connected cell.");
  option.default_value = default_job().space.family;
  option.store = [](Job& job, const Json& value) {
    const Family& family = *find_family(value.get<std::string>());
    Json settings = family.defaults;
    for (auto& [key, setting] : settings.items())
      if (job.space.settings.contains(key)) setting = job.space.settings[key];
    job.space.family = family.name;
    job.space.settings = std::move(settings);
  };
  without_default(option);
}

// Where a setting of a family stands in a job.
struct SettingField {
  Json::json_pointer path;
  Json usual;  // where the job's family has no such setting

  Json& operator()(Job& job) const { return job.space.settings[path]; }
  const Json& operator()(const Job& job) const {
    return job.space.settings.contains(path) ? job.space.settings.at(path) : usual;
  }
};

Option& add_setting(JobSection& space, const FamilySetting& setting, const SettingField& at) {
  using Type = FamilySetting::Type;
  const IntegerRange range{setting.min, setting.max};
  switch (setting.type) {
    case Type::boolean:
      return space.boolean(setting.key, at, setting.doc);
    case Type::word:
      return space.word(setting.key, setting.words, at, setting.doc);
    case Type::integer:
      return space.integer(setting.key, range, at, setting.doc);
    case Type::texts:
      return space.texts(setting.key, "texts", at, setting.doc);
    case Type::integers:
      break;
  }
  return space.integers(setting.key, range, at, setting.doc);
}

void add_settings(JobSection& space) {
  std::set<std::string> keys;
  for (const Family* family : families())
    for (const FamilySetting& setting : family->settings) {
      if (!keys.insert(setting.key).second) continue;
      const Json::json_pointer path(setting.path);
      Option& option = add_setting(space, setting, {path, family->defaults.at(path)});
      without_default(option);
      option.unit = setting.unit;
      if (setting.type == FamilySetting::Type::texts)  // two show the form
        option.example = Json::array({option.example.at(0), option.example.at(1)});
    }
}

}  // namespace

void add_job_options(std::vector<Option>& options) {
  JobSection job(options, "job");
  job.text("name", "1 to 64 of A-Z a-z 0-9 . _ -", is_job_name, field(&Job::name),
           "Name of the job, shown in its reports.");
  job.integer("seed", {0, unlimited}, field(&Job::seed),
              "Seed of every random choice: same seed, same numbers, whatever the number of ranks.");
}

void add_space_options(std::vector<Option>& options) {
  JobSection space(options, "space");
  add_preset(space);
  add_family(space);
  add_settings(space);
}

}  // namespace flash
