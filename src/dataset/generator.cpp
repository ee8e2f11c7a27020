#include "flash/dataset/generator.hpp"

#include <algorithm>

#include "flash/dataset/reading.hpp"

namespace flash {

PathRule Generator::paths() const { return {.needs = "none", .example = "[]", .meaning = "none"}; }

DataShape Generator::known_shape(const DataSource& source) const {
  return {source.channels, source.side, static_cast<int>(class_names().size()), usual_images(Split::train),
          usual_images(Split::test)};
}

DataShape Generator::inspect(const DataSource& source) const {
  DataShape shape = known_shape(source);
  if (source.train_images > 0) shape.train_images = static_cast<std::size_t>(source.train_images);
  if (source.test_images > 0) shape.test_images = static_cast<std::size_t>(source.test_images);
  dataset::check_set_bytes(std::max(shape.train_images, shape.test_images), source.side, source.channels);
  return shape;
}

Data Generator::load(const DataSource& source) const {
  const DataShape shape = inspect(source);
  Data data;
  data.train = draw(source.seed, Split::train, shape.train_images, source.side, source.channels);
  data.test = draw(source.seed, Split::test, shape.test_images, source.side, source.channels);
  data.class_names = class_names();
  return data;
}

std::vector<std::uint64_t> Generator::drawn_from(const DataSource& source) const {
  const DataShape shape = inspect(source);
  return {static_cast<std::uint64_t>(version()),
          source.seed,
          static_cast<std::uint64_t>(source.side),
          static_cast<std::uint64_t>(source.channels),
          shape.train_images,
          shape.test_images};
}

}  // namespace flash
