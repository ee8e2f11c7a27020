// What a source of files has by default: its files, and what tells its images apart.
#include "flash/core/hash.hpp"
#include "flash/dataset/reading.hpp"
#include "flash/dataset/source.hpp"

namespace flash {
namespace {

void add_paths(SourceFiles& result, const std::string& role,
               const std::vector<std::filesystem::path>& paths) {
  for (const std::filesystem::path& path : paths) {
    dataset::checked_file_size(path);
    result.files.push_back({role + "/" + std::to_string(result.files.size()), path});
  }
}

ImagePrints prints_of(const std::string& role, const ImageSet& set) {
  ImagePrints prints{set.labels, {}, {}};
  const std::size_t bytes = set.pixels.size() / set.size();
  for (std::size_t i = 0; i < set.size(); ++i) {
    prints.contents.push_back(fnv1a64({reinterpret_cast<const char*>(&set.pixels[i * bytes]), bytes}));
    prints.names.push_back(role + " image " + std::to_string(i));
  }
  return prints;
}

}  // namespace

SourceFiles Source::files(const DataSource& source) const {
  SourceFiles result;
  add_paths(result, "train", source.train);
  add_paths(result, "test", source.test);
  return result;
}

DataPrints Source::prints(const DataSource& source) const {
  const Data data = load(source);
  return {prints_of("training", data.train), prints_of("test", data.test), data.class_names, {}};
}

}  // namespace flash
