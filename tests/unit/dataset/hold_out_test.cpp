#include "flash/dataset/hold_out.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "image_folder.hpp"

namespace flash {
namespace {

using dataset::held_out;
using test::expect_refused;

std::vector<Label> labels_of(const std::vector<std::size_t>& classes) {
  std::vector<Label> labels;
  for (std::size_t label = 0; label < classes.size(); ++label)
    labels.insert(labels.end(), classes[label], static_cast<Label>(label));
  return labels;
}

TEST(HoldOut, TakesTheShareOfEachClass) {
  const std::vector<Label> labels = labels_of({100, 50, 7, 2, 1, 0, 40});
  std::map<Label, std::size_t> held;
  const std::vector<std::size_t> positions = held_out(labels, 0.2, 1);
  EXPECT_TRUE(std::ranges::is_sorted(positions));
  EXPECT_EQ(std::set<std::size_t>(positions.begin(), positions.end()).size(), positions.size());
  for (const std::size_t i : positions) ++held[labels[i]];
  EXPECT_EQ(held, (std::map<Label, std::size_t>{{0, 20}, {1, 10}, {2, 1}, {3, 1}, {6, 8}}));
}

TEST(HoldOut, NeverTakesAllOfAClass) {
  const std::vector<Label> labels = labels_of({2, 3});
  EXPECT_EQ(held_out(labels, 0.9, 1).size(), 3u);
}

TEST(HoldOut, IsAFunctionOfTheSeed) {
  const std::vector<Label> labels = labels_of({100, 100});
  EXPECT_EQ(held_out(labels, 0.3, 1), held_out(labels, 0.3, 1));
  EXPECT_NE(held_out(labels, 0.3, 1), held_out(labels, 0.3, 2));
  EXPECT_TRUE(held_out(labels, 0, 1).empty());
}

// Of one image a class more or less the others' draw is the same.
TEST(HoldOut, ALargerShareHoldsTheSmaller) {
  const std::vector<Label> labels = labels_of({100, 100});
  const std::vector<std::size_t> less = held_out(labels, 0.1, 1), more = held_out(labels, 0.3, 1);
  EXPECT_TRUE(std::ranges::includes(more, less));
}

using Pixels = std::vector<std::uint8_t>;
std::multiset<std::pair<Label, Pixels>> images_of(const ImageSet& set) {
  std::multiset<std::pair<Label, Pixels>> images;
  const auto size = static_cast<std::ptrdiff_t>(set.pixels.size() / std::max<std::size_t>(set.size(), 1));
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto first = set.pixels.begin() + static_cast<std::ptrdiff_t>(i) * size;
    images.insert({set.labels[i], Pixels(first, first + size)});
  }
  return images;
}

TEST(HoldOut, TheValidationImagesAreTakenOutOfTheTrainingImages) {
  const DataSource plain{.source = "shapes", .side = 8, .train_images = 300, .test_images = 40};
  DataSource split_source = plain;
  split_source.validation_share = 0.25;
  const Data whole = load_data(plain), parts = load_data(split_source);
  EXPECT_EQ(parts.train.size() + parts.validation.size(), 300u);
  EXPECT_EQ(parts.test.pixels, whole.test.pixels);
  auto together = images_of(parts.train);
  together.merge(images_of(parts.validation));
  EXPECT_EQ(together, images_of(whole.train));
  EXPECT_EQ(&whole.judges(), &whole.test);
  EXPECT_EQ(&parts.judges(), &parts.validation);
  const DataShape shape = inspect_data(split_source);
  EXPECT_NEAR(static_cast<double>(shape.validation_images), static_cast<double>(parts.validation.size()), 10);
  EXPECT_EQ(shape.train_images + shape.validation_images, 300u);
  EXPECT_EQ(shape.test_images, 40u);
  EXPECT_EQ(shape.judging_images(), shape.validation_images);
}

TEST(HoldOut, SharesOutOfRangeAreRefused) {
  expect_refused({.validation_share = 1}, ExitCode::bad_job,
                 "[data] validation_share = 1.0; expected 0 to 0.9");
  expect_refused({.validation_share = -0.1}, ExitCode::bad_job, "validation_share = -0.1");
  expect_refused({.test_share = 0.2}, ExitCode::bad_job, "source \"shapes\" draws test images of its own");
}

using OneFolder = test::ImageFolder;

TEST_F(OneFolder, ItsTestImagesAreAShareOfIt) {
  for (const int i : {1, 2, 3, 4})
    for (const char* name : {"ant", "cat"})
      write("train/" + std::string(name) + "/more" + std::to_string(i) + ".png",
            test::png_bytes(8, 8, test::plain(8, 8, {static_cast<std::uint8_t>(40 * i), 0, 9})));
  DataSource one = source();
  one.test.clear();
  one.test_share = 0.4;
  const Data data = load_data(one);
  EXPECT_EQ(data.test.size(), 4u);  // of 5 ants and 6 cats
  EXPECT_EQ(data.train.size(), 7u);
  EXPECT_EQ(inspect_data(one).test_images, 4u);
  EXPECT_EQ(inspect_data(one).train_images, 7u);

  DataSource both = source();
  both.test_share = 0.4;
  expect_refused(both, ExitCode::bad_job, "leave data.test away, or test_share");
  one.test_images = 2;
  expect_refused(one, ExitCode::bad_job, "test_images must be 0");
}

TEST_F(OneFolder, SharesThatLeaveNothingAreRefused) {
  DataSource one = source();  // an ant and two cats
  one.test.clear();
  one.test_share = 0.5;
  one.validation_share = 0.5;
  // The least of each class is known once its labels are read, not before.
  test::expect_error(ExitCode::bad_job, "data.validation_share holds 0 of 2 training images out",
                     [&] { load_data(one); });
}

}  // namespace
}  // namespace flash
