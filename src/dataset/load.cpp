#include <algorithm>
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/dataset/dataset.hpp"
#include "flash/dataset/shapes.hpp"
#include "readers.hpp"
#include "source.hpp"

namespace flash {
namespace {

using namespace dataset;

Data load_shapes(const DataSource& source) {
  const auto make = [&](Split split, int images, std::size_t all) {
    const std::size_t count = images == 0 ? all : static_cast<std::size_t>(images);
    check_set_bytes(count, source.side, source.channels);
    return make_shapes(source.seed, split, count, source.side, source.channels);
  };
  Data data;
  data.train = make(Split::train, source.train_images, shapes_train_images);
  data.test = make(Split::test, source.test_images, shapes_test_images);
  data.class_names.assign(shapes_names.begin(), shapes_names.end());
  return data;
}

Data load_cifar(const CifarFormat& format, const DataSource& source) {
  Data data;
  data.train = read_cifar(format, source.train, source.train_images);
  data.test = read_cifar(format, source.test, source.test_images);
  data.class_names.assign(format.class_names.begin(), format.class_names.end());
  return data;
}

Data load_idx(const DataSource& source) {
  const DataShape shape = inspect_data(source);  // the labels of both sets checked against each other
  Data data;
  data.train = read_idx(source.train[0], source.train[1], source.train_images);
  data.test = read_idx(source.test[0], source.test[1], source.test_images);
  for (int label = 0; label < shape.classes; ++label) data.class_names.push_back(std::to_string(label));
  return data;
}

Data load_folder(const DataSource& source) {
  const ImageFolder train = list_image_folder(source.train[0]);
  const ImageFolder test = list_image_folder(source.test[0]);
  check_same_classes(train, source.train[0], test, source.test[0]);
  Data data;
  data.train = read_image_folder(train, source.train[0], source.side, source.channels, source.train_images);
  data.test = read_image_folder(test, source.test[0], source.side, source.channels, source.test_images);
  data.class_names = train.class_names;
  return data;
}

Data load(const DataSource& source) {
  switch (checked_kind(source)) {
    case Kind::shapes:
      return load_shapes(source);
    case Kind::cifar10:
      return load_cifar(cifar10_format(), source);
    case Kind::cifar100:
      return load_cifar(cifar100_format(), source);
    case Kind::idx:
      return load_idx(source);
    case Kind::folder:
      return load_folder(source);
  }
  throw Error(ExitCode::internal, "load_data: a kind of source without a reader");
}

// Exact integer sums, so that the order of adding plays no part.
void compute_statistics(Data& data) {
  const ImageSet& set = data.train;
  const std::size_t plane = static_cast<std::size_t>(set.side) * static_cast<std::size_t>(set.side);
  const auto channels = static_cast<std::size_t>(set.channels);
  const double count = static_cast<double>(set.size() * plane);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::size_t image = 0; image < set.size(); ++image) {
      const std::uint8_t* pixels = &set.pixels[(image * channels + channel) * plane];
      for (std::size_t i = 0; i < plane; ++i) {
        sum += pixels[i];
        squares += std::uint64_t{pixels[i]} * pixels[i];
      }
    }
    const double mean = static_cast<double>(sum) / count;
    const double variance = std::max(0.0, static_cast<double>(squares) / count - mean * mean);
    data.mean.push_back(static_cast<float>(mean / 255));
    data.std_dev.push_back(static_cast<float>(std::max(1.0, std::sqrt(variance)) / 255));
  }
}

}  // namespace

Data load_data(const DataSource& source) {
  Data data = load(source);
  data.classes = static_cast<int>(data.class_names.size());
  compute_statistics(data);
  return data;
}

}  // namespace flash
