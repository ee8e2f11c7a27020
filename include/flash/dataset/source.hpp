// Where a job's images come from: a format of files, or a generator. A source is one file in src/dataset, and
// one line in its sources.inc. What a job says of its images is a DataSource, which names its Source.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash {

// What data.train and data.test each name, in words that errors and the list of keys are made from.
struct PathRule {
  std::size_t least = 0;
  std::size_t most = 0;  // 0: it draws its images, and reads no file
  std::string needs;     // "two files, images and labels"
  std::string example;   // in a job file: ["IMAGES", "LABELS"]
  std::string meaning;   // of the paths in order: "the images file, then the labels file"
};

// Of data.side. {0, 0}: the images have a side and channels of their own.
struct SideRange {
  int least = 0;
  int most = 0;
};

struct SourceFile {
  std::string role;  // "train" or "test", then the place in the list of paths or "CLASS/NAME"
  std::filesystem::path path;
};

struct SourceFiles {
  std::vector<std::string> class_names;  // where the files' names tell them, and not what is in the files
  std::vector<SourceFile> files;         // that load reads, in its order
};

// Images told apart by their contents.
struct ImagePrints {
  std::vector<Label> labels;
  std::vector<std::uint64_t> contents;  // a hash of each
  std::vector<std::string> names;       // of each, for people: a file, or "training image 7"
};

struct DataPrints {
  ImagePrints train, test;
  std::vector<std::string> class_names;
  std::vector<std::string> notes;  // a sentence each on what lies beside the images and is not read
};

// Of the members that take a DataSource, those below "Reading" get one that checked_source has been through.
class Source {
 public:
  virtual ~Source() = default;

  virtual std::string_view name() const = 0;         // "idx": data.source of a job file
  virtual std::string_view description() const = 0;  // within a sentence: "IDX files as of MNIST"

  // --- Its keys of section [data]

  virtual PathRule paths() const = 0;
  virtual SideRange sides() const { return {}; }
  // What is known before anything is read, 0 where the files alone tell it. The numbers of images are those
  // of the published set in this format, of a generator those of a job that asks for none.
  virtual DataShape known_shape(const DataSource&) const = 0;

  // --- Reading. Errors are those of load_data and inspect_data.

  virtual DataShape inspect(const DataSource&) const = 0;
  virtual Data load(const DataSource&) const = 0;  // without classes, mean and std_dev, which follow
  // See count_class_folders.
  virtual int count_class_folders(const DataSource&) const { return 0; }

  // --- Digests and checks

  // By default the paths of `train`, then those of `test`, which must be files.
  virtual SourceFiles files(const DataSource&) const;
  // Numbers beside the files that tell one set from another: what images are drawn from.
  virtual std::vector<std::uint64_t> drawn_from(const DataSource&) const { return {}; }
  // By default of the pixels that load gives.
  virtual DataPrints prints(const DataSource&) const;
  // Reads every image and keeps none; by default by load.
  virtual void require_readable(const DataSource& source) const { load(source); }
};

// The one list, in the order in which they are documented.
std::span<const Source* const> sources();

// nullptr where there is none of this name.
const Source* find_source(std::string_view name);
// That which a job names. Throws Error bad_job where there is none of this name.
const Source& source_of(const DataSource& source);
// The same, after checking all that can be checked without looking at a file. Throws Error bad_job.
const Source& checked_source(const DataSource& source);
// What a Source reads where the test images are a share of the training images: a set of its own has to be
// there, so that it is given the training files again, of which the least is read that it takes.
DataSource without_test_share(const DataSource& source);

bool draws_images(const Source& source);  // and reads no file
bool takes_side(const Source& source);    // and channels
// "shapes, idx and folder" with "and" as `last`: those that `which` holds for, or all.
std::string source_names(const std::string& last, bool (*which)(const Source&) = nullptr);

}  // namespace flash
