// IDX files, plain or gzip: images (3 dimensions) and labels (1 dimension).
#include <algorithm>
#include <cstring>

#include "flash/dataset/reading.hpp"
#include "flash/dataset/source.hpp"
#include "gzip.hpp"

namespace flash {
namespace {

using namespace dataset;

// The IDX format (yann.lecun.com/exdb/mnist): two zero bytes, the type (8: unsigned byte), the number of
// dimensions, each dimension in 4 bytes, big-endian, then the values.
constexpr std::size_t labels_header = 8;
constexpr std::size_t images_header = 16;
constexpr std::uint32_t labels_magic = 0x00000801;
constexpr std::uint32_t images_magic = 0x00000803;
constexpr std::uint32_t max_side = 4096;

std::uint32_t big_endian(std::string_view bytes, std::size_t offset) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

std::string hex(std::uint32_t value) {
  std::string text = "0x00000000";
  for (std::size_t i = 0; i < 8; ++i) text[9 - i] = "0123456789abcdef"[(value >> (4 * i)) & 0xFu];
  return text;
}

void check_magic(const fs::path& path, std::string_view head, std::size_t bytes, std::uint32_t magic,
                 const std::string& kind) {
  if (head.size() < bytes) {
    bad_data(path, "only " + std::to_string(head.size()) + " bytes; expected an IDX header of " +
                       std::to_string(bytes) + " bytes (" + kind + ")");
  }
  const std::uint32_t found = big_endian(head, 0);
  if (found == magic) return;
  const bool swapped = found == labels_magic || found == images_magic;
  bad_data(path, "magic number " + hex(found) + "; expected " + hex(magic) + " (" + kind + ")" +
                     (swapped ? ": images and labels are given in the wrong order (images first)" : ""));
}

// Before anything is allocated: can the file hold what its header claims?
void check_claim(const fs::path& path, std::uint64_t claimed) {
  if (claimed > max_set_bytes || claimed > largest_contents(path)) {
    bad_data(path, "the header claims " + std::to_string(claimed) + " bytes, but a file of " +
                       std::to_string(checked_file_size(path)) +
                       " bytes cannot hold them: truncated or damaged");
  }
}

std::string read_exactly(const fs::path& path, std::uint64_t size) {
  std::string contents = read_maybe_gzip(path, size + 1);
  if (contents.size() != size) {
    const bool less = contents.size() < size;
    bad_data(
        path,
        (less ? std::to_string(contents.size()) + " bytes" : "more than " + std::to_string(size) + " bytes") +
            "; its header says " + std::to_string(size) + ": " + (less ? "truncated" : "trailing bytes"));
  }
  return contents;
}

struct IdxHeader {
  std::size_t images = 0;
  int side = 0;
};

IdxHeader read_header(const fs::path& images) {
  const std::string head = read_maybe_gzip(images, images_header);
  check_magic(images, head, images_header, images_magic, "unsigned bytes, 3 dimensions: images");
  const std::uint32_t count = big_endian(head, 4);
  const std::uint32_t rows = big_endian(head, 8);
  const std::uint32_t columns = big_endian(head, 12);
  if (count == 0) bad_data(images, "holds no image");
  if (rows != columns || rows == 0 || rows > max_side) {
    bad_data(images, "images of " + std::to_string(rows) + " x " + std::to_string(columns) +
                         " pixels; expected square ones of side 1 to " + std::to_string(max_side));
  }
  check_claim(images, images_header + std::uint64_t{count} * rows * columns);
  return {count, static_cast<int>(rows)};
}

std::vector<Label> read_labels(const fs::path& labels) {
  const std::string head = read_maybe_gzip(labels, labels_header);
  check_magic(labels, head, labels_header, labels_magic, "unsigned bytes, 1 dimension: labels");
  const std::uint64_t size = labels_header + std::uint64_t{big_endian(head, 4)};
  if (size == labels_header) bad_data(labels, "holds no label");
  check_claim(labels, size);
  const std::string contents = read_exactly(labels, size);
  std::vector<Label> values;
  values.reserve(contents.size() - labels_header);
  for (const char value : std::string_view(contents).substr(labels_header))
    values.push_back(static_cast<unsigned char>(value));
  return values;
}

void check_label_count(const fs::path& images, const IdxHeader& header, const fs::path& labels,
                       std::size_t count) {
  if (count != header.images) {
    bad_data(labels, std::to_string(count) + " labels; expected " + std::to_string(header.images) +
                         ", as many as there are images in " + images.string());
  }
}

ImageSet read_images(const fs::path& images, const fs::path& labels, int limit) {
  const IdxHeader header = read_header(images);
  const std::vector<Label> all_labels = read_labels(labels);
  check_label_count(images, header, labels, all_labels.size());
  const std::size_t image = static_cast<std::size_t>(header.side) * static_cast<std::size_t>(header.side);
  const std::string contents = read_exactly(images, images_header + header.images * image);
  const auto selected = select_images(all_labels, limit, labels.string());
  ImageSet set{.channels = 1, .side = header.side};
  set.pixels.resize(selected.size() * image);
  for (std::size_t i = 0; i < selected.size(); ++i) {
    set.labels.push_back(all_labels[selected[i]]);
    std::memcpy(&set.pixels[i * image], &contents[images_header + selected[i] * image], image);
  }
  return set;
}

// Reads the labels, which are small: they say how many classes there are.
std::vector<Label> checked_labels(const fs::path& images, const IdxHeader& header, const fs::path& labels) {
  std::vector<Label> all = read_labels(labels);
  check_label_count(images, header, labels, all.size());
  return all;
}

int class_count(const std::vector<Label>& labels) {
  return *std::max_element(labels.begin(), labels.end()) + 1;
}

class Idx : public Source {
 public:
  std::string_view name() const override { return "idx"; }
  std::string_view description() const override { return "IDX files as of MNIST (plain or gzip)"; }
  PathRule paths() const override {
    return {2, 2, "two files, images and labels", "[\"IMAGES\", \"LABELS\"]",
            "the images file, then the labels file"};
  }
  DataShape known_shape(const DataSource&) const override { return {0, 0, 0, 60'000, 10'000}; }

  DataShape inspect(const DataSource& source) const override {
    const IdxHeader train = read_header(source.train[0]);
    const IdxHeader test = read_header(source.test[0]);
    if (train.side != test.side) {
      bad_data(source.test[0], "images of side " + std::to_string(test.side) + "; expected " +
                                   std::to_string(train.side) + " as in " + source.train[0].string());
    }
    const std::vector<Label> train_labels = checked_labels(source.train[0], train, source.train[1]);
    const std::vector<Label> test_labels = checked_labels(source.test[0], test, source.test[1]);
    const DataShape shape{1, train.side, class_count(train_labels),
                          select_images(train_labels, source.train_images, source.train[1].string()).size(),
                          select_images(test_labels, source.test_images, source.test[1].string()).size()};
    if (class_count(test_labels) > shape.classes) {
      bad_data(source.test[1], "label " + std::to_string(class_count(test_labels) - 1) + "; expected 0 to " +
                                   std::to_string(shape.classes - 1) + " as in " + source.train[1].string());
    }
    return shape;
  }

  Data load(const DataSource& source) const override {
    const DataShape shape = inspect(source);  // the labels of both sets checked against each other
    Data data;
    data.train = read_images(source.train[0], source.train[1], source.train_images);
    data.test = read_images(source.test[0], source.test[1], source.test_images);
    for (int label = 0; label < shape.classes; ++label) data.class_names.push_back(std::to_string(label));
    return data;
  }
};

}  // namespace

const Source& idx_source() {
  static const Idx source;
  return source;
}

}  // namespace flash
