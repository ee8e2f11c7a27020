// How the answer says things: entries with a label, numbers as people read them.
#pragma once

#include <string>

namespace flash::answer_words {

// A label and its text, broken between words where a line is full.
std::string entry(const std::string& label, const std::string& text);
std::string percent(double share);        // 0.6123: "61.2"
std::string count(double value);          // 1234567: "1,234,567"
std::string grouped(std::string digits);  // the same of digits, of which a double has but 15
std::string band(double half_width, double scale,
                 const char* pattern);       // " +- 2.1", or "" where it is not finite
std::string likelihood(double probability);  // "97 %"; no model is sure to the last thousandth

}  // namespace flash::answer_words
