#include "flash/dataset/data_checks.hpp"

#include <algorithm>
#include <unordered_map>

#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "parallel.hpp"
#include "picture.hpp"
#include "source.hpp"
#include "source_files.hpp"

namespace flash {
namespace {

using namespace dataset;

// The images of one set, known by their contents.
struct KnownImages {
  std::string role;  // training or test
  std::vector<Label> labels;
  std::vector<std::uint64_t> contents;
  std::vector<std::string> names;
};

KnownImages known_images(const std::string& role, const ImageSet& set) {
  KnownImages known{role, set.labels, {}, {}};
  const std::size_t bytes = set.pixels.size() / set.size();
  for (std::size_t i = 0; i < set.size(); ++i) {
    known.contents.push_back(fnv1a64({reinterpret_cast<const char*>(&set.pixels[i * bytes]), bytes}));
    known.names.push_back(role + " image " + std::to_string(i));
  }
  return known;
}

KnownImages known_images(const std::string& role, const ImageFolder& folder, const fs::path& path,
                         int limit) {
  KnownImages known{role, {}, {}, {}};
  const std::vector<std::size_t> selected = select_images(folder.labels, limit, path.string());
  for (const std::size_t i : selected) {
    known.labels.push_back(folder.labels[i]);
    known.names.push_back(folder.files[i].string());
  }
  known.contents.resize(selected.size());
  in_parallel(selected.size(),
              [&](std::size_t i) { known.contents[i] = fnv1a64(read_file(folder.files[selected[i]])); });
  return known;
}

class Warnings {
 public:
  void compare(const KnownImages& train, const KnownImages& test) {
    std::unordered_map<std::uint64_t, std::size_t> trained;
    for (std::size_t i = 0; i < train.contents.size(); ++i) trained.emplace(train.contents[i], i);
    std::vector<std::size_t> shared;
    for (std::size_t i = 0; i < test.contents.size(); ++i) {
      if (trained.contains(test.contents[i])) shared.push_back(i);
    }
    if (shared.empty()) return;
    if (shared.size() == test.contents.size()) {
      add("all " + std::to_string(shared.size()) +
          " test images are training images too: accuracies will say nothing about new images");
      return;
    }
    add(std::to_string(shared.size()) + " of " + std::to_string(test.contents.size()) +
        " test images are training images too (the first: " + test.names[shared.front()] + ", the same as " +
        train.names[trained.at(test.contents[shared.front()])] +
        "): accuracies will be better than on new images");
  }

  void repeated(const KnownImages& set) {
    std::unordered_map<std::uint64_t, std::size_t> first;
    std::size_t repeats = 0, relabelled = 0;
    std::string example;
    for (std::size_t i = 0; i < set.contents.size(); ++i) {
      const auto [found, is_new] = first.emplace(set.contents[i], i);
      if (is_new) continue;
      if (repeats++ == 0) example = set.names[i] + ", the same as " + set.names[found->second];
      if (set.labels[i] != set.labels[found->second]) ++relabelled;
    }
    if (repeats == 0) return;
    add(std::to_string(repeats) + " of " + std::to_string(set.contents.size()) + " " + set.role +
        " images repeat earlier ones" +
        (relabelled > 0 ? ", " + std::to_string(relabelled) + " of them in another class" : "") +
        " (the first: " + example + ")");
  }

  void empty_classes(const KnownImages& set, const std::vector<std::string>& class_names) {
    std::vector<bool> present(class_names.size(), false);
    for (const Label label : set.labels) present[label] = true;
    std::vector<std::string> absent;
    for (std::size_t i = 0; i < present.size(); ++i) {
      if (!present[i]) absent.push_back(class_names[i]);
    }
    if (absent.empty()) return;
    constexpr std::size_t shown = 5;
    std::string list = absent[0];
    for (std::size_t i = 1; i < std::min(shown, absent.size()); ++i) list += ", " + absent[i];
    if (absent.size() > shown) list += " and " + std::to_string(absent.size() - shown) + " more";
    add("no " + set.role + " images of " + std::to_string(absent.size()) + " of " +
        std::to_string(class_names.size()) + " classes: " + list);
  }

  void unread(const std::vector<fs::path>& files, const std::string& what) {
    if (files.empty()) return;
    add(std::to_string(files.size()) + " " + what + " not read (the first: " + files.front().string() + ")");
  }

  std::vector<std::string> take() && { return std::move(lines_); }

 private:
  void add(std::string line) { lines_.push_back(std::move(line)); }

  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> data_warnings(const DataSource& source) {
  const Kind kind = checked_kind(source);
  if (kind == Kind::shapes) return {};
  Warnings warnings;
  KnownImages train, test;
  std::vector<std::string> class_names;
  if (kind == Kind::folder) {
    const ImageFolder train_folder = list_image_folder(source.train[0]);
    const ImageFolder test_folder = list_image_folder(source.test[0]);
    check_same_classes(train_folder, source.train[0], test_folder, source.test[0]);
    train = known_images("training", train_folder, source.train[0], source.train_images);
    test = known_images("test", test_folder, source.test[0], source.test_images);
    class_names = train_folder.class_names;
    for (const ImageFolder& folder : {train_folder, test_folder}) {
      warnings.unread(folder.left_out, "hidden files, or files that systems leave behind, are");
      warnings.unread(folder.beside, "files beside the class folders are");
    }
  } else {
    const Data data = load_data(source);
    train = known_images("training", data.train);
    test = known_images("test", data.test);
    class_names = data.class_names;
  }
  warnings.compare(train, test);
  for (const KnownImages* set : {&train, &test}) {
    warnings.repeated(*set);
    warnings.empty_classes(*set, class_names);
  }
  return std::move(warnings).take();
}

void require_readable(const DataSource& source) {
  const Kind kind = checked_kind(source);
  if (kind == Kind::shapes) return;
  if (kind != Kind::folder) {
    load_data(source);
    return;
  }
  const SourceFiles set = source_files(source);
  in_parallel(set.files.size(), [&](std::size_t i) { read_picture(set.files[i].path); });
}

}  // namespace flash
