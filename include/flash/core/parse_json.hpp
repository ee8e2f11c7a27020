// JSON from outside of this process.
#pragma once

#include <string_view>

#include "flash/core/json.hpp"

namespace flash {

// Throws Error bad_data where the text is no JSON, holds a number beyond double, or nests deeper than
// anything that flash writes: copying and comparing such a value would overflow the stack.
Json parse_json(std::string_view text);

}  // namespace flash
