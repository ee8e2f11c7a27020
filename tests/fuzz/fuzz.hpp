// What the fuzz targets share. A target hands bytes to a public reader, which takes them or refuses them with
// an Error; anything else is a bug: another exception, a crash, a hang, an allocation out of proportion.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace flash::fuzz {

namespace fs = std::filesystem;

// Valid inputs, from which others are made. Every target has its own.
std::vector<std::string> seeds();

inline std::string text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// False where the reader refuses. An Error that owns to a bug in flash is one.
template <class Reader>
bool accepts(Reader reader) {
  try {
    reader();
    return true;
  } catch (const Error& error) {
    if (error.code() == ExitCode::internal) throw;
    return false;
  }
}

// For what must hold of everything that a reader takes.
inline void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

// A file that has no name on any disk, for readers that take a path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : fd_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    require(fd_ >= 0, "no file in memory");
    require(::write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "memory is full");
  }
  ~MemoryFile() { ::close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  fs::path path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

// A folder in memory, for readers that need one. It vanishes with the process.
class MemoryFolder {
 public:
  MemoryFolder() {
    std::string pattern = "/dev/shm/flash-fuzz-XXXXXX";
    require(::mkdtemp(pattern.data()) != nullptr, "no folder in memory");
    path_ = pattern;
  }
  ~MemoryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  MemoryFolder(const MemoryFolder&) = delete;
  MemoryFolder& operator=(const MemoryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

inline void write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

// The files of a folder of the source tree that end so.
inline std::vector<std::string> files_of(const std::string& folder, const std::string& ending) {
  std::vector<std::string> texts;
  for (const auto& entry : fs::directory_iterator(fs::path(FLASH_SOURCE_DIR) / folder)) {
    if (!entry.path().string().ends_with(ending)) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

}  // namespace flash::fuzz
