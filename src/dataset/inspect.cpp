#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/dataset/shapes.hpp"
#include "readers.hpp"
#include "source.hpp"

namespace flash {
namespace {

using namespace dataset;

DataShape inspect_shapes(const DataSource& source) {
  DataShape shape{source.channels, source.side, shapes_classes, shapes_train_images, shapes_test_images};
  if (source.train_images > 0) shape.train_images = static_cast<std::size_t>(source.train_images);
  if (source.test_images > 0) shape.test_images = static_cast<std::size_t>(source.test_images);
  check_set_bytes(std::max(shape.train_images, shape.test_images), source.side, source.channels);
  return shape;
}

DataShape inspect_cifar(const CifarFormat& format, const DataSource& source) {
  const auto count = [&](const std::vector<fs::path>& files, int limit) {
    return limited_count(count_cifar(format, files), limit, files.front().string());
  };
  return {3, 32, static_cast<int>(format.class_names.size()), count(source.train, source.train_images),
          count(source.test, source.test_images)};
}

// Reads the labels, which are small: they say how many classes there are.
int inspect_idx_labels(const fs::path& images, const IdxHeader& header, const fs::path& labels) {
  const std::vector<Label> all = read_idx_labels(labels);
  check_label_count(images, header, labels, all.size());
  return *std::max_element(all.begin(), all.end()) + 1;
}

DataShape inspect_idx(const DataSource& source) {
  const IdxHeader train = inspect_idx_images(source.train[0]);
  const IdxHeader test = inspect_idx_images(source.test[0]);
  if (train.side != test.side) {
    bad_data(source.test[0], "images of side " + std::to_string(test.side) + "; expected " +
                                 std::to_string(train.side) + " as in " + source.train[0].string());
  }
  const int classes = inspect_idx_labels(source.train[0], train, source.train[1]);
  if (classes < 2) bad_data(source.train[1], "all labels are 0; expected at least 2 classes");
  const int test_classes = inspect_idx_labels(source.test[0], test, source.test[1]);
  if (test_classes > classes) {
    bad_data(source.test[1], "label " + std::to_string(test_classes - 1) + "; expected 0 to " +
                                 std::to_string(classes - 1) + " as in " + source.train[1].string());
  }
  return {1, train.side, classes, limited_count(train.images, source.train_images, source.train[0].string()),
          limited_count(test.images, source.test_images, source.test[0].string())};
}

DataShape inspect_folder(const DataSource& source) {
  const ImageFolder train = list_image_folder(source.train[0]);
  const ImageFolder test = list_image_folder(source.test[0]);
  check_same_classes(train, source.train[0], test, source.test[0]);
  return {source.channels, source.side, static_cast<int>(train.class_names.size()),
          limited_count(train.files.size(), source.train_images, source.train[0].string()),
          limited_count(test.files.size(), source.test_images, source.test[0].string())};
}

}  // namespace

DataShape inspect_data(const DataSource& source) {
  switch (checked_kind(source)) {
    case Kind::shapes:
      return inspect_shapes(source);
    case Kind::cifar10:
      return inspect_cifar(cifar10_format(), source);
    case Kind::cifar100:
      return inspect_cifar(cifar100_format(), source);
    case Kind::idx:
      return inspect_idx(source);
    case Kind::folder:
      return inspect_folder(source);
  }
  throw Error(ExitCode::internal, "inspect_data: a kind of source without a reader");
}

}  // namespace flash
