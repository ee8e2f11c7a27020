#include "flash/core/file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what, const fs::path& path) {
  throw Error(ExitCode::io, "cannot " + what + " " + path.string() + ": " + std::strerror(errno));
}

class File {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }
  bool close() {
    const int fd = std::exchange(fd_, -1);
    return fd < 0 || ::close(fd) == 0;
  }

 private:
  int fd_;
};

void sync_folder(const fs::path& path) {
  const File file(path, O_RDONLY | O_DIRECTORY);
  if (file.fd() < 0) fail("open", path);
  if (::fsync(file.fd()) != 0) fail("sync", path);
}

void write_all(const File& file, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file.fd(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string read_file(const fs::path& path) {
  const File file(path, O_RDONLY);
  if (file.fd() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) {
      throw Error(ExitCode::missing_input, path.string() + ": no such file");
    }
    fail("open", path);
  }
  std::string contents;
  char buffer[1 << 16];
  for (;;) {
    const ssize_t count = ::read(file.fd(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("read", path);
    if (count == 0) return contents;
    contents.append(buffer, static_cast<std::size_t>(count));
  }
}

void write_file_atomically(const fs::path& path, std::string_view contents,
                           const std::function<void()>& before_rename, Durability durability) {
  fs::path temporary = path;
  temporary += ".tmp." + host_name() + "." + std::to_string(::getpid());
  try {
    File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.fd() < 0) fail("create", temporary);
    write_all(file, contents, temporary);
    if (durability == Durability::synced && ::fsync(file.fd()) != 0) fail("sync", temporary);
    if (!file.close()) fail("close", temporary);
    before_rename();
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail("rename to", path);
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
  if (durability == Durability::unsynced) return;
  const fs::path folder = path.parent_path();
  sync_folder(folder.empty() ? fs::path(".") : folder);
}

}  // namespace flash
