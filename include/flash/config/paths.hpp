// Paths as they stand in a file that a user writes.
#pragma once

#include <filesystem>
#include <string>

namespace flash {

inline constexpr const char* path_rules =
    "paths relative to the job file's folder; ${NAME} is the environment's";

// ${NAME} replaced by the environment's value, then relative to the folder of the file that it stands in;
// absolute and without "..". Touches no file. Where a variable is not set, the path keeps its ${NAME}: not
// every command needs every file. Throws std::invalid_argument: a brace left open, an empty path.
std::filesystem::path config_path(const std::filesystem::path& file, const std::string& text);

// Whether a path of config_path lacks a variable, and which is the first.
bool is_unset(const std::filesystem::path& path);
std::string unset_variable(const std::filesystem::path& path);

}  // namespace flash
