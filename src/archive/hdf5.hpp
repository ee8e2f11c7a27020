// The little of HDF5's C interface that the archive needs, with owners for its handles and its errors as
// ours.
#pragma once

#include <hdf5.h>

#include <string>
#include <string_view>
#include <utility>

#include "flash/core/error.hpp"

namespace flash::hdf5 {

// Keeps the library from printing its error stack; once per thread that calls it.
void silence();

// The library's reason for the last failure, one line; "unknown reason" where it gives none.
std::string last_reason();

// What a file holds is not what the format allows: throws Error bad_data.
[[noreturn]] inline void refuse(const std::string& reason) { throw Error(ExitCode::bad_data, reason); }

// Owns an identifier. Throws Error(code, "what: reason") where the library returned a failure in its place.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t), ExitCode code, std::string_view what);
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// Passes a result through; throws as above where it is negative.
template <typename Result>
Result check(Result result, ExitCode code, std::string_view what) {
  if (result < 0) throw Error(code, std::string(what) + ": " + last_reason());
  return result;
}

// UTF-8 of so many bytes, at least 1, padded with nulls.
Handle text_type(std::size_t size);

// Access properties of a file that lives in memory alone. HDF5 copes badly with a disk that fills up (a file
// may be impossible to close), so it never touches ours.
Handle in_memory_access();

// A file image ends with "\nflash-archive sha256 ", 64 hexadecimal digits of the SHA-256 of all bytes before,
// "\n". HDF5 ignores bytes behind its own, and checksums neither strings nor all of its metadata.
inline constexpr std::string_view seal_mark = "\nflash-archive sha256 ";
inline constexpr std::size_t seal_size = seal_mark.size() + 64 + 1;

// Names of the attributes by which tables and columns keep their order.
inline constexpr const char* tables_attribute = "tables";
inline constexpr const char* columns_attribute = "columns";

}  // namespace flash::hdf5
