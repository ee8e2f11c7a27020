// A data set and spaces so small that a network trains in a blink.
#pragma once

#include "flash/core/random.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/train/train_network.hpp"

namespace flash {

// Class k has a bright block at position k of an 8 x 8 grey image, under some noise.
inline ImageSet tiny_images(std::size_t count, std::uint64_t seed) {
  ImageSet set;
  set.channels = 1;
  set.side = 8;
  Philox random(seed);
  for (std::size_t k = 0; k < count; ++k) {
    const int label = static_cast<int>(k % 4);
    set.labels.push_back(static_cast<Label>(label));
    for (int y = 0; y < 8; ++y)
      for (int x = 0; x < 8; ++x) {
        const bool bright = y / 4 == label / 2 && x / 4 == label % 2;
        set.pixels.push_back(static_cast<std::uint8_t>((bright ? 150 : 60) + random.below(60)));
      }
  }
  return set;
}

inline Data tiny_data() {
  Data data;
  data.train = tiny_images(61, 1);  // a last batch of one image at batch 20
  data.test = tiny_images(40, 2);
  data.classes = 4;
  data.mean = {0.42F};
  data.std_dev = {0.17F};
  return data;
}

inline CellSpace tiny_space(const std::string& family = "dense-cells", Block block = Block::regular) {
  CellSpace definition;
  definition.family = family;
  definition.block = block;
  definition.head_norm = family == "dense-cells";
  definition.widths = family == "dense-cells" ? std::vector<int>{4, 6} : std::vector<int>{12};
  definition.wm = {1, 2};
  definition.depths = {3, 4};
  definition.input = {1, 8, 4};
  return definition;
}

inline TrainingSettings tiny_training() {
  TrainingSettings settings;
  settings.epochs = 8;
  settings.batch = 20;
  settings.crop = 0;
  settings.flip = false;
  settings.retries = 0;
  return settings;
}

}  // namespace flash
