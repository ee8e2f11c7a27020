#include "shapes.hpp"

#include <gtest/gtest.h>

#include <set>

#include "files.hpp"
#include "flash/core/hash.hpp"

namespace flash {
namespace {

std::string_view image(const ImageSet& set, std::size_t index) {
  const auto size = static_cast<std::size_t>(set.channels * set.side * set.side);
  return {reinterpret_cast<const char*>(&set.pixels[index * size]), size};
}

std::uint64_t hash_of(const ImageSet& set) {
  return fnv1a64({reinterpret_cast<const char*>(set.pixels.data()), set.pixels.size()});
}

// The bytes are part of every archive's meaning: whoever changes the generator sees it here.
TEST(Shapes, BytesAreFixed) {
  EXPECT_EQ(hash_of(make_shapes(1, Split::train, 50, 16, 3)), 3355557141347144953u);
  EXPECT_EQ(hash_of(make_shapes(1, Split::test, 50, 16, 3)), 4602142968425438775u);
  EXPECT_EQ(hash_of(make_shapes(7, Split::train, 20, 33, 1)), 6034419940508726134u);
}

TEST(Shapes, AnImageDependsOnItsIndexAlone) {
  const ImageSet few = make_shapes(3, Split::train, 7, 16, 3);
  const ImageSet many = make_shapes(3, Split::train, 40, 16, 3);
  for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(image(few, i), image(many, i)) << i;
}

TEST(Shapes, ClassesComeInTurn) {
  const ImageSet set = make_shapes(1, Split::test, 25, 8, 1);
  ASSERT_EQ(set.size(), 25u);
  EXPECT_EQ(set.pixels.size(), 25u * 64u);
  for (std::size_t i = 0; i < set.size(); ++i) EXPECT_EQ(set.labels[i], i % 10);
}

TEST(Shapes, NoImageTwiceInAnySplitOrSeed) {
  std::set<std::string> seen;
  std::size_t count = 0;
  for (const std::uint64_t seed : {0u, 1u, 2u}) {
    for (const Split split : {Split::train, Split::test}) {
      const ImageSet set = make_shapes(seed, split, 500, 16, 3);
      for (std::size_t i = 0; i < set.size(); ++i) seen.emplace(image(set, i));
      count += set.size();
    }
  }
  EXPECT_EQ(seen.size(), count);
}

// A classifier that knows only mean images and brightness must stay far from what a network reaches, or the
// classes would be told apart without any shape.
TEST(Shapes, NearestMeanImageIsFarFromEnough) {
  const ImageSet train = make_shapes(1, Split::train, 2000, 16, 3);
  const ImageSet test = make_shapes(1, Split::test, 500, 16, 3);
  const std::size_t size = 16 * 16 * 3;
  std::vector<std::vector<double>> means(10, std::vector<double>(size, 0.0));
  for (std::size_t i = 0; i < train.size(); ++i) {
    for (std::size_t p = 0; p < size; ++p) means[train.labels[i]][p] += train.pixels[i * size + p] / 200.0;
  }
  int right = 0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    std::vector<double> distances(10, 0.0);
    for (std::size_t c = 0; c < 10; ++c) {
      for (std::size_t p = 0; p < size; ++p) {
        const double difference = means[c][p] - test.pixels[i * size + p];
        distances[c] += difference * difference;
      }
    }
    right +=
        std::min_element(distances.begin(), distances.end()) - distances.begin() == test.labels[i] ? 1 : 0;
  }
  EXPECT_LT(right, 175);  // 35 %
}

TEST(Shapes, SmallestAndLargestSideAndBothChannelCounts) {
  for (const int side : {8, 64}) {
    for (const int channels : {1, 3}) {
      const ImageSet set = make_shapes(1, Split::train, 20, side, channels);
      const std::set<std::uint8_t> levels(set.pixels.begin(), set.pixels.end());
      EXPECT_GT(levels.size(), 100u) << side << " " << channels;
    }
  }
}

TEST(Shapes, RefusesOtherSizes) {
  for (const int side : {-1, 0, 7, 65}) {
    test::expect_error(ExitCode::bad_job, "8..64", [&] { make_shapes(1, Split::train, 1, side, 3); });
  }
  test::expect_error(ExitCode::bad_job, "expected 1 or 3", [] { make_shapes(1, Split::train, 1, 16, 2); });
}

TEST(Shapes, LoadsThroughTheJobsSection) {
  DataSource source{.side = 16, .channels = 1, .train_images = 30, .test_images = 20, .seed = 5};
  const Data data = load_data(source);
  EXPECT_EQ(data.train.pixels, make_shapes(5, Split::train, 30, 16, 1).pixels);
  EXPECT_EQ(data.test.pixels, make_shapes(5, Split::test, 20, 16, 1).pixels);
  EXPECT_EQ(data.classes, 10);
  EXPECT_EQ(data.class_names.at(6), "star");
  source.train_images = source.test_images = 0;
  const DataShape shape = inspect_data(source);
  EXPECT_EQ(shape.train_images, shapes_train_images);
  EXPECT_EQ(shape.test_images, shapes_test_images);
}

TEST(Shapes, RefusesPathsAndSetsBeyondMemory) {
  test::expect_refused({.train = {"/tmp/x"}}, ExitCode::bad_job,
                       "train has 1 paths; source \"shapes\" expects none");
  test::expect_refused({.side = 64, .train_images = 2000000000}, ExitCode::bad_job, "8 GiB");
}

}  // namespace
}  // namespace flash
