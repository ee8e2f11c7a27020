// The errors of one file that a user wrote, collected, so that all are shown at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace flash {

class ConfigErrors {
 public:
  explicit ConfigErrors(std::string file) : file_(std::move(file)) {}

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

}  // namespace flash
