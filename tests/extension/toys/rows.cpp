// A toy data format: a text file a set, an image a line: its label, then 8 x 8 grey levels from 0 to 255.
#include <algorithm>
#include <fstream>

#include "flash/dataset/reading.hpp"
#include "flash/dataset/source.hpp"

namespace flash {
namespace {

constexpr int side = 8;
constexpr std::size_t image = side * side;

ImageSet read_rows(const std::filesystem::path& file, int limit) {
  dataset::checked_file_size(file);
  std::ifstream rows(file);
  ImageSet all{.channels = 1, .side = side};
  for (int label = 0; rows >> label;) {
    all.labels.push_back(static_cast<Label>(label));
    for (std::size_t i = 0; i < image; ++i) {
      int level = -1;
      if (!(rows >> level) || level < 0 || level > 255)
        dataset::bad_data(file, "row " + std::to_string(all.size()) + ": expected 64 levels from 0 to 255");
      all.pixels.push_back(static_cast<std::uint8_t>(level));
    }
  }
  if (all.labels.empty()) dataset::bad_data(file, "holds no image");
  ImageSet set{.channels = 1, .side = side};
  for (const std::size_t i : dataset::select_images(all.labels, limit, file.string())) {
    set.labels.push_back(all.labels[i]);
    set.pixels.insert(set.pixels.end(), &all.pixels[i * image], &all.pixels[i * image] + image);
  }
  return set;
}

class Rows : public Source {
 public:
  std::string_view name() const override { return "rows"; }
  std::string_view description() const override { return "text files of rows"; }
  PathRule paths() const override { return {1, 1, "one file of rows", "\"FILE\"", "the file"}; }
  DataShape known_shape(const DataSource&) const override { return {1, side, 0, 0, 0}; }

  DataShape inspect(const DataSource& source) const override {
    const Data data = load(source);
    return {1, side, static_cast<int>(data.class_names.size()), data.train.size(), data.test.size()};
  }

  Data load(const DataSource& source) const override {
    Data data;
    data.train = read_rows(source.train[0], source.train_images);
    data.test = read_rows(source.test[0], source.test_images);
    const int last = *std::ranges::max_element(data.train.labels);
    for (int label = 0; label <= last; ++label) data.class_names.push_back("row " + std::to_string(label));
    return data;
  }
};

}  // namespace

const Source& rows_source() {
  static const Rows source;
  return source;
}

}  // namespace flash
