#include "flash/search/shgo/shgo.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>

#include "complex.hpp"
#include "function.hpp"
#include "local.hpp"
#include "pool.hpp"
#include "sobol.hpp"

namespace flash::shgo {
namespace {

// Minima closer than this part of the distance within which points are near are one.
constexpr double same_minimum = 1e-4;
// Where real variables start if no point of the sample is feasible.
constexpr std::size_t infeasible_starts = 8;

void require(bool condition, const char* message) {
  if (!condition) throw std::invalid_argument(std::string("shgo: ") + message);
}

void validate_options(const Options& options) {
  require(options.points >= 1 && options.iterations >= 1, "points and iterations must be at least 1");
  require(options.iterations <= std::numeric_limits<int>::max() / options.points,
          "points times iterations must be below 2^31");
  require(options.max_minimisers >= 0, "max_minimisers must not be negative");
  require(options.tolerance > 0 && options.tolerance < 1, "tolerance must lie between 0 and 1");
  require(options.feasibility >= 0 && std::isfinite(options.feasibility),
          "feasibility must be finite and not negative");
}

// What the caller's own refinement makes of a start.
std::vector<double> ask(const Options& options, const std::vector<double>& start) {
  std::vector<double> x = options.local(start);
  require(x.size() == start.size(),
          "the local refinement in place of the built-in one returns another number of variables");
  require(std::ranges::none_of(x, [](double v) { return std::isnan(v); }),
          "the local refinement in place of the built-in one returns a NaN");
  return x;
}

// Where the local refinements start, best first.
std::vector<std::vector<double>> starts(Function& function, const Options& options) {
  std::vector<std::size_t> open;  // the variables that have room
  for (std::size_t j = 0; j < function.dimension(); ++j)
    if (function.width(j) > 0) open.push_back(j);

  const auto count = static_cast<std::size_t>(options.points) * static_cast<std::size_t>(options.iterations);
  const bool sobol = options.sampling == Sampling::sobol && !open.empty();
  std::optional<Complex> complex;
  std::vector<double> sobol_sample;
  std::span<const double> unit;  // the sample in the open variables' unit cube
  if (sobol) {
    unit = sobol_sample = sobol_points(open.size(), count);
  } else if (!open.empty()) {
    complex.emplace(open.size());
    complex->grow(count);
    unit = complex->points();
  }

  const std::size_t dimension = function.dimension();
  const std::size_t size = open.empty() ? 1 : unit.size() / open.size();
  std::vector<double> points(size * dimension);
  std::vector<Value> values(size);
  function.reserve(size);
  const std::uint64_t share = options.max_evaluations - options.max_evaluations / 2;
  for (std::size_t v = 0; v < size; ++v) {
    const std::span<double> x(&points[v * dimension], dimension);
    for (std::size_t j = 0; j < dimension; ++j) x[j] = function.lower(j);
    for (std::size_t k = 0; k < open.size(); ++k)
      x[open[k]] += unit[v * open.size() + k] * function.width(open[k]);
    function.snap(x);
    if (!function.exhausted() && (options.max_evaluations == 0 || function.evaluations() < share))
      values[v] = function.judge(x);
  }

  const std::vector<std::size_t> rank = ranks(values, points);
  std::vector<Edge> descents;
  if (sobol) descents = gabriel_descents(unit, rank);
  if (complex) descents = complex->descents(rank);
  // What is hard to meet, an equality say, may be out of one start's reach.
  const std::size_t fallbacks = function.has_room(false) ? infeasible_starts : 1;
  std::vector<std::size_t> pool = minimiser_pool(values, rank, descents, fallbacks);
  if (options.max_minimisers > 0)
    pool.resize(std::min(pool.size(), static_cast<std::size_t>(options.max_minimisers)));
  std::vector<std::vector<double>> result;
  result.reserve(pool.size());
  for (const std::size_t v : pool)
    result.emplace_back(&points[v * dimension], &points[v * dimension] + dimension);
  return result;
}

bool close(const Function& function, const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double room = function.is_integer(j) ? 0 : same_minimum * function.reach(a, j);
    if (std::abs(a[j] - b[j]) > room) return false;
  }
  return true;
}

void merge_duplicates(const Function& function, std::vector<Minimum>& minima) {
  std::stable_sort(minima.begin(), minima.end(),
                   [](const Minimum& a, const Minimum& b) { return a.value < b.value; });
  std::vector<Minimum> distinct;
  for (Minimum& minimum : minima) {
    const bool known = std::any_of(distinct.begin(), distinct.end(),
                                   [&](const Minimum& other) { return close(function, other.x, minimum.x); });
    if (!known) distinct.push_back(std::move(minimum));
  }
  minima = std::move(distinct);
}

}  // namespace

Result minimise(const Problem& problem, const Options& options) {
  validate_options(options);
  Function function(problem, options);
  const std::uint64_t local_cap =
      options.local_evaluations > 0 ? options.local_evaluations : 500 * problem.lower.size();

  Refinement refine(function, options);
  Result result;
  for (const std::vector<double>& start : starts(function, options)) {
    if (function.exhausted()) {
      // The start itself is known, and may be the best there is.
      if (const Value value = function.judge(start); value.feasible() && std::isfinite(value.objective))
        result.minima.push_back({start, value.objective});
      continue;
    }
    std::vector<double> x = options.local ? ask(options, start) : refine(start, local_cap);
    function.snap(x);
    const Value value = function.judge(x);
    ++result.local_searches;
    const bool is_minimum = options.local || refine.is_minimum() || function.exhausted();
    if (is_minimum && value.feasible() && std::isfinite(value.objective))
      result.minima.push_back({x, value.objective});
  }
  merge_duplicates(function, result.minima);
  result.evaluations = function.evaluations();
  result.success = !result.minima.empty();
  if (result.success) {
    result.x = result.minima.front().x;
    result.value = result.minima.front().value;
  }
  return result;
}

}  // namespace flash::shgo
