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
  CoarseLabels coarse;
  const auto count = [&](const std::vector<fs::path>& files, int limit) {
    return select_images(read_cifar_labels(format, files, coarse), limit, files.front().string()).size();
  };
  const std::size_t train = count(source.train, source.train_images);  // first: its labels count
  return {3, 32, static_cast<int>(format.class_names.size()), train, count(source.test, source.test_images)};
}

// Reads the labels, which are small: they say how many classes there are.
std::vector<Label> checked_idx_labels(const fs::path& images, const IdxHeader& header,
                                      const fs::path& labels) {
  std::vector<Label> all = read_idx_labels(labels);
  check_label_count(images, header, labels, all.size());
  return all;
}

int class_count(const std::vector<Label>& labels) {
  return *std::max_element(labels.begin(), labels.end()) + 1;
}

DataShape inspect_idx(const DataSource& source) {
  const IdxHeader train = inspect_idx_images(source.train[0]);
  const IdxHeader test = inspect_idx_images(source.test[0]);
  if (train.side != test.side) {
    bad_data(source.test[0], "images of side " + std::to_string(test.side) + "; expected " +
                                 std::to_string(train.side) + " as in " + source.train[0].string());
  }
  const std::vector<Label> train_labels = checked_idx_labels(source.train[0], train, source.train[1]);
  const std::vector<Label> test_labels = checked_idx_labels(source.test[0], test, source.test[1]);
  const DataShape shape{1, train.side, class_count(train_labels),
                        select_images(train_labels, source.train_images, source.train[1].string()).size(),
                        select_images(test_labels, source.test_images, source.test[1].string()).size()};
  if (class_count(test_labels) > shape.classes) {
    bad_data(source.test[1], "label " + std::to_string(class_count(test_labels) - 1) + "; expected 0 to " +
                                 std::to_string(shape.classes - 1) + " as in " + source.train[1].string());
  }
  return shape;
}

DataShape inspect_folder(const DataSource& source) {
  const ImageFolder train = list_image_folder(source.train[0]);
  const ImageFolder test = list_image_folder(source.test[0]);
  check_same_classes(train, source.train[0], test, source.test[0]);
  check_pictures(train);
  check_pictures(test);
  return {source.channels, source.side, static_cast<int>(train.class_names.size()),
          select_images(train.labels, source.train_images, source.train[0].string()).size(),
          select_images(test.labels, source.test_images, source.test[0].string()).size()};
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
