// The text of a table, whatever program has saved it; internal to the room.
#pragma once

#include <filesystem>
#include <string>

namespace flash {

// UTF-8 without a byte order mark, lines that end with a line feed alone, no NUL. Reads UTF-8, UTF-16 with
// its byte order mark and, where bytes are neither, Latin-1 (on Windows "ANSI", as far as letters and signs
// go). Throws Error missing_input, io; bad_data for a larger file than 64 MiB, a NUL, a spreadsheet's own
// format and text that ends within a character.
std::string read_plain_text(const std::filesystem::path& path);

}  // namespace flash
