// The files behind a data source.
#pragma once

#include <string>
#include <vector>

#include "readers.hpp"

namespace flash::dataset {

struct SourceFile {
  std::string role;  // "train" or "test", then the place in the list of paths or "CLASS/NAME"
  fs::path path;
};

struct SourceFiles {
  std::vector<std::string> class_names;  // of folders; other sources have theirs in the files
  std::vector<SourceFile> files;         // that load_data reads, in its order; none of generated images
};

// Throws as inspect_data of files that are not there; opens none.
SourceFiles source_files(const DataSource& source);

}  // namespace flash::dataset
