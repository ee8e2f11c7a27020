// From what stands in a job file to the value of an option.
#pragma once

#include "flash/job/options.hpp"

namespace flash {

// Checks type, range and choice, and stores. Throws std::invalid_argument: what is wrong and what is allowed.
void store_option(const Option& option, const Json& written, Job& job);

// "5..23" or "5..23:2".
struct TextRange {
  std::int64_t first = 0;
  std::int64_t last = 0;  // as written: a step that does not divide leaves it out
  std::int64_t step = 1;
  Json values() const;
};
TextRange read_range(const std::string& text);  // throws std::invalid_argument

}  // namespace flash
