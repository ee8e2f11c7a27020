#include "last_line.hpp"

namespace flash {
namespace {

constexpr std::size_t max_bytes = 500;  // of an error message's tail: enough for a reason, fits a terminal

bool blank(const std::string& line) { return line.find_first_not_of(" \t\r") == std::string::npos; }

}  // namespace

void LastLine::append(std::string_view text, const std::function<void(std::string_view)>& on_line) {
  for (const char c : text) {
    if (c == '\n') {
      if (on_line) on_line(open_);
      if (!blank(open_)) complete_ = open_;
      open_.clear();
    } else if (open_.size() < max_bytes) {
      open_ += c;
    }
  }
}

std::string LastLine::text() const {
  std::string line = blank(open_) ? complete_ : open_;
  if (const std::size_t end = line.find_last_not_of(" \t\r"); end != std::string::npos) line.resize(end + 1);
  return line;
}

}  // namespace flash
