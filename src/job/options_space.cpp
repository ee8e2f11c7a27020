// [job] and [space].
#include <algorithm>

#include "flash/space/presets.hpp"
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
  for (const Preset& preset : presets()) names.push_back(preset.name);
  Option& option =
      space.add_choice("preset", std::move(names),
                       "A space with a name, which the other keys here then change; \"\", or other keys "
                       "without this one: they define a space alone.");
  option.default_value = "flash-63b";
  option.store = [](Job& job, const Json& value) {
    const Preset* preset = find_preset(value.get<std::string>());
    job.space = preset ? preset->definition : SpaceDefinition{};
  };
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
  using Definition = SpaceDefinition;
  const auto at = [](auto... members) { return field(&Job::space, members...); };
  constexpr IntegerRange channels{1, 65'536};
  constexpr int most_skips = 1'000'000'000;

  JobSection space(options, "space");
  add_preset(space);
  without_default(space.choice<Family>(
      "family", {{"dense-cells", Family::dense_cells}, {"mlp-cells", Family::mlp_cells}},
      at(&Definition::family), "Kind of network: convolutional cells, or one fully connected cell."));
  without_default(space.choice<Block>(
      "block", {{"regular", Block::regular}, {"depthwise", Block::depthwise}}, at(&Definition::block),
      "Layer of dense-cells: a 3x3 convolution, or 1x1 - 3x3 depthwise - 1x1."));
  without_default(space.boolean("head_norm", at(&Definition::head_norm),
                                "Batch norm and ReLU before the head of dense-cells."));
  without_default(space.integers("widths", channels, at(&Definition::widths),
                                 "Width of each cell at width multiplier 1, in the order of the cells."))
      .unit = "channels";
  without_default(space.integers("wm", channels, at(&Definition::wm), "Width multipliers, ascending."));
  without_default(
      space.integers("depths", {3, 10'000}, at(&Definition::depths), "Layers of a cell, ascending."))
      .unit = "layers";
  without_default(
      space.choice<DepthMode>("depth_mode", {{"equal", DepthMode::equal}, {"separate", DepthMode::separate}},
                              at(&Definition::depth_mode), "One depth for all cells, or one for each cell."));
  without_default(space.integer("skip_min", {0, most_skips}, at(&Definition::skips, &SkipRange::min),
                                "Smallest skip setting tc of a cell."))
      .unit = "channels";
  without_default(
      space.integer("skip_max", {-1, most_skips}, at(&Definition::skips, &SkipRange::max),
                    "Largest skip setting tc of a cell; -1: as many channels as the cell has, w * (d - 2)."))
      .unit = "channels";
  without_default(
      space.integer("skip_step", {1, most_skips}, at(&Definition::skips, &SkipRange::step),
                    "Distance from one skip setting to the next; a coarser step makes a smaller space."))
      .unit = "channels";
}

}  // namespace flash
