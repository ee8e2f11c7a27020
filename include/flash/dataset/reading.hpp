// What the readers of all formats share. All throw Error as dataset.hpp says.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash::dataset {

namespace fs = std::filesystem;

// The most pixels that a set may hold; what claims more is damaged or a mistake.
inline constexpr std::uint64_t max_set_bytes = std::uint64_t{8} << 30;

[[noreturn]] void bad_data(const fs::path& path, const std::string& what);

// The size of a file. Throws missing_input where there is none, bad_data where it is a folder or the like.
std::uint64_t checked_file_size(const fs::path& path);

// Throws bad_job for sets that would not fit into memory.
void check_set_bytes(std::uint64_t images, int side, int channels);

// Positions of the `limit` images to use (0: all), ascending: one of each class in turn, in file order, until
// there are enough. Throws bad_job where the set has fewer, bad_data where all are of one class; `what` names
// the set.
std::vector<std::size_t> select_images(std::span<const Label> labels, int limit, const std::string& what);

}  // namespace flash::dataset
