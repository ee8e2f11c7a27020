#include <cstring>

#include "flash/core/file.hpp"
#include "readers.hpp"

namespace flash::dataset {
namespace {

using namespace std::string_view_literals;

constexpr int side = 32;
constexpr std::size_t image_bytes = 3 * side * side;

// The class names in label order, as batches.meta.txt and fine_label_names.txt of the sets give them.
constexpr std::array cifar10_names{"airplane"sv, "automobile"sv, "bird"sv,  "cat"sv,  "deer"sv,
                                   "dog"sv,      "frog"sv,       "horse"sv, "ship"sv, "truck"sv};
constexpr std::array cifar100_names{
    "apple"sv,       "aquarium_fish"sv, "baby"sv,      "bear"sv,       "beaver"sv,       "bed"sv,
    "bee"sv,         "beetle"sv,        "bicycle"sv,   "bottle"sv,     "bowl"sv,         "boy"sv,
    "bridge"sv,      "bus"sv,           "butterfly"sv, "camel"sv,      "can"sv,          "castle"sv,
    "caterpillar"sv, "cattle"sv,        "chair"sv,     "chimpanzee"sv, "clock"sv,        "cloud"sv,
    "cockroach"sv,   "couch"sv,         "crab"sv,      "crocodile"sv,  "cup"sv,          "dinosaur"sv,
    "dolphin"sv,     "elephant"sv,      "flatfish"sv,  "forest"sv,     "fox"sv,          "girl"sv,
    "hamster"sv,     "house"sv,         "kangaroo"sv,  "keyboard"sv,   "lamp"sv,         "lawn_mower"sv,
    "leopard"sv,     "lion"sv,          "lizard"sv,    "lobster"sv,    "man"sv,          "maple_tree"sv,
    "motorcycle"sv,  "mountain"sv,      "mouse"sv,     "mushroom"sv,   "oak_tree"sv,     "orange"sv,
    "orchid"sv,      "otter"sv,         "palm_tree"sv, "pear"sv,       "pickup_truck"sv, "pine_tree"sv,
    "plain"sv,       "plate"sv,         "poppy"sv,     "porcupine"sv,  "possum"sv,       "rabbit"sv,
    "raccoon"sv,     "ray"sv,           "road"sv,      "rocket"sv,     "rose"sv,         "sea"sv,
    "seal"sv,        "shark"sv,         "shrew"sv,     "skunk"sv,      "skyscraper"sv,   "snail"sv,
    "snake"sv,       "spider"sv,        "squirrel"sv,  "streetcar"sv,  "sunflower"sv,    "sweet_pepper"sv,
    "table"sv,       "tank"sv,          "telephone"sv, "television"sv, "tiger"sv,        "tractor"sv,
    "train"sv,       "trout"sv,         "tulip"sv,     "turtle"sv,     "wardrobe"sv,     "whale"sv,
    "willow_tree"sv, "wolf"sv,          "woman"sv,     "worm"sv};
static_assert(cifar100_names.size() == 100);

void check_size(const CifarFormat& format, const fs::path& file, std::uint64_t size) {
  if (size == 0) bad_data(file, "empty; expected a " + std::string(format.name) + " binary file");
  if (size % format.record() != 0) {
    bad_data(file, "size " + std::to_string(size) + " is no multiple of " + std::to_string(format.record()) +
                       ": truncated or not a " + format.name + " binary file");
  }
}

std::uint8_t label_at(const CifarFormat& format, const fs::path& file, std::string_view bytes,
                      std::size_t record) {
  const std::size_t offset = record * format.record() + static_cast<std::size_t>(format.label_bytes) - 1;
  const auto label = static_cast<std::uint8_t>(bytes[offset]);
  if (label >= format.class_names.size()) {
    bad_data(file, "label " + std::to_string(label) + " in record " + std::to_string(record) +
                       "; expected 0 to " + std::to_string(format.class_names.size() - 1) + ": not a " +
                       format.name + " binary file");
  }
  return label;
}

}  // namespace

const CifarFormat& cifar10_format() {
  static constexpr CifarFormat format{"CIFAR-10", 1, cifar10_names};
  return format;
}

const CifarFormat& cifar100_format() {
  static constexpr CifarFormat format{"CIFAR-100", 2, cifar100_names};
  return format;
}

std::size_t count_cifar(const CifarFormat& format, const std::vector<fs::path>& files) {
  std::size_t count = 0;
  for (const fs::path& file : files) {
    const std::uint64_t size = checked_file_size(file);
    check_size(format, file, size);
    count += size / format.record();
  }
  return count;
}

ImageSet read_cifar(const CifarFormat& format, const std::vector<fs::path>& files, int limit) {
  count_cifar(format, files);  // cheap, and finds what is wrong before anything large is read
  std::vector<std::string> contents;
  std::vector<Label> labels;
  std::vector<const char*> images;
  for (const fs::path& file : files) {
    const std::string& bytes = contents.emplace_back(read_file(file));
    check_size(format, file, bytes.size());
    for (std::size_t record = 0; record < bytes.size() / format.record(); ++record) {
      labels.push_back(label_at(format, file, bytes, record));
      images.push_back(bytes.data() + (record + 1) * format.record() - image_bytes);
    }
  }
  const auto selected = select_images(labels, limit, files.front().string());
  ImageSet set{.channels = 3, .side = side};
  set.pixels.resize(selected.size() * image_bytes);
  for (std::size_t i = 0; i < selected.size(); ++i) {
    set.labels.push_back(labels[selected[i]]);
    std::memcpy(&set.pixels[i * image_bytes], images[selected[i]], image_bytes);
  }
  return set;
}

}  // namespace flash::dataset
