// Standard input, output and error of a program.
#pragma once

#include <cstddef>
#include <string_view>

namespace flash {

// To be called before anything is opened: a descriptor 0 to 2 that is closed would be given to the next file,
// and what is printed would be written into it. Such a one is opened so that reading from it or writing to it
// fails. A reader of the output that has gone is an error of write from then on, not the end of the process.
void open_standard_streams();

// Columns of a line of text for people: those of the terminal that standard output is, 40 to 100; of a file or a pipe
// 100.
std::size_t text_width();

// Writes to standard output and flushes it. Throws Error io where that fails.
void write_standard_output(std::string_view text);

}  // namespace flash
