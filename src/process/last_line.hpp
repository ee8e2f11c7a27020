// The last line that says something, out of a stream of text that comes in pieces; memory is bounded.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace flash {

class LastLine {
 public:
  // on_line: called with each line that this ends, cut off at 500 bytes.
  void append(std::string_view text, const std::function<void(std::string_view)>& on_line = {});
  std::string text() const;  // the last line that is not blank, ended by a newline or not; at most 500 bytes

 private:
  std::string complete_;
  std::string open_;
};

}  // namespace flash
