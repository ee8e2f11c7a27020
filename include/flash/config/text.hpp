// Texts for people: what a user wrote, fit for a message (one line, without control characters, not too
// long), and what a terminal shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

std::string one_line(std::string_view text);
std::string shortened(std::string text);      // its first 60 bytes, not within a character
std::string shown(const Json& value);         // as JSON
std::string shown_key(std::string_view key);  // quoted only where it has to be
const char* found_name(const Json& value);    // what kind of value it is: "an integer", "a list"

std::string joined(const std::vector<std::string>& words);  // "a, b, c"
// Lines of at most 100 characters, each behind `indent`, broken at blanks.
std::string wrapped(const std::string& text, const std::string& indent);

}  // namespace flash
