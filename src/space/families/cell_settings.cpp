// The settings of cells as a job's keys.
#include "cells.hpp"

namespace flash {
namespace {

using Type = FamilySetting::Type;
constexpr std::int64_t most_channels = 65'536;
constexpr std::int64_t most_skips = 1'000'000'000;

std::string left_out(std::int64_t end, std::int64_t last, const std::string& step) {
  return step + " does not lead to " + std::to_string(end) + ", which is left out: the last value is " +
         std::to_string(last);
}

}  // namespace

std::vector<FamilySetting> cell_settings() {
  return {
      {.key = "block",
       .path = "/block",
       .type = Type::word,
       .doc = "Layer of dense-cells: a 3x3 convolution, or 1x1 - 3x3 depthwise - 1x1.",
       .words = {"regular", "depthwise"}},
      {.key = "head_norm",
       .path = "/head_norm",
       .type = Type::boolean,
       .doc = "Batch norm and ReLU before the head of dense-cells."},
      {.key = "widths",
       .path = "/widths",
       .type = Type::integers,
       .doc = "Width of each cell at width multiplier 1, in the order of the cells.",
       .unit = "channels",
       .min = 1,
       .max = most_channels},
      {.key = "wm",
       .path = "/wm",
       .type = Type::integers,
       .doc = "Width multipliers, ascending.",
       .min = 1,
       .max = most_channels},
      {.key = "depths",
       .path = "/depths",
       .type = Type::integers,
       .doc = "Layers of a cell, ascending.",
       .unit = "layers",
       .min = 3,
       .max = 10'000},
      {.key = "depth_mode",
       .path = "/depth_mode",
       .type = Type::word,
       .doc = "One depth for all cells, or one for each cell.",
       .words = {"equal", "separate"}},
      {.key = "skip_min",
       .path = "/skips/min",
       .doc = "Smallest skip setting tc of a cell.",
       .unit = "channels",
       .min = 0,
       .max = most_skips},
      {.key = "skip_max",
       .path = "/skips/max",
       .doc = "Largest skip setting tc of a cell; -1: as many channels as the cell has, w * (d - 2).",
       .unit = "channels",
       .min = -1,
       .max = most_skips},
      {.key = "skip_step",
       .path = "/skips/step",
       .doc = "Distance from one skip setting to the next; a coarser step makes a smaller space.",
       .unit = "channels",
       .min = 1,
       .max = most_skips},
  };
}

std::vector<FamilyNote> cell_notes(const Json& settings) {
  const CellSpace space = CellSpace::from({dense_cells_name, settings, {}});
  const SkipRange& skips = space.skips;
  const std::string step = "skip_step = " + std::to_string(skips.step);
  if (skips.max >= 0) {
    const int last = skips.max - (skips.max - skips.min) % skips.step;
    if (last == skips.max) return {};
    return {{"skip_step", left_out(skips.max, last, step)}};
  }
  for (const int wm : space.wm) {
    for (const int width : space.widths) {
      for (const int depth : space.depths) {
        const int end = wm * width * (depth - 2);
        const int last = end - (end - skips.min) % skips.step;
        if (last == end) continue;
        return {{"skip_step", left_out(end, last, step) + " in a cell of width " +
                                  std::to_string(wm * width) + " with " + std::to_string(depth) + " layers"}};
      }
    }
  }
  return {};
}

}  // namespace flash
