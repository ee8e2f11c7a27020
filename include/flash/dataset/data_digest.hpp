// What tells one data set from another: whether results of training still belong to the images that are
// there.
#pragma once

#include <string>

#include "flash/dataset/dataset.hpp"

namespace flash {

// SHA-256 (64 hexadecimal digits) of what the images are: the kind of source, the class names and the
// contents of all files that load_data reads, in its order and with their roles. Where the set lies and when
// its files were written plays no part. Of generated images: what they are drawn from. Reads every byte.
// Throws Error as inspect_data does of files that are not there, and io.
std::string data_digest(const DataSource& source);

// SHA-256 of what the file system says of the same files, none of which is opened: names, sizes, inodes,
// times of change. As long as it stays the same, so does data_digest, except where a file was changed within
// the clock tick of its last change: `newest_change_s` receives the latest change of any of them in seconds
// since 1970 (0 where there are none), for callers that remember digests. Throws as data_digest.
std::string data_signature(const DataSource& source, double* newest_change_s);

}  // namespace flash
