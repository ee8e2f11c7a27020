#include "source_files.hpp"

#include "source.hpp"

namespace flash::dataset {
namespace {

void add_paths(SourceFiles& result, const std::string& role, const std::vector<fs::path>& paths) {
  for (const fs::path& path : paths) {
    checked_file_size(path);
    result.files.push_back({role + "/" + std::to_string(result.files.size()), path});
  }
}

void add_folder(SourceFiles& result, const std::string& role, const fs::path& path, int limit) {
  const ImageFolder folder = list_image_folder(path);
  for (const std::size_t i : select_images(folder.labels, limit, path.string())) {
    const std::string name = folder.files[i].filename().string();
    result.files.push_back({role + "/" + folder.class_names[folder.labels[i]] + "/" + name, folder.files[i]});
  }
  result.class_names = folder.class_names;
}

}  // namespace

SourceFiles source_files(const DataSource& source) {
  SourceFiles result;
  if (checked_kind(source) == Kind::folder) {
    add_folder(result, "train", source.train[0], source.train_images);
    add_folder(result, "test", source.test[0], source.test_images);
  } else {
    add_paths(result, "train", source.train);
    add_paths(result, "test", source.test);
  }
  return result;
}

}  // namespace flash::dataset
