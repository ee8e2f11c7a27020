// Files read and written whole.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace flash {

// The whole file. Throws Error: missing_input where it is not there, io where it cannot be read.
std::string read_file(const std::filesystem::path& path);

// Whether a file that is written has to survive a crash of the machine. A sync waits for the disk, and for
// whatever others are writing to it: seconds, at times.
enum class Durability { synced, unsynced };

// Replaces `path` so that a reader, or a crash of this process at any moment, sees the old or the new file
// and nothing between; synced, a crash of the machine as well. Writes a temporary file `path`.tmp.HOST.PID
// beside it, syncs it, renames it, syncs the folder. `before_rename` may throw to have nothing changed.
// Throws Error io, and what it throws; the old file is then untouched and the temporary one removed.
void write_file_atomically(
    const std::filesystem::path& path, std::string_view contents,
    const std::function<void()>& before_rename = [] {}, Durability durability = Durability::synced);

}  // namespace flash
