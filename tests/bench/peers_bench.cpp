// Models that others search too: optuna_peers.py asks this program what networks are worth, so that it compares
// ways to search and nothing else.
//
// bench_peers MODELS MAXIMISE MINIMISE BOUNDS: a models file, or a preset of choices, for which it makes models; and
// the question as flash-search has it, "" where there is none. Reads commands, a line each, and answers each with a
// line of JSON, networks with numbers alone:
//   space                          axes, slots, and the options of each stratum's slots
//   at STRATUM OPTION...           objective, accuracy, latency, then of each bound the relative excess, below 0 kept
//   latency QUANTILE               of random networks
//   median                         the objective of random networks that keep to the bounds
//   exact                          the proven optimum
//   search METHOD SEED EVALUATIONS what a method of flash's finds
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>

#include "choice_models.hpp"
#include "flash/core/error.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/search/question.hpp"
#include "flash/space/random_id.hpp"

namespace {

using namespace flash;

constexpr int random_draws = 20'000;

Models models_of(const std::string& name) {
  return name.ends_with(".json") ? read_models(name) : choice_models(name);
}

Json described(const Space& space) {
  Json json{{"networks", id_json(space.count())},
            {"axes", Json::array()},
            {"slots", Json::array()},
            {"strata", Json::array()}};
  for (const Axis& axis : space.geometry().shape_axes())
    json["axes"].push_back({{"name", axis.name}, {"values", axis.values.size()}});
  for (std::size_t slot = 0; slot < space.cells(); ++slot)
    json["slots"].push_back({{"options", 1}, {"ordered", space.strata().front().slots[slot].ordered}});
  for (const Stratum& stratum : space.strata()) {
    if (stratum.cells() != space.cells())
      throw Error(ExitCode::usage, "strata that differ in how many slots they have: not in this benchmark");
    json["strata"].push_back(stratum.options);
    for (std::size_t slot = 0; slot < space.cells(); ++slot) {
      Json& most = json["slots"][slot]["options"];
      most = std::max(most.get<std::int64_t>(), stratum.options[slot]);
    }
  }
  return json;
}

std::vector<Evaluation> draw(const Evaluator& evaluator) {
  Philox random(derive_seed(1, "random median", 0));
  std::vector<Evaluation> drawn;
  for (int k = 0; k < random_draws; ++k) drawn.push_back(evaluator.at(random_id(evaluator.space(), random)));
  return drawn;
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return std::nan("");
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

double latency_quantile(const Evaluator& evaluator, double q) {
  std::vector<double> latencies;
  for (const Evaluation& e : draw(evaluator)) latencies.push_back(e.metrics[Metric::latency]);
  return quantile(std::move(latencies), q);
}

double median(const Evaluator& evaluator) {
  std::vector<double> worths;
  for (const Evaluation& e : draw(evaluator))
    if (e.feasible()) worths.push_back(e.objective);
  return quantile(std::move(worths), 0.5);
}

void print_network(const Evaluator& evaluator, std::istream& words) {
  std::size_t index = 0;
  words >> index;
  const Stratum& stratum = evaluator.space().strata().at(index);
  std::vector<std::int64_t> options(stratum.cells());
  for (std::int64_t& option : options) words >> option;
  const Evaluation e = evaluator(stratum, options);
  std::printf("%.17g %.17g %.17g", e.objective, e.accuracy, e.metrics[Metric::latency]);
  const Constraints& bounds = evaluator.constraints();
  if (std::isfinite(bounds.accuracy_min)) std::printf(" %.17g", 1 - e.accuracy / bounds.accuracy_min);
  for (const Metric metric : evaluator.metrics())
    if (const double most = bounds.metric_max[metric]; std::isfinite(most))
      std::printf(" %.17g", e.metrics[metric] / most - 1);
  std::printf("\n");
}

Json searched(const Evaluator& evaluator, std::istream& words) {
  std::string method;
  std::uint64_t seed = 0;
  SearchBudget budget;
  words >> method >> seed >> budget.evaluations;
  return to_json(search(evaluator, method, seed, budget));
}

Json proved(const Evaluator& evaluator) {
  const ExactResult exact = solve_exact(evaluator);
  return {{"found", exact.found}, {"objective", exact.best.objective}, {"seconds", exact.seconds}};
}

void answer(const Evaluator& evaluator, const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  Json json;
  if (command == "at") return print_network(evaluator, words);
  if (command == "space") json = described(evaluator.space());
  if (command == "median") json = median(evaluator);
  if (command == "exact") json = proved(evaluator);
  if (command == "search") json = searched(evaluator, words);
  if (command == "latency") {
    double q = 0.5;
    words >> q;
    json = latency_quantile(evaluator, q);
  }
  if (json.is_null()) throw Error(ExitCode::usage, "no such command, or nothing to answer: " + line);
  std::printf("%s\n", json.dump().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 5) throw Error(ExitCode::usage, "usage: bench_peers MODELS MAXIMISE MINIMISE BOUNDS");
    Models models = models_of(argv[1]);
    Objective objective{.metric = PerMetric<double>()};
    Constraints constraints;
    set_objective(objective, argv[2], argv[3]);
    add_bounds(constraints, argv[4]);
    const Evaluator evaluator(Space(models.space), models, objective, constraints);
    for (std::string line; std::getline(std::cin, line); std::fflush(stdout)) answer(evaluator, line);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_peers: %s\n", error.what());
    return 1;
  }
}
