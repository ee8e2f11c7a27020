// The readers behind load_data and inspect_data, one a source. All throw Error as dataset.hpp says.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash::dataset {

namespace fs = std::filesystem;

// The most pixels that a set may hold; what claims more is damaged or a mistake.
inline constexpr std::uint64_t max_set_bytes = std::uint64_t{8} << 30;

[[noreturn]] void bad_data(const fs::path& path, const std::string& what);

// The size of a file. Throws missing_input where there is none, bad_data where it is a folder or the like.
std::uint64_t checked_file_size(const fs::path& path);

// Throws bad_job for sets that would not fit into memory.
void check_set_bytes(std::uint64_t images, int side, int channels);

// Positions of the `limit` images to use (0: all), ascending: one of each class in turn, in file order, until
// there are enough. Throws bad_job where the set has fewer, bad_data where all are of one class; `what` names
// the set.
std::vector<std::size_t> select_images(std::span<const Label> labels, int limit, const std::string& what);

// CIFAR binary files: records of label bytes, the last of which counts, and 3 x 32 x 32 pixels. A label byte
// before it, the coarse label, is 0 to 19 and one and the same for all images of a class.
struct CifarFormat {
  const char* name;
  int label_bytes;
  std::span<const std::string_view> class_names;
  std::size_t record() const { return static_cast<std::size_t>(label_bytes) + 3 * 32 * 32; }
};
const CifarFormat& cifar10_format();
const CifarFormat& cifar100_format();
using CoarseLabels = std::map<Label, int>;  // of each class that has been met
// `coarse` is compared with and added to: it is one and the same for training and test images.
std::vector<Label> read_cifar_labels(const CifarFormat& format, const std::vector<fs::path>& files,
                                     CoarseLabels& coarse);
ImageSet read_cifar(const CifarFormat& format, const std::vector<fs::path>& files, int limit);

// IDX files, plain or gzip: images (3 dimensions) and labels (1 dimension).
struct IdxHeader {
  std::size_t images = 0;
  int side = 0;
};
IdxHeader inspect_idx_images(const fs::path& images);
std::vector<Label> read_idx_labels(const fs::path& labels);
// Throws bad_data where there are not as many labels as images.
void check_label_count(const fs::path& images, const IdxHeader& header, const fs::path& labels,
                       std::size_t count);
ImageSet read_idx(const fs::path& images, const fs::path& labels, int limit);

// A folder with a sub-folder a class.
struct ImageFolder {
  std::vector<std::string> class_names;  // sorted
  std::vector<fs::path> files;           // class by class, sorted by name within
  std::vector<Label> labels;
  std::vector<fs::path> left_out;  // hidden, or what systems leave behind; sorted within each folder
  std::vector<fs::path> beside;    // what lies beside the class folders and is none
};
// Opens no file. Throws bad_data of class folders without images or with folders within.
ImageFolder list_image_folder(const fs::path& folder);
// Throws bad_data where the first bytes of a file are no picture's.
void check_pictures(const ImageFolder& folder);
void check_same_classes(const ImageFolder& train, const fs::path& train_path, const ImageFolder& test,
                        const fs::path& test_path);
ImageSet read_image_folder(const ImageFolder& folder, const fs::path& path, int side, int channels,
                           int limit);

}  // namespace flash::dataset
