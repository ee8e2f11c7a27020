#include "flash/search/search.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/nearest.hpp"
#include "flash/search/methods.hpp"

namespace flash {
namespace {

const NamedMethod& find_method(const std::string& name) {
  const std::vector<NamedMethod>& methods = search_methods();
  const auto found = std::ranges::find(methods, name, &NamedMethod::name);
  if (found != methods.end()) return *found;
  std::vector<std::string> names;
  std::string all;
  for (const NamedMethod& method : methods) {
    names.push_back(method.name);
    if (!all.empty()) all += ", ";
    all += method.name;
  }
  const std::string near = nearest(name, names);
  throw Error(ExitCode::usage, "there is no search method '" + name + "' (there are " + all + ")" +
                                   (near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace

const std::vector<NamedMethod>& search_methods() {
  static const std::vector<NamedMethod> methods{
      {"random", "uniform random search, without repeats", methods::random, true},
      {"annealing", "simulated annealing (Kirkpatrick et al. 1983)", methods::annealing, true},
      {"evolution", "regularised evolution (Real et al. 2019)", methods::evolution, true},
      {"reinforce", "REINFORCE with a categorical policy (Williams 1992; Ying et al. 2019)",
       methods::reinforce, true},
      {"shgo", "one-level SHGO over all variables (Endres et al. 2018)", methods::shgo, false},
      {"shgo-hierarchical", "SHGO on widths, depths and a common skip density, then on each cell's skips",
       methods::shgo_hierarchical, false},
      {"exact", "branch and bound with a proof of optimality", methods::exact, false},
      {"exhaustive", "every configuration evaluated", methods::exhaustive, false}};
  return methods;
}

SearchResult search(const Evaluator& evaluator, const std::string& method, std::uint64_t seed,
                    const SearchBudget& budget) {
  const NamedMethod& named = find_method(method);
  Tracker tracker(evaluator, budget);
  named.run(tracker, seed);
  return tracker.result(named.name);
}

Json to_json(const Evaluation& evaluation, NetworkId id) {
  Json json{{"id", id_json(id)},
            {"objective", number_or_null(evaluation.objective)},
            {"accuracy", number_or_null(evaluation.accuracy)},
            {"nn_degree", number_or_null(evaluation.nn_degree)}};
  for (const Metric m : all_metrics)
    if (!is_exact(m) || !std::isnan(evaluation.metrics[m]))
      json[std::string(key(m))] = number_or_null(evaluation.metrics[m]);
  json["violation"] = evaluation.violation;
  return json;
}

Json to_json(const SearchResult& result) {
  Json trace = Json::array();
  for (const TracePoint& point : result.trace)
    trace.push_back(
        {{"evaluations", point.evaluations}, {"seconds", point.seconds}, {"objective", point.objective}});
  return {{"method", result.method},
          {"found", result.found},
          {"best", to_json(result.best, result.best_id)},
          {"evaluations", result.evaluations},
          {"seconds", result.seconds},
          {"trace", trace}};
}

SearchResult search_result_from_json(const Json& json) {
  const JsonReader reader(json, "search result");
  SearchResult result;
  result.method = reader.get<std::string>("method");
  result.found = reader.get<bool>("found");
  const JsonReader best(reader.at("best"), "search result, best,");
  result.best_id = id_from_json(best.at("id"));
  result.best.objective = best.get_or_nan("objective");
  result.best.accuracy = best.get_or_nan("accuracy");
  result.best.nn_degree = best.get_or_nan("nn_degree");
  for (const Metric m : all_metrics)
    if (!is_exact(m) || reader.at("best").contains(std::string(key(m))))
      result.best.metrics[m] = best.get_or_nan(key(m));
  result.best.violation = best.get<double>("violation");
  result.evaluations = reader.get<std::uint64_t>("evaluations");
  result.seconds = reader.get<double>("seconds");
  const Json& trace = reader.at("trace");
  if (!trace.is_array()) reader.fail("has a wrong value at key 'trace': expected an array");
  for (const Json& entry : trace) {
    const JsonReader point(entry, "search result, trace,");
    result.trace.push_back({point.get<std::uint64_t>("evaluations"), point.get<double>("seconds"),
                            point.get<double>("objective")});
  }
  return result;
}

}  // namespace flash
