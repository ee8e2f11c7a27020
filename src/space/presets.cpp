#include "flash/space/presets.hpp"

#include <algorithm>

namespace flash {
namespace {

SpaceDefinition dense_cells(std::vector<int> widths, std::vector<int> wm, std::vector<int> depths, int side) {
  SpaceDefinition definition;
  definition.widths = std::move(widths);
  definition.wm = std::move(wm);
  definition.depths = std::move(depths);
  definition.input = {3, side, 10};
  return definition;
}

std::vector<int> from_to(int first, int last) {
  std::vector<int> values;
  for (int value = first; value <= last; ++value) values.push_back(value);
  return values;
}

std::vector<Preset> make_presets() {
  std::vector<Preset> list;
  list.push_back(
      {"flash-63b",
       "the paper's size: 63,102,615,225 configurations of 31.1 to 16138.9 MMAC an image of 3x32x32",
       dense_cells({16, 32, 64}, {1, 2, 3}, from_to(5, 23), 32)});

  SpaceDefinition small = dense_cells({4, 8, 16}, {1, 2}, from_to(4, 10), 32);
  small.depth_mode = DepthMode::separate;
  list.push_back({"cifar-small",
                  "narrow networks with a depth for each cell, for CIFAR-10 on a few cores: 207,316,746 "
                  "configurations of 1.6 to 80.4 MMAC an image of 3x32x32",
                  std::move(small)});

  list.push_back(
      {"shapes-mini",
       "networks that train in seconds, for the quick start: 1,099,670 configurations of 0.3 to 9.5 MMAC "
       "an image of 3x16x16",
       dense_cells({4, 8, 16}, {1, 2}, from_to(3, 7), 16)});

  SpaceDefinition mlp = dense_cells({64}, from_to(1, 4), from_to(4, 10), 28);
  mlp.family = Family::mlp_cells;
  mlp.head_norm = false;
  mlp.input.channels = 1;
  list.push_back(
      {"mnist-mlp",
       "fully connected networks for MNIST: 22,428 configurations of 0.06 to 2.58 MMAC an image of 1x28x28",
       std::move(mlp)});
  return list;
}

}  // namespace

const std::vector<Preset>& presets() {
  static const std::vector<Preset> list = make_presets();
  return list;
}

const Preset* find_preset(std::string_view name) {
  const auto found = std::ranges::find(presets(), name, &Preset::name);
  return found == presets().end() ? nullptr : &*found;
}

}  // namespace flash
