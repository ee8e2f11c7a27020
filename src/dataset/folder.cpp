#include <algorithm>
#include <system_error>

#include "flash/core/error.hpp"
#include "picture.hpp"
#include "readers.hpp"

namespace flash::dataset {
namespace {

bool hidden(const fs::path& path) { return path.filename().string().starts_with('.'); }

// What a folder holds, sorted by name, without hidden entries.
std::vector<fs::path> entries(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (!hidden(it->path())) found.push_back(it->path());
  }
  if (error) throw Error(ExitCode::io, folder.string() + ": cannot be listed: " + error.message());
  std::sort(found.begin(), found.end());
  return found;
}

void add_class(ImageFolder& result, const fs::path& folder) {
  const auto label = static_cast<Label>(result.class_names.size());
  result.class_names.push_back(folder.filename().string());
  const std::vector<fs::path> files = entries(folder);
  if (files.empty()) bad_data(folder, "a class folder without images");
  for (const fs::path& file : files) {
    checked_file_size(file);
    result.files.push_back(file);
    result.labels.push_back(label);
  }
}

}  // namespace

ImageFolder list_image_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) throw Error(ExitCode::missing_input, folder.string() + ": no such folder");
  if (!fs::is_directory(folder, error))
    bad_data(folder, "not a folder; expected one with a sub-folder a class");
  ImageFolder result;
  for (const fs::path& entry : entries(folder)) {
    if (!fs::is_directory(entry, error)) continue;  // a README and the like
    if (result.class_names.size() == max_classes)
      bad_data(folder, "more than " + std::to_string(max_classes) + " classes");
    add_class(result, entry);
  }
  if (result.class_names.size() < 2) {
    bad_data(folder, std::to_string(result.class_names.size()) + " class folders; expected at least 2");
  }
  return result;
}

void check_same_classes(const ImageFolder& train, const fs::path& train_path, const ImageFolder& test,
                        const fs::path& test_path) {
  const auto missing = [](const ImageFolder& from, const ImageFolder& in, const fs::path& path) {
    for (const std::string& name : from.class_names) {
      if (!std::binary_search(in.class_names.begin(), in.class_names.end(), name)) {
        bad_data(path, "no class folder \"" + name + "\"; training and test set must have the same classes");
      }
    }
  };
  missing(train, test, test_path);
  missing(test, train, train_path);
}

ImageSet read_image_folder(const ImageFolder& folder, const fs::path& path, int side, int channels,
                           int limit) {
  const auto selected = select_images(folder.labels, limit, path.string());
  check_set_bytes(selected.size(), side, channels);
  const auto image = static_cast<std::size_t>(side) * static_cast<std::size_t>(side * channels);
  ImageSet set{.channels = channels, .side = side};
  set.pixels.resize(selected.size() * image);
  for (std::size_t i = 0; i < selected.size(); ++i) {
    set.labels.push_back(folder.labels[selected[i]]);
    resize(read_picture(folder.files[selected[i]]), side, channels, &set.pixels[i * image]);
  }
  return set;
}

}  // namespace flash::dataset
