#include <algorithm>
#include <cstring>

#include "gzip.hpp"
#include "readers.hpp"

namespace flash::dataset {
namespace {

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

}  // namespace

IdxHeader inspect_idx_images(const fs::path& images) {
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

std::vector<Label> read_idx_labels(const fs::path& labels) {
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

ImageSet read_idx(const fs::path& images, const fs::path& labels, int limit) {
  const IdxHeader header = inspect_idx_images(images);
  const std::vector<Label> all_labels = read_idx_labels(labels);
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

}  // namespace flash::dataset
