// The search methods, by name. A method is one file in src/search/methods and one line in its methods.inc.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "flash/search/search.hpp"

namespace flash {

struct SearchMethod {
  std::string name;         // "shgo-hierarchical": in job files, on command lines, in archives
  std::string description;  // one line, with its source
  bool uses_seed = true;    // false: every seed gives the same result

  // What a comparison takes from it.
  bool proves = false;         // the best it finds is the optimum: it ends only when that is certain
  bool exhaustive = false;     // evaluates every configuration: run once, and only where the job asks for it
  bool reinforcement = false;  // stands for reinforcement learning, to which others' speedup is stated

  // Searches until the tracker is exhausted or nothing better is to be expected; one that evaluates in bulk
  // (Tracker::account) keeps to Tracker::stopped() alone, not to the cap of evaluations.
  void (*run)(Tracker& tracker, std::uint64_t seed) = nullptr;
};

// The one list, in the order in which they are documented.
std::span<const SearchMethod* const> search_methods();

inline constexpr std::string_view default_search_method = "shgo-hierarchical";

// Throws Error usage for an unknown method, naming the nearest one.
const SearchMethod& search_method(const std::string& name);
SearchResult search(const Evaluator& evaluator, const std::string& method, std::uint64_t seed,
                    const SearchBudget& budget);

// For the help of a command: each with its description, a line each.
std::string search_methods_text();

}  // namespace flash
