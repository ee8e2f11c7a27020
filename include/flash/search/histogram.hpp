// Exact histograms of what a search weighs, over every configuration of a space, in far less time than a pass
// over them takes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "flash/search/evaluator.hpp"

namespace flash {

// NN-Degree g, or the additive score of models that rest on one; accuracy theta (g again in a training-free
// search), metrics, objective f; without constraints.
enum class Quantity {
  nn_degree,
  additive_score,
  accuracy,
  latency,
  energy,
  area,
  parameters,
  macs,
  peak_memory,
  objective
};
std::optional<Metric> metric_of(Quantity quantity);
std::string_view name(Quantity quantity);
std::string_view unit(Quantity quantity);  // "1" for a pure number
double value(const Evaluation& evaluation, Quantity quantity);
std::vector<Quantity> quantities(const Evaluator& evaluator);  // metrics in hand alone

// Bin i holds the configurations whose value v, as the evaluator gives it, has edges[i] <= v < edges[i + 1];
// the last bin, its upper edge too.
struct Histogram {
  Quantity quantity = Quantity::nn_degree;
  std::vector<double> edges;          // ascending, one more than bins
  std::vector<std::uint64_t> counts;  // their sum is the number of configurations
  double seconds = 0;                 // wall clock
};

// Edges between the least and the largest value of the space, known before anything is counted: equally
// spaced for scores and accuracy, by a constant factor for the others. The objective's are bounds that it
// need not reach. One bin where the quantity varies by less than a millionth. bins >= 1.
std::vector<double> histogram_edges(const Evaluator& evaluator, Quantity quantity, std::size_t bins);

// A part of a space, small enough to count at once: rows [first_row, first_row + rows) of a stratum, a row
// being the options of the last cell for one choice of the others, in the order of ids.
struct HistogramPart {
  std::size_t stratum = 0;
  std::uint64_t first_row = 0;
  std::uint64_t rows = 0;
  std::uint64_t size = 0;  // configurations
};
std::vector<HistogramPart> histogram_parts(const Space& space);  // the largest first; they tile the space

// The counts of some parts of the space, to be added up; the same whatever the number of threads. All of
// them ask `stop` before each part; throws Error stopped where it kept one of them from its part.
Histogram count_histogram(
    const Evaluator& evaluator, Quantity quantity, std::vector<double> edges,
    std::span<const HistogramPart> parts, unsigned threads,
    const std::function<bool()>& stop = [] { return false; });

// Of the whole space.
inline constexpr std::size_t histogram_bins = 100;
Histogram count_histogram(const Evaluator& evaluator, Quantity quantity, unsigned threads = 1,
                          std::size_t bins = histogram_bins);

Json to_json(const Histogram& histogram);
Histogram histogram_from_json(const Json& json);  // throws Error bad_data

}  // namespace flash
