// Image sets in memory: 8-bit pixels and 16-bit labels, whatever file they came from. No LibTorch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

using Label = std::uint16_t;
inline constexpr int max_classes = 65'536;

// Image i: pixels[i * channels * side * side ...], channel by channel, each row-major.
struct ImageSet {
  int channels = 0;
  int side = 0;
  std::vector<std::uint8_t> pixels{};
  std::vector<Label> labels{};
  std::size_t size() const { return labels.size(); }
};

// What the job file's [data] section says. Paths are absolute by then.
struct DataSource {
  std::string source = "shapes";  // the name of one of sources()
  // What its PathRule says, once for each set.
  std::vector<std::filesystem::path> train{};
  std::vector<std::filesystem::path> test{};  // none where test_share takes the test images out of these
  int side = 32;                              // where the source leaves it to the job (Source::sides)
  int channels = 3;                           // likewise: 1 or 3
  int train_images = 0;                       // use so many: one of each class in turn, in file order; 0: all
  int test_images = 0;
  std::uint64_t seed = 1;  // of generators, and of what is held out
  // Shares of the training images, class by class, in [0, 0.9]: held out to judge networks by while something
  // is still chosen, and, of what `train` names, in place of test files. 0: none.
  double validation_share = 0;
  double test_share = 0;
};

Json to_json(const DataSource& source);
DataSource data_source_from_json(const Json& json);

struct Data {
  ImageSet train;
  ImageSet test;
  ImageSet validation{};  // empty where nothing is held out
  int classes = 0;
  std::vector<std::string> class_names;
  std::vector<float> mean;     // a channel, of the training images, in [0, 1]
  std::vector<float> std_dev;  // the same; at least 1/255, so that dividing by it is safe
  // What networks are judged by while a search still chooses among them: the test images stay unseen where
  // there are others.
  const ImageSet& judges() const { return validation.size() > 0 ? validation : test; }
};

// Loads and checks all of it. Throws Error: missing_input (a file that is not there), bad_data (truncated,
// too long, wrong magic, impossible label, a set of a single class, image of another size), bad_job (more
// images asked for than there are, a list of paths of the wrong length), each naming file, what is wrong and
// what is expected.
Data load_data(const DataSource& source);

// Cheaper still, and all that is needed of the images to search by known models: the class folders of a
// source that has such; 0 where it has none, or they are not there.
int count_class_folders(const DataSource& source);

// Cheap: the images' shape and number of classes, and that every file is there, has a fitting size, possible
// labels and, in a folder, the first bytes of a picture (what a gzip file really holds, and whether a
// folder's images are readable, only load_data finds out). No pixel is read. Throws as load_data.
struct DataShape {
  int channels = 0;
  int side = 0;
  int classes = 0;
  std::size_t train_images = 0;
  std::size_t test_images = 0;
  std::size_t validation_images =
      0;  // this and what is left of train_images: to within rounding class by class
  std::size_t judging_images() const { return validation_images > 0 ? validation_images : test_images; }
};
DataShape inspect_data(const DataSource& source);

// The same shape after validation_share and test_share have been taken out of its training images.
DataShape split(DataShape shape, const DataSource& source);

}  // namespace flash
