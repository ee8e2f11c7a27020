// CIFAR-10 and CIFAR-100 as binary files (www.cs.toronto.edu/~kriz/cifar.html).
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <map>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/reading.hpp"
#include "flash/dataset/source.hpp"

namespace flash {
namespace {

using namespace dataset;
using namespace std::string_view_literals;

constexpr int image_side = 32;
constexpr std::size_t image_bytes = 3 * image_side * image_side;

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

// Records of label bytes, the last of which counts, and 3 x 32 x 32 pixels. A label byte before it, the
// coarse label, is 0 to 19 and one and the same for all images of a class.
struct CifarFormat {
  const char* name;
  int label_bytes;
  std::span<const std::string_view> class_names;
  std::size_t record() const { return static_cast<std::size_t>(label_bytes) + image_bytes; }
};

using CoarseLabels = std::map<Label, int>;  // of each class that has been met

void check_size(const CifarFormat& format, const fs::path& file, std::uint64_t size) {
  if (size == 0) bad_data(file, "empty; expected a " + std::string(format.name) + " binary file");
  if (size % format.record() != 0) {
    bad_data(file, "size " + std::to_string(size) + " is no multiple of " + std::to_string(format.record()) +
                       ": truncated or not a " + format.name + " binary file");
  }
}

// Takes the records' labels one by one. Coarse and fine labels that are exchanged give themselves away: a
// class has one coarse label, but a coarse one has several classes.
class LabelReader {
 public:
  LabelReader(const CifarFormat& format, CoarseLabels& coarse) : format_(format), coarse_of_(coarse) {}

  // `bytes` begin with the label bytes.
  void add(const fs::path& file, std::size_t record, std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto last = static_cast<std::size_t>(format_.label_bytes) - 1;
    const Label label = byte(last);
    if (label >= format_.class_names.size()) refuse(file, record, "label", label, format_.class_names.size());
    if (last > 0) check_coarse(file, record, byte(0), label);
    labels_.push_back(label);
  }
  std::vector<Label> take() && { return std::move(labels_); }

 private:
  static constexpr std::size_t coarse_labels = 20;

  void check_coarse(const fs::path& file, std::size_t record, int coarse, Label label) {
    if (coarse >= static_cast<int>(coarse_labels))
      refuse(file, record, "coarse label", coarse, coarse_labels);
    const auto [known, is_new] = coarse_of_.emplace(label, coarse);
    if (is_new || known->second == coarse) return;
    bad_data(file, "label " + std::to_string(label) + " has the coarse label " + std::to_string(coarse) +
                       " in record " + std::to_string(record) + ", but " + std::to_string(known->second) +
                       " before; expected the coarse label, then the fine one: are they exchanged?");
  }
  [[noreturn]] void refuse(const fs::path& file, std::size_t record, const std::string& what, int label,
                           std::size_t count) const {
    bad_data(file, what + " " + std::to_string(label) + " in record " + std::to_string(record) +
                       "; expected 0 to " + std::to_string(count - 1) + ": not a " + format_.name +
                       " binary file" + (count == coarse_labels ? ", or its labels are exchanged" : ""));
  }

  const CifarFormat& format_;
  CoarseLabels& coarse_of_;
  std::vector<Label> labels_;
};

// `coarse` is compared with and added to: it is one and the same for training and test images.
std::vector<Label> read_labels(const CifarFormat& format, const std::vector<fs::path>& files,
                               CoarseLabels& coarse) {
  LabelReader labels(format, coarse);
  for (const fs::path& file : files) {
    const std::uint64_t size = checked_file_size(file);
    check_size(format, file, size);
    std::ifstream stream;
    stream.rdbuf()->pubsetbuf(nullptr, 0);  // of each record the label alone is wanted
    stream.open(file, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(format.label_bytes), '\0');
    for (std::size_t record = 0; record < size / format.record(); ++record) {
      stream.seekg(static_cast<std::streamoff>(record * format.record()));
      if (!stream.read(bytes.data(), format.label_bytes))
        throw Error(ExitCode::io, file.string() + ": cannot be read: " + std::strerror(errno));
      labels.add(file, record, bytes);
    }
  }
  return std::move(labels).take();
}

ImageSet read_images(const CifarFormat& format, const std::vector<fs::path>& files, int limit) {
  std::vector<std::string> contents;
  std::vector<const char*> images;
  CoarseLabels coarse;
  LabelReader reader(format, coarse);
  for (const fs::path& file : files) {
    check_size(format, file, checked_file_size(file));  // before anything large is read
    const std::string& bytes = contents.emplace_back(read_file(file));
    check_size(format, file, bytes.size());
    for (std::size_t record = 0; record < bytes.size() / format.record(); ++record) {
      reader.add(file, record, std::string_view(bytes).substr(record * format.record()));
      images.push_back(bytes.data() + (record + 1) * format.record() - image_bytes);
    }
  }
  const std::vector<Label> labels = std::move(reader).take();
  const auto selected = select_images(labels, limit, files.front().string());
  ImageSet set{.channels = 3, .side = image_side};
  set.pixels.resize(selected.size() * image_bytes);
  for (std::size_t i = 0; i < selected.size(); ++i) {
    set.labels.push_back(labels[selected[i]]);
    std::memcpy(&set.pixels[i * image_bytes], images[selected[i]], image_bytes);
  }
  return set;
}

class Cifar : public Source {
 public:
  Cifar(std::string_view name, CifarFormat format) : name_(name), format_(format) {}

  std::string_view name() const override { return name_; }
  std::string_view description() const override { return "CIFAR binary files"; }
  PathRule paths() const override {
    return {1, std::numeric_limits<std::size_t>::max(), "one binary file or more", "[\"FILE\", ...]",
            "the binary files"};
  }
  DataShape known_shape(const DataSource&) const override {
    return {3, image_side, classes(), 50'000, 10'000};
  }

  DataShape inspect(const DataSource& source) const override {
    CoarseLabels coarse;
    const auto count = [&](const std::vector<fs::path>& files, int limit) {
      return select_images(read_labels(format_, files, coarse), limit, files.front().string()).size();
    };
    const std::size_t train = count(source.train, source.train_images);  // first: its labels count
    return {3, image_side, classes(), train, count(source.test, source.test_images)};
  }

  Data load(const DataSource& source) const override {
    Data data;
    data.train = read_images(format_, source.train, source.train_images);
    data.test = read_images(format_, source.test, source.test_images);
    data.class_names.assign(format_.class_names.begin(), format_.class_names.end());
    return data;
  }

 private:
  int classes() const { return static_cast<int>(format_.class_names.size()); }

  std::string_view name_;
  CifarFormat format_;
};

}  // namespace

const Source& cifar10_source() {
  static const Cifar source("cifar10", {"CIFAR-10", 1, cifar10_names});
  return source;
}

const Source& cifar100_source() {
  static const Cifar source("cifar100", {"CIFAR-100", 2, cifar100_names});
  return source;
}

}  // namespace flash
