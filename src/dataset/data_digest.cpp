#include "flash/dataset/data_digest.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/dataset/source.hpp"
#include "parallel.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;
using dataset::in_parallel;

// With its length in front, so that no two lists of texts look alike.
void add_text(Sha256& digest, const std::string& text) {
  digest.add(std::to_string(text.size()) + ":");
  digest.add(text);
}

void add_number(Sha256& digest, std::uint64_t number) { add_text(digest, std::to_string(number)); }

std::string file_digest(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Sha256 digest;
  std::string part(std::size_t{1} << 20, '\0');
  while (file) {
    file.read(part.data(), static_cast<std::streamsize>(part.size()));
    digest.add(std::string_view(part).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (!file.eof()) throw Error(ExitCode::io, "cannot read " + path.string() + ": " + std::strerror(errno));
  return digest.hex();
}

struct stat file_status(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    throw Error(ExitCode::io, path.string() + ": cannot be looked at: " + std::strerror(errno));
  return status;
}

// What comes first in both digests: of files their names and contents follow.
void add_source(Sha256& digest, const Source& format, const DataSource& source, const SourceFiles& set) {
  add_text(digest, source.source);
  for (const std::uint64_t number : format.drawn_from(source)) add_number(digest, number);
  for (const std::string& name : set.class_names) add_text(digest, name);
}

// Of files that are training and test images alike, each once.
SourceFiles files_of(const Source& format, const DataSource& source) {
  SourceFiles set = format.files(without_test_share(source));
  if (source.test_share > 0)
    std::erase_if(set.files, [](const SourceFile& file) { return file.role.starts_with("test"); });
  return set;
}

void add_time(Sha256& digest, const timespec& time) {
  add_number(digest, static_cast<std::uint64_t>(time.tv_sec));
  add_number(digest, static_cast<std::uint64_t>(time.tv_nsec));
}

}  // namespace

std::string data_digest(const DataSource& source) {
  const Source& format = checked_source(source);
  const SourceFiles set = files_of(format, source);
  Sha256 digest;
  add_source(digest, format, source, set);
  std::vector<std::string> contents(set.files.size());
  in_parallel(set.files.size(), [&](std::size_t i) { contents[i] = file_digest(set.files[i].path); });
  for (std::size_t i = 0; i < set.files.size(); ++i) {
    add_text(digest, set.files[i].role);
    add_text(digest, contents[i]);
  }
  return digest.hex();
}

std::string data_signature(const DataSource& source, double* newest_change_s) {
  *newest_change_s = 0;
  const Source& format = checked_source(source);
  const SourceFiles set = files_of(format, source);
  Sha256 digest;
  add_source(digest, format, source, set);
  for (const auto& [role, path] : set.files) {
    const struct stat status = file_status(path);
    add_text(digest, role);
    add_number(digest, static_cast<std::uint64_t>(status.st_size));
    add_number(digest, status.st_ino);
    add_time(digest, status.st_mtim);
    add_time(digest, status.st_ctim);
    const double change_s =
        static_cast<double>(status.st_ctim.tv_sec) + 1e-9 * static_cast<double>(status.st_ctim.tv_nsec);
    *newest_change_s = std::max(*newest_change_s, change_s);
  }
  return digest.hex();
}

}  // namespace flash
