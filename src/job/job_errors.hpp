// The errors of one job file, collected, so that all are shown at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

class JobErrors {
 public:
  explicit JobErrors(std::string file) : file_(std::move(file)) {}

  // `where` is "section.key" or "section".
  void add(int line, std::string where, std::string what);
  // True where the section, and so what is made of it, has no error so far.
  bool clean(std::string_view section) const;
  // Throws Error bad_job with a line an error, in the order of the file, at most 20.
  void throw_if_any() const;

 private:
  struct Item {
    int line;
    std::string where;
    std::string what;
  };
  std::string file_;
  std::vector<Item> items_;
};

// What a user wrote, fit for a message: one line, without control characters, not too long.
std::string one_line(std::string_view text);
std::string shown(const Json& value);         // as JSON
std::string shown_key(std::string_view key);  // quoted only where it has to be

}  // namespace flash
