// Settings that are texts of words. Internal to the room.
#pragma once

#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {

// One text, word by word.
class Words {
 public:
  Words(const char* key, std::string text) : key_(key), text_(std::move(text)) {
    text_.erase(0, text_.find_first_not_of(' '));
    for (std::size_t begin = 0; (begin = text_.find_first_not_of(' ', begin)) != std::string::npos;) {
      const std::size_t end = std::min(text_.find(' ', begin), text_.size());
      words_.push_back(text_.substr(begin, end - begin));
      begin = end;
    }
  }
  [[noreturn]] void refuse(const std::string& reason) const {
    throw Error(ExitCode::bad_job, std::string("space: ") + key_ + ", \"" + text_ + "\": " + reason);
  }
  bool empty() const { return next_ == words_.size(); }
  std::string next(const char* what) {
    if (empty()) refuse(std::string("lacks ") + what);
    return words_[next_++];
  }
  int number(std::string_view digits, int least, int most, const std::string& word) const {
    int value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || end != digits.data() + digits.size())
      refuse("'" + word + "' is not understood");
    if (value < least || value > most)
      refuse("'" + word + "' is out of range (allowed: " + std::to_string(least) + " .. " +
             std::to_string(most) + ")");
    return value;
  }

 private:
  const char* key_;
  std::string text_;
  std::vector<std::string> words_;
  std::size_t next_ = 0;
};

}  // namespace flash
