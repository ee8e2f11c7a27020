#include "flash/search/shgo.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "flash/search/shgo/complex.hpp"
#include "flash/search/shgo/function.hpp"
#include "flash/search/shgo/local.hpp"
#include "flash/search/shgo/pool.hpp"
#include "flash/search/shgo/sobol.hpp"

namespace flash::shgo {
namespace {

// Minima closer than this part of the variables' ranges are one.
constexpr double same_minimum = 1e-4;

void validate(const Options& options) {
  if (options.points < 1 || options.iterations < 1)
    throw std::invalid_argument("shgo: points and iterations must be at least 1");
  if (options.max_minimisers < 0) throw std::invalid_argument("shgo: max_minimisers must not be negative");
  if (!(options.tolerance > 0) || !(options.feasibility >= 0))
    throw std::invalid_argument("shgo: tolerance must be positive, feasibility not negative");
}

// The points of the sample that were evaluated, and which are neighbours.
struct Sample {
  std::vector<std::vector<double>> x;
  std::vector<Edge> edges;
};

Sample draw(const Function& function, const Options& options) {
  std::vector<std::size_t> open;  // the variables that have room
  for (std::size_t j = 0; j < function.dimension(); ++j)
    if (function.width(j) > 0) open.push_back(j);

  const std::size_t count =
      static_cast<std::size_t>(options.points) * static_cast<std::size_t>(options.iterations);
  std::vector<std::vector<double>> unit{{}};
  Sample sample;
  if (!open.empty() && options.sampling == Sampling::simplicial) {
    Complex complex(open.size());
    complex.grow(count);
    unit.resize(complex.size());
    for (std::size_t v = 0; v < unit.size(); ++v) unit[v] = complex.point(v);
    sample.edges = complex.edges();
  } else if (!open.empty()) {
    unit = sobol_points(open.size(), count);
    sample.edges = gabriel_graph(unit);
  }
  for (const std::vector<double>& u : unit) {
    std::vector<double> x(function.dimension());
    for (std::size_t j = 0; j < x.size(); ++j) x[j] = function.lower(j);
    for (std::size_t k = 0; k < open.size(); ++k) x[open[k]] += u[k] * function.width(open[k]);
    sample.x.push_back(function.snap(x));
  }
  return sample;
}

// Where the local refinements start, best first.
std::vector<std::vector<double>> starts(Function& function, const Options& options) {
  const Sample sample = draw(function, options);
  const std::uint64_t share = options.max_evaluations - options.max_evaluations / 2;
  std::vector<Value> values(sample.x.size());
  for (std::size_t v = 0; v < values.size(); ++v) {
    if (function.exhausted() || (options.max_evaluations > 0 && function.evaluations() >= share)) break;
    values[v] = function.judge(sample.x[v]);
  }
  std::vector<std::size_t> same(values.size());
  std::unordered_map<std::string, std::size_t> first;
  for (std::size_t v = 0; v < values.size(); ++v) {
    const auto& x = sample.x[v];
    const std::string key(reinterpret_cast<const char*>(x.data()), x.size() * sizeof(double));
    same[v] = first.try_emplace(key, v).first->second;
  }
  std::vector<std::size_t> pool = minimiser_pool(values, same, sample.edges);
  if (options.max_minimisers > 0)
    pool.resize(std::min(pool.size(), static_cast<std::size_t>(options.max_minimisers)));
  std::vector<std::vector<double>> result;
  for (const std::size_t v : pool) result.push_back(sample.x[v]);
  return result;
}

bool close(const Function& function, const std::vector<double>& a, const std::vector<double>& b) {
  for (std::size_t j = 0; j < a.size(); ++j) {
    const double room = function.is_integer(j) ? 0 : same_minimum * function.width(j);
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
  validate(options);
  Function function(problem, options);
  if (function.has_room(false) && !options.reals && !options.local)
    throw std::invalid_argument(
        "shgo: the problem has real variables: set Options::reals, to slsqp of flash/slsqp/slsqp.hpp say");
  const std::uint64_t local_cap =
      options.local_evaluations > 0 ? options.local_evaluations : 200 * problem.lower.size();

  Result result;
  for (const std::vector<double>& start : starts(function, options)) {
    if (function.exhausted()) {
      // The start itself is known, and may be the best there is.
      if (const Value value = function.judge(start); value.feasible() && std::isfinite(value.objective))
        result.minima.push_back({start, value.objective});
      continue;
    }
    const std::vector<double> x =
        options.local ? function.snap(options.local(start)) : refine(function, options, start, local_cap);
    const Value value = function.judge(x);
    ++result.local_searches;
    if (value.feasible() && std::isfinite(value.objective)) result.minima.push_back({x, value.objective});
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
