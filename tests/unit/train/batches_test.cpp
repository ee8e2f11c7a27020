#include "flash/train/batches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

namespace flash {
namespace {

// One image of two channels, 3 x 3, grey level = 10 * channel * ... all different.
Data counting_data(int side = 3, std::size_t images = 2) {
  Data data;
  data.classes = 2;
  data.mean = {0.5F, 0.25F};
  data.std_dev = {0.5F, 0.125F};
  data.train.channels = 2;
  data.train.side = side;
  data.train.pixels.resize(images * 2 * static_cast<std::size_t>(side * side));
  for (std::size_t k = 0; k < data.train.pixels.size(); ++k)
    data.train.pixels[k] = static_cast<std::uint8_t>(5 * k + 1);
  for (std::size_t k = 0; k < images; ++k) data.train.labels.push_back(static_cast<Label>(k % 2));
  return data;
}

float expected(const Data& data, std::size_t image, int y, int x, std::size_t channel) {
  const int side = data.train.side;
  if (x < 0 || y < 0 || x >= side || y >= side) return 0.0F;
  const std::size_t at =
      (image * 2 + channel) * static_cast<std::size_t>(side * side) + static_cast<std::size_t>(y * side + x);
  return (static_cast<float>(data.train.pixels[at]) / 255.0F - data.mean[channel]) / data.std_dev[channel];
}

TEST(Batches, NormaliseAndPutChannelsLast) {
  const Data data = counting_data();
  const Batches batches(data.train, data);
  std::vector<float> values(batches.values_per_image());
  batches.write(1, values.data());
  for (int y = 0; y < 3; ++y)
    for (int x = 0; x < 3; ++x)
      for (std::size_t c = 0; c < 2; ++c)
        EXPECT_FLOAT_EQ(values[static_cast<std::size_t>(y * 3 + x) * 2 + c], expected(data, 1, y, x, c));
  EXPECT_EQ(batches.label(1), 1);
}

TEST(Batches, SurviveAChannelThatNeverChanges) {
  Data data = counting_data();
  data.std_dev = {0.0F, 0.0F};
  const Batches batches(data.train, data);
  std::vector<float> values(batches.values_per_image());
  batches.write(0, values.data());
  for (const float value : values) EXPECT_TRUE(std::isfinite(value));
}

// Every augmented image is one of the (2 crop + 1)^2 * 2 that there are, and all of those occur.
TEST(Batches, AugmentByCropAndMirrorOnly) {
  const Data data = counting_data();
  const Batches batches(data.train, data);
  std::map<std::vector<float>, int> seen;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      for (const bool mirror : {false, true}) {
        std::vector<float> values;
        for (int y = 0; y < 3; ++y)
          for (int x = 0; x < 3; ++x)
            for (std::size_t c = 0; c < 2; ++c)
              values.push_back(expected(data, 0, y + dy, (mirror ? 2 - x : x) + dx, c));
        seen[values] = 0;
      }
  ASSERT_EQ(seen.size(), 18U);
  for (int epoch = 1; epoch <= 400; ++epoch) {
    std::vector<float> values(batches.values_per_image());
    batches.write_augmented(0, {1, true}, 9, epoch, values.data());
    ASSERT_TRUE(seen.contains(values)) << epoch;
    ++seen[values];
  }
  for (const auto& [values, count] : seen) EXPECT_GT(count, 0);
}

TEST(Batches, AugmentByNothingWhereSettingsSayNothing) {
  const Data data = counting_data();
  const Batches batches(data.train, data);
  std::vector<float> plain(batches.values_per_image()), augmented(plain.size());
  batches.write(0, plain.data());
  for (int epoch = 1; epoch < 20; ++epoch) {
    batches.write_augmented(0, {0, false}, 9, epoch, augmented.data());
    EXPECT_EQ(plain, augmented);
  }
}

TEST(Batches, AugmentationDependsOnSeedEpochAndImageAlone) {
  const Data data = counting_data(8, 4);
  const Batches batches(data.train, data);
  const auto image = [&](std::uint64_t seed, int epoch) {
    std::vector<float> values(batches.values_per_image());
    batches.write_augmented(2, {4, true}, seed, epoch, values.data());
    return values;
  };
  EXPECT_EQ(image(1, 1), image(1, 1));
  int same = 0;
  for (int epoch = 2; epoch < 30; ++epoch) same += image(1, 1) == image(1, epoch);
  EXPECT_LT(same, 5);
}

TEST(EpochOrder, IsAPermutationOfSeedAndEpoch) {
  const std::vector<std::size_t> order = epoch_order(100, 1, 1);
  std::vector<std::size_t> sorted = order;
  std::ranges::sort(sorted);
  std::vector<std::size_t> all(100);
  std::iota(all.begin(), all.end(), std::size_t{0});
  EXPECT_EQ(sorted, all);
  EXPECT_NE(order, all);
  EXPECT_EQ(order, epoch_order(100, 1, 1));
  EXPECT_NE(order, epoch_order(100, 1, 2));
  EXPECT_NE(order, epoch_order(100, 2, 1));
}

TEST(BatchEnds, CoverAllAndNeverLeaveOneImageAlone) {
  using testing::ElementsAre;
  EXPECT_THAT(batch_ends(10, 5), ElementsAre(5, 10));
  EXPECT_THAT(batch_ends(12, 5), ElementsAre(5, 10, 12));
  EXPECT_THAT(batch_ends(11, 5), ElementsAre(5, 11));
  EXPECT_THAT(batch_ends(6, 5), ElementsAre(6));
  EXPECT_THAT(batch_ends(3, 5), ElementsAre(3));
}

}  // namespace
}  // namespace flash
