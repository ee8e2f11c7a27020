// What the programs print.
#pragma once

#include "flash/core/json.hpp"
#include "flash/search/evaluator.hpp"
#include "flash/search/search.hpp"

namespace flash {

// On standard output, which is flushed. Throw Error io where it cannot be written.
void print(const Json& json);  // one document
void print(const std::string& text);

// Blanks behind it up to the width, one at least.
std::string padded(std::string text, std::size_t width);

// As to_json, with the bounds as asked; where a margin has tightened them, {margin, searched: the tightened bounds}
// too.
Json constraints_json(const Constraints& constraints);

// "latency <= 0.5 ms, searched at <= 0.46 ms for margin 1", a line for each bound that a margin has tightened.
std::string margin_text(const Evaluator& evaluator);

// What the models say of a network, with the half widths of 95 % prediction bands; NaN for what they do not.
struct Predicted {
  Evaluation evaluation;
  double accuracy_band = 0;
  Measurement bands{};
};
Predicted predicted(const Evaluator& evaluator, NetworkId id);

// {id, network, objective, accuracy, latency_ms, energy_mj, area_mm2, parameters, macs, peak_memory_kib} and
// the network's values on the axes; null for what the models lack. Beside the objective of a sum the sum itself: sum.
// With the half widths of 95 % prediction bands: accuracy_band, latency_ms_band, ...; and, of what is bounded, how
// likely the bound as asked holds by them:
// accuracy_probability, latency_probability, ...
Json best_json(const Evaluator& evaluator, NetworkId id);
Json best_json(const Evaluator& evaluator, NetworkId id, const Predicted& told);
std::string best_text(const Evaluator& evaluator, NetworkId id);

// {method, found, best, evaluations, seconds, constraints, warnings}; training_free where NN-Degree stood for
// accuracy.
Json search_json(const Evaluator& evaluator, const SearchResult& result);
// A line where the network lies in a corner of its space.
std::string place_text(const Evaluator& evaluator, NetworkId id);
// A list of warnings, a line each.
std::string warnings_text(const Json& warnings);
// The text of such an answer, its figures last.
std::string answer_text(const Evaluator& evaluator, const Json& answer);

}  // namespace flash
