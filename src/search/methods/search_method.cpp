#include "flash/search/methods/search_method.hpp"

#include <algorithm>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"

namespace flash {

const SearchMethod& search_method(const std::string& name) {
  const auto found = std::ranges::find(search_methods(), name, &SearchMethod::name);
  if (found != search_methods().end()) return **found;
  std::vector<std::string> names;
  std::string all;
  for (const SearchMethod* method : search_methods()) {
    names.push_back(method->name);
    all += (all.empty() ? "" : ", ") + method->name;
  }
  const std::string near = nearest(name, names);
  throw Error(ExitCode::usage, "there is no search method '" + name + "' (there are " + all + ")" +
                                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

SearchResult search(const Evaluator& evaluator, const std::string& method, std::uint64_t seed,
                    const SearchBudget& budget) {
  const SearchMethod& named = search_method(method);
  Tracker tracker(evaluator, budget);
  named.run(tracker, seed);
  return tracker.result(named.name);
}

std::string search_methods_text() {
  std::string text = "Search method:";
  for (const SearchMethod* method : search_methods())
    text += "\n  " + method->name + ": " + method->description;
  return text;
}

}  // namespace flash
