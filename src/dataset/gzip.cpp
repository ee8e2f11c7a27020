#include "gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include "flash/core/error.hpp"
#include "flash/dataset/reading.hpp"

namespace flash::dataset {
namespace {

bool is_gzip(const fs::path& path) {
  std::array<char, 2> magic{};
  std::ifstream file(path, std::ios::binary);
  file.read(magic.data(), magic.size());
  return file && magic[0] == '\x1f' && magic[1] == '\x8b';
}

[[noreturn]] void fail(const fs::path& path, gzFile file) {
  int code = Z_OK;
  const std::string text = gzerror(file, &code);
  if (code == Z_ERRNO) throw Error(ExitCode::io, path.string() + ": cannot be read: " + std::strerror(errno));
  bad_data(path, "damaged or truncated gzip data (" + text + "); fetch the file again");
}

}  // namespace

std::string read_maybe_gzip(const fs::path& path, std::uint64_t limit) {
  checked_file_size(path);
  // zlib's gz functions hand plain files through as they are.
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw Error(ExitCode::io, path.string() + ": cannot be opened: " + std::strerror(errno));
  std::string contents;
  std::array<char, 1 << 16> buffer;
  while (contents.size() < limit) {
    const auto wanted = std::min<std::uint64_t>(buffer.size(), limit - contents.size());
    const int count = gzread(file.get(), buffer.data(), static_cast<unsigned>(wanted));
    if (count < 0) fail(path, file.get());
    contents.append(buffer.data(), static_cast<std::size_t>(count));
    if (static_cast<std::uint64_t>(count) < wanted) {  // the end; Z_BUF_ERROR where it came too early
      int code = Z_OK;
      gzerror(file.get(), &code);
      if (code != Z_OK) fail(path, file.get());
      break;
    }
  }
  return contents;
}

std::uint64_t largest_contents(const fs::path& path) {
  const std::uint64_t size = checked_file_size(path);
  return is_gzip(path) ? size * 1032 : size;
}

}  // namespace flash::dataset
