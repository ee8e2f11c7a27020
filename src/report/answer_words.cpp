#include "answer_words.hpp"

#include <algorithm>
#include <cmath>

#include "flash/archive/table_text.hpp"
#include "flash/core/standard_streams.hpp"

namespace flash::answer_words {
namespace {

constexpr std::size_t label_width = 14;

}  // namespace

std::string entry(const std::string& label, const std::string& text) {
  std::string out = label;
  out.resize(std::max(label_width, label.size() + 1), ' ');
  std::size_t column = out.size();
  std::size_t begin = 0;
  bool first = true;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    const std::size_t length = end - begin;
    if (!first && column + 1 + length > text_width()) {
      out.append("\n").append(label_width, ' ');
      column = label_width;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out.append(text, begin, length);
    column += length;
    first = false;
    begin = end + 1;
  }
  return out + "\n";
}

std::string percent(double share) { return table_text::format("%.1f", 100 * share); }

std::string count(double value) { return grouped(table_text::format("%.0f", value)); }

std::string grouped(std::string digits) {
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string band(double half_width, double scale, const char* pattern) {
  return std::isfinite(half_width) ? " +- " + table_text::format(pattern, scale * half_width) : "";
}

std::string likelihood(double probability) {
  if (probability > 0.999) return "over 99.9 %";
  return probability < 0.001 ? "under 0.1 %" : table_text::format("%.3g %%", 100 * probability);
}

}  // namespace flash::answer_words
