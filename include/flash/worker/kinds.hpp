// The kinds of tasks that stages plan here; a target's are in target.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "flash/search/exhaustive.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/pareto.hpp"
#include "flash/search/search.hpp"
#include "flash/worker/task_kind.hpp"

namespace flash {

// All of these evaluate: their input has a member "evaluator" besides (evaluator_input.hpp).

// One block of the space, swept.
struct SweepTask {
  static constexpr std::string_view name = "sweep";
  struct Input {
    std::size_t top = 0;  // best configurations that are kept
    IdRange block;
  };
  using Output = BlockResult;
  static void write(const Input& input, Json& json);
  static Input read(const Json& json);
  static Output run(const Input& input, TaskWorker& worker);
  static Json to_json(const Output& output) { return flash::to_json(output); }
};

// Every `slices`-th part of the space, counted in one histogram.
struct HistogramTask {
  static constexpr std::string_view name = "histogram";
  struct Input {
    std::string quantity;       // by name
    std::vector<double> edges;  // of the bins
    std::size_t slices = 1, slice = 0;
  };
  using Output = Histogram;
  static void write(const Input& input, Json& json);
  static Input read(const Json& json);
  static Output run(const Input& input, TaskWorker& worker);
  static Json to_json(const Output& output) { return flash::to_json(output); }
};

// A Pareto front of the whole space; as JSON it is its ids, since the evaluator knows the rest.
struct ParetoTask {
  static constexpr std::string_view name = "pareto";
  struct Input {
    std::vector<Metric> metrics;
  };
  using Output = ParetoFront;
  static void write(const Input& input, Json& json);
  static Input read(const Json& json);
  static Output run(const Input& input, TaskWorker& worker);
  static Json to_json(const Output& output);
  static Output output(const Evaluator& evaluator, const Json& json);
};

// One run of a search method.
struct SearchTask {
  static constexpr std::string_view name = "search";
  struct Input {
    std::string method;
    std::uint64_t seed = 0;
    std::uint64_t evaluations = 0;  // at most
  };
  using Output = SearchResult;
  static void write(const Input& input, Json& json);
  static Input read(const Json& json);
  static Output run(const Input& input, TaskWorker& worker);
  static Json to_json(const Output& output) { return flash::to_json(output); }
};

}  // namespace flash
