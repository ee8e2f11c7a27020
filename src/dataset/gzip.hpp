// Files that may be compressed by gzip.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace flash::dataset {

// At most `limit` bytes from the start of the file's contents; a file with gzip's magic number (RFC 1952) is
// decompressed, several members one after the other. Memory grows with what there is, never with what is
// claimed. Throws Error: missing_input, io, bad_data where the compressed data are damaged or end too early.
std::string read_maybe_gzip(const std::filesystem::path& path, std::uint64_t limit);

// The most bytes that the file can hold once decompressed: deflate reaches 1032:1 at best.
std::uint64_t largest_contents(const std::filesystem::path& path);

}  // namespace flash::dataset
