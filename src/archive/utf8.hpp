// UTF-8 texts as the archive promises them.
#pragma once

#include <string>
#include <string_view>

namespace flash {

// The text with every byte that is no part of valid UTF-8, and every NUL, replaced by U+FFFD: what a crashed
// child printed must neither be cut at a NUL nor stop a reader.
std::string clean_utf8(std::string_view text);

}  // namespace flash
