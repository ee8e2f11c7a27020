// An objective that is a sum, as text: "accuracy - 0.02*latency - 0.001*energy".
#pragma once

#include <string>

#include "flash/search/objective.hpp"

namespace flash {

// As set_sum reads it, weights to the last bit; "" of a product.
std::string sum_text(const Objective& objective);

// Whether a text is meant as a sum: it holds a +, a * or a - (that of peak-memory aside).
bool is_sum_text(const std::string& text);

// Makes a sum of the text: terms joined by + and -, each a name, or a weight > 0, a * and a name. Accuracy is added and
// metrics are subtracted, each once; with `costs` there are metrics alone, and they are added: what is to be least.
// Blanks are free, and peak_memory may be written peak-memory. Throws std::invalid_argument, with what is wrong.
void set_sum(Objective& objective, std::string text, bool costs = false);

}  // namespace flash
