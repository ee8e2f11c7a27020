// A folder with a sub-folder of pictures a class.
#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <system_error>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/dataset/reading.hpp"
#include "flash/dataset/source.hpp"
#include "parallel.hpp"
#include "picture.hpp"

namespace flash {
namespace {

using namespace dataset;

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

struct ImageFolder {
  std::vector<std::string> class_names;  // sorted
  std::vector<fs::path> files;           // class by class, sorted by name within
  std::vector<Label> labels;
  std::vector<fs::path> left_out;  // hidden, or what systems leave behind; sorted within each folder
  std::vector<fs::path> beside;    // what lies beside the class folders and is none
};

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

// Opens no file. Throws bad_data of class folders without images or with folders within.
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

// Throws bad_data where the first bytes of a file are no picture's.
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

struct Folders {
  ImageFolder train, test;
};

Folders list_folders(const DataSource& source) {
  Folders folders{list_image_folder(source.train[0]), list_image_folder(source.test[0])};
  check_same_classes(folders.train, source.train[0], folders.test, source.test[0]);
  return folders;
}

void add_files(SourceFiles& result, const std::string& role, const fs::path& path, int limit) {
  const ImageFolder folder = list_image_folder(path);
  for (const std::size_t i : select_images(folder.labels, limit, path.string())) {
    const std::string name = folder.files[i].filename().string();
    result.files.push_back({role + "/" + folder.class_names[folder.labels[i]] + "/" + name, folder.files[i]});
  }
  result.class_names = folder.class_names;
}

// Of whole files: no picture is decoded.
ImagePrints prints_of(const ImageFolder& folder, const fs::path& path, int limit) {
  ImagePrints prints;
  const std::vector<std::size_t> selected = select_images(folder.labels, limit, path.string());
  for (const std::size_t i : selected) {
    prints.labels.push_back(folder.labels[i]);
    prints.names.push_back(folder.files[i].string());
  }
  prints.contents.resize(selected.size());
  in_parallel(selected.size(),
              [&](std::size_t i) { prints.contents[i] = fnv1a64(read_file(folder.files[selected[i]])); });
  return prints;
}

void note_unread(std::vector<std::string>& notes, const std::vector<fs::path>& files,
                 const std::string& what) {
  if (files.empty()) return;
  notes.push_back(std::to_string(files.size()) + " " + what +
                  " not read (the first: " + files.front().string() + ")");
}

class Folder : public Source {
 public:
  std::string_view name() const override { return "folder"; }
  std::string_view description() const override {
    return "a folder with a sub-folder of PNG or JPEG images a class";
  }
  PathRule paths() const override {
    return {1, 1, "one folder with a sub-folder of pictures for each class", "\"FOLDER\"", "the folder"};
  }
  SideRange sides() const override { return {8, 512}; }
  DataShape known_shape(const DataSource& source) const override {
    return {source.channels, source.side, 0, 0, 0};
  }

  DataShape inspect(const DataSource& source) const override {
    const auto [train, test] = list_folders(source);
    check_pictures(train);
    check_pictures(test);
    return {source.channels, source.side, static_cast<int>(train.class_names.size()),
            select_images(train.labels, source.train_images, source.train[0].string()).size(),
            select_images(test.labels, source.test_images, source.test[0].string()).size()};
  }

  Data load(const DataSource& source) const override {
    const auto [train, test] = list_folders(source);
    Data data;
    data.train = read_image_folder(train, source.train[0], source.side, source.channels, source.train_images);
    data.test = read_image_folder(test, source.test[0], source.side, source.channels, source.test_images);
    data.class_names = train.class_names;
    return data;
  }

  int count_class_folders(const DataSource& source) const override {
    std::error_code ignored;
    if (source.train.empty() || !fs::is_directory(source.train.front(), ignored)) return 0;
    std::vector<fs::path> left_out;
    return static_cast<int>(std::ranges::count_if(entries(source.train.front(), left_out), is_folder));
  }

  SourceFiles files(const DataSource& source) const override {
    SourceFiles result;
    add_files(result, "train", source.train[0], source.train_images);
    add_files(result, "test", source.test[0], source.test_images);
    return result;
  }

  DataPrints prints(const DataSource& source) const override {
    const Folders folders = list_folders(source);
    DataPrints result;
    result.train = prints_of(folders.train, source.train[0], source.train_images);
    result.test = prints_of(folders.test, source.test[0], source.test_images);
    result.class_names = folders.train.class_names;
    for (const ImageFolder* folder : {&folders.train, &folders.test}) {
      note_unread(result.notes, folder->left_out, "hidden files, or files that systems leave behind, are");
      note_unread(result.notes, folder->beside, "files beside the class folders are");
    }
    return result;
  }

  void require_readable(const DataSource& source) const override {
    const SourceFiles set = files(source);
    in_parallel(set.files.size(), [&](std::size_t i) { read_picture(set.files[i].path); });
  }
};

}  // namespace

const Source& folder_source() {
  static const Folder source;
  return source;
}

}  // namespace flash
