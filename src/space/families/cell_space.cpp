// Reading, writing and checking the settings of cells.
#include "flash/space/families/cell_space.hpp"

#include <algorithm>
#include <limits>

#include "cells.hpp"
#include "common.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

// Limits that no real network comes near; they keep every count of channels and features within an int.
constexpr int max_channels = 65'536;  // of a cell: width * wm
constexpr int max_depth = 10'000;
constexpr int max_side = 4'096;
constexpr int max_classes = 65'536;
constexpr double max_macs = 4e18;  // of one network: costs stay within 63 bits

void check_range(const std::string& key, int value, int low, int high) {
  if (value < low || value > high)
    refuse_space(key + " must be from " + std::to_string(low) + " to " + std::to_string(high) + ", not " +
                 std::to_string(value));
}

void check_ascending(const std::string& key, const std::vector<int>& values) {
  if (values.empty()) refuse_space(key + " is empty: give at least one value");
  for (std::size_t i = 1; i < values.size(); ++i)
    if (values[i] <= values[i - 1])
      refuse_space(key + " must be ascending without repeats, but " + std::to_string(values[i]) +
                   " follows " + std::to_string(values[i - 1]));
}

void check_input(const CellSpace& definition) {
  const Input& input = definition.input;
  check_range("input.channels", input.channels, 1, max_channels);
  check_range("input.side", input.side, 1, max_side);
  check_range("input.classes", input.classes, 2, max_classes);
  if (std::int64_t{input.channels} * input.side * input.side > std::numeric_limits<int>::max())
    refuse_space("an image of 2^31 values or more");
  if (definition.family == mlp_cells_name) return;
  // Every cell but the first halves the side, and the head pools 2x2.
  int side = input.side;
  for (std::size_t cell = 1; cell < definition.widths.size(); ++cell) side = (side - 1) / 2 + 1;
  if (side < 2)
    refuse_space("images of side " + std::to_string(input.side) + " are too small for " +
                 std::to_string(definition.widths.size()) + " cells: the last one must still see 2x2 pixels");
}

void check_skips(const CellSpace& definition) {
  const SkipRange& skips = definition.skips;
  if (skips.min < 0) refuse_space("skips.min must be at least 0, not " + std::to_string(skips.min));
  if (skips.step < 1) refuse_space("skips.step must be at least 1, not " + std::to_string(skips.step));
  if (skips.max != -1 && skips.max < skips.min)
    refuse_space("skips.max must be -1 (as many as the cell has) or at least skips.min, not " +
                 std::to_string(skips.max));
  const int width = *std::ranges::min_element(definition.widths) * definition.wm.front();
  const int reachable = width * (definition.depths.front() - 2);
  if (skips.min > reachable)
    refuse_space("skips.min is " + std::to_string(skips.min) + ", but the smallest cell (width " +
                 std::to_string(width) + ", depth " + std::to_string(definition.depths.front()) +
                 ") has only " + std::to_string(reachable) + " channels to skip from");
}

// A bound on the largest network: every layer as wide as the widest, at full image size.
void check_cost(const CellSpace& definition) {
  const double width =
      static_cast<double>(*std::ranges::max_element(definition.widths)) * definition.wm.back();
  const double depth = definition.depths.back();
  const double pixels = static_cast<double>(definition.input.side) * definition.input.side;
  const double read = width * depth + definition.input.channels;
  const double written = width + definition.input.classes;
  const double layers = depth * static_cast<double>(definition.widths.size()) + 1;
  if (9 * pixels * read * written * layers > max_macs)
    refuse_space("its largest networks are too large to count their multiply-accumulates in 63 bits");
}

}  // namespace

void check(const CellSpace& definition) {
  if (definition.widths.empty()) refuse_space("widths is empty: give one value a cell");
  check_ascending("wm", definition.wm);
  check_ascending("depths", definition.depths);
  if (definition.family == mlp_cells_name && definition.widths.size() != 1)
    refuse_space("mlp-cells has exactly one cell, so widths must hold one value, not " +
                 std::to_string(definition.widths.size()));
  for (const int wm : definition.wm) check_range("wm", wm, 1, max_channels);
  for (const int width : definition.widths) {
    check_range("widths", width, 1, max_channels);
    if (std::int64_t{width} * definition.wm.back() > max_channels)
      refuse_space("width " + std::to_string(width) + " times wm " + std::to_string(definition.wm.back()) +
                   " is more than " + std::to_string(max_channels) + " channels");
  }
  for (const int depth : definition.depths) check_range("depths", depth, 3, max_depth);
  check_input(definition);
  check_skips(definition);
  check_cost(definition);
}

CellSpace::operator SpaceDefinition() const {
  const Json settings{{"block", block == Block::regular ? "regular" : "depthwise"},
                      {"head_norm", head_norm},
                      {"widths", widths},
                      {"wm", wm},
                      {"depths", depths},
                      {"depth_mode", depth_mode == DepthMode::equal ? "equal" : "separate"},
                      {"skips", {{"min", skips.min}, {"max", skips.max}, {"step", skips.step}}}};
  return {family, settings, input};
}

CellSpace CellSpace::from(const SpaceDefinition& definition) {
  const JsonReader reader(definition.settings, "space definition");
  const auto is_first = [&](const char* key, const std::string& first, const std::string& second) {
    const auto value = reader.get<std::string>(key);
    if (value != first && value != second)
      reader.fail("has '" + value + "' at key '" + key + "': expected " + first + " or " + second);
    return value == first;
  };
  CellSpace space;
  space.family = definition.family;
  space.block = is_first("block", "regular", "depthwise") ? Block::regular : Block::depthwise;
  space.head_norm = reader.get<bool>("head_norm");
  space.widths = reader.get<std::vector<int>>("widths");
  space.wm = reader.get<std::vector<int>>("wm");
  space.depths = reader.get<std::vector<int>>("depths");
  space.depth_mode = is_first("depth_mode", "equal", "separate") ? DepthMode::equal : DepthMode::separate;
  const JsonReader skips(reader.at("skips"), "space definition, skips,");
  space.skips = {skips.get<int>("min"), skips.get<int>("max"), skips.get<int>("step")};
  space.input = definition.input;
  return space;
}

}  // namespace flash
