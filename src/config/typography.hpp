// Characters that word processors, web pages and input methods write where a plain one is meant.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flash {

// What is wrong with the line of a file (UTF-8) that cannot be read from `column` on (in characters, from 1):
// such a character there or, where the line ends there, before. "holds “ (U+201C), a typographic quotation
// mark: write \"";
// "" where there is none.
std::string typographic_complaint(std::string_view line, std::size_t column);

}  // namespace flash
