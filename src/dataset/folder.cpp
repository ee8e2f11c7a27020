#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <system_error>

#include "flash/core/error.hpp"
#include "parallel.hpp"
#include "picture.hpp"
#include "readers.hpp"

namespace flash::dataset {
namespace {

// Hidden, or what file managers and archivers leave behind.
bool litter(const fs::path& path) {
  static const std::set<std::string> names{"thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir"};
  std::string name = path.filename().string();
  for (char& letter : name) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return name.starts_with('.') || names.contains(name);
}

// What a folder holds, sorted by name, without litter, which is listed in `left_out`.
std::vector<fs::path> entries(const fs::path& folder, std::vector<fs::path>& left_out) {
  std::error_code error;
  std::vector<fs::path> found;
  std::vector<fs::path> others;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    (litter(it->path()) ? others : found).push_back(it->path());
  }
  if (error) throw Error(ExitCode::io, folder.string() + ": cannot be listed: " + error.message());
  std::sort(found.begin(), found.end());
  std::sort(others.begin(), others.end());
  left_out.insert(left_out.end(), others.begin(), others.end());
  return found;
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none)
    throw Error(ExitCode::io, path.string() + ": cannot be looked at: " + error.message());
  return fs::is_directory(status);
}

void add_class(ImageFolder& result, const fs::path& folder) {
  const auto label = static_cast<Label>(result.class_names.size());
  result.class_names.push_back(folder.filename().string());
  const std::vector<fs::path> files = entries(folder, result.left_out);
  if (files.empty()) bad_data(folder, "a class folder without images");
  for (const fs::path& file : files) {
    if (is_folder(file))
      bad_data(file, "a folder within a class folder; expected pictures alone: move them up");
    checked_file_size(file);
    result.files.push_back(file);
    result.labels.push_back(label);
  }
}

}  // namespace

ImageFolder list_image_folder(const fs::path& folder) {
  std::error_code error;
  const bool exists = fs::exists(folder, error);
  if (error) throw Error(ExitCode::io, folder.string() + ": cannot be looked at: " + error.message());
  if (!exists) throw Error(ExitCode::missing_input, folder.string() + ": no such folder");
  if (!fs::is_directory(folder, error))
    bad_data(folder, "not a folder; expected one with a sub-folder a class");
  ImageFolder result;
  for (const fs::path& entry : entries(folder, result.left_out)) {
    if (!is_folder(entry)) {
      result.beside.push_back(entry);
      continue;
    }
    if (result.class_names.size() == max_classes)
      bad_data(folder, "more than " + std::to_string(max_classes) + " classes");
    add_class(result, entry);
  }
  if (result.class_names.size() < 2) {
    bad_data(folder, "holds " + std::to_string(result.class_names.size()) + " class folders and " +
                         std::to_string(result.beside.size()) +
                         " files; expected at least 2 folders, one a class, with the pictures in them");
  }
  return result;
}

void check_pictures(const ImageFolder& folder) {
  in_parallel(folder.files.size(), [&](std::size_t i) { check_first_bytes(folder.files[i]); });
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

namespace flash {

int count_class_folders(const DataSource& source) {
  std::error_code ignored;
  if (source.source != "folder" || source.train.empty() ||
      !std::filesystem::is_directory(source.train.front(), ignored))
    return 0;
  std::vector<std::filesystem::path> left_out;
  return static_cast<int>(
      std::ranges::count_if(dataset::entries(source.train.front(), left_out), dataset::is_folder));
}

}  // namespace flash
