#include "flash/dataset/data_checks.hpp"

#include <algorithm>
#include <unordered_map>

#include "flash/dataset/source.hpp"

namespace flash {
namespace {

class Warnings {
 public:
  explicit Warnings(std::vector<std::string> notes) : lines_(std::move(notes)) {}

  void compare(const ImagePrints& train, const ImagePrints& test) {
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

  void repeated(const std::string& role, const ImagePrints& set) {
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
    add(std::to_string(repeats) + " of " + std::to_string(set.contents.size()) + " " + role +
        " images repeat earlier ones" +
        (relabelled > 0 ? ", " + std::to_string(relabelled) + " of them in another class" : "") +
        " (the first: " + example + ")");
  }

  void empty_classes(const std::string& role, const ImagePrints& set,
                     const std::vector<std::string>& class_names) {
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
    add("no " + role + " images of " + std::to_string(absent.size()) + " of " +
        std::to_string(class_names.size()) + " classes: " + list);
  }

  void look_at(const std::string& role, const ImagePrints& set, const std::vector<std::string>& class_names) {
    repeated(role, set);
    empty_classes(role, set, class_names);
  }

  std::vector<std::string> take() && { return std::move(lines_); }

 private:
  void add(std::string line) { lines_.push_back(std::move(line)); }

  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> data_warnings(const DataSource& source) {
  DataPrints prints = checked_source(source).prints(without_test_share(source));
  const bool shared = source.test_share > 0;  // then all files are training files, and their notes come twice
  if (shared) {
    std::vector<std::string>& notes = prints.notes;
    std::ranges::sort(notes);
    notes.erase(std::ranges::unique(notes).begin(), notes.end());
  }
  Warnings warnings(std::move(prints.notes));
  if (!shared) warnings.compare(prints.train, prints.test);
  warnings.look_at("training", prints.train, prints.class_names);
  if (!shared) warnings.look_at("test", prints.test, prints.class_names);
  return std::move(warnings).take();
}

void require_readable(const DataSource& source) {
  checked_source(source).require_readable(without_test_share(source));
}

}  // namespace flash
