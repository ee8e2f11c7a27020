#include "flash/search/search.hpp"

#include <cmath>

#include "flash/core/json_reader.hpp"

namespace flash {
Json to_json(const Evaluation& evaluation, NetworkId id) {
  Json json{{"id", id_json(id)},
            {"objective", number_or_null(evaluation.objective)},
            {"accuracy", number_or_null(evaluation.accuracy)},
            {"nn_degree", number_or_null(evaluation.nn_degree)}};
  for (const Metric m : all_metrics())
    if (is_plain_fitted(m) || !std::isnan(evaluation.metrics[m]))
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
  for (const auto& [text, value] : reader.at("best").items())
    if (const auto metric = find_metric_by_key(text)) result.best.metrics[*metric] = best.get_or_nan(text);
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
