// Reports of archives that have other tables and columns than today's: of earlier versions, of later ones,
// and damaged. The input is an archive's contents as JSON.
#include <algorithm>

#include "flash/core/parse_json.hpp"
#include "flash/report/report.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

ColumnValues values_of(const Json& list, std::size_t length) {
  const auto filled = [&](auto value_of) {
    std::vector<decltype(value_of(list[0]))> values;
    for (std::size_t i = 0; i < length; ++i) values.push_back(value_of(list[i]));
    return values;
  };
  const Json& first = list[0];
  if (first.is_string())
    return filled([](const Json& v) { return v.is_string() ? v.get<std::string>() : ""; });
  if (first.is_number_unsigned())
    return filled([](const Json& v) { return v.is_number_unsigned() ? v.get<std::uint64_t>() : 0; });
  if (first.is_number_integer())
    return filled([](const Json& v) { return v.is_number_integer() ? v.get<std::int64_t>() : -1; });
  return filled([](const Json& v) { return number_or_nan(v.is_number() ? v : Json(nullptr)); });
}

// An archive's reader vouches for columns of one length.
Table table_of(const std::string& path, const Json& columns) {
  Table table;
  table.path = path;
  std::size_t length = 1000;
  for (const auto& [name, values] : columns.items())
    length = std::min(length, values.is_array() ? values.size() : 0);
  if (length == 0) return table;
  for (const auto& [name, values] : columns.items())
    table.columns.push_back({name, "", "", values_of(values, length)});
  return table;
}

const char* const version_1_0 = R"({
  "samples": {"id": [1, 2], "state": ["done", "failed"], "error": ["", "diverged"], "accuracy": [0.5, null], "nn_degree": [12.0, 14.0]},
  "predictor": {"predictor": ["nn_degree.links"], "used": [1], "a": [1.1], "b": [40.0], "c": [-1.5], "rmse_fit": [0.01],
                "rmse_loo": [0.02], "spearman": [0.8], "samples": [15]},
  "hardware/host": {"id": [1, 2], "state": ["done", "done"], "latency_ms": [1.5, 2.5]},
  "hardware/host/model": {"metric": ["latency", "latency"], "feature": ["intercept", "macs"], "coefficient": [2.0, 2e-8]},
  "constraints": {"name": ["none"], "accuracy_min": [0.5]},
  "sweep": {"constraints": ["none"], "block": [0], "count": [912], "feasible": [912], "best_id": [77], "best_objective": [0.2]},
  "sweep/top": {"constraints": ["none"], "rank_order": [1], "id": [77], "objective": [0.2], "accuracy": [0.7]},
  "compare": {"method": ["shgo"], "constraints": ["none"], "seed": [0], "found": [1], "objective": [0.2], "seconds": [0.1]},
  "events": {"time": [1.7e9], "kind": ["begin"], "text": ["sweep 0123"]}})";
const char* const version_1_2 = R"({
  "compare/summary": {"constraints": ["none"], "method": ["shgo"], "optimum": [0.2], "runs": [3], "found": [3], "within_1pc": [3],
                      "objective_median": [0.2], "gap_median": [0.0], "gap_q1": [0.0], "gap_q3": [null]},
  "sweep/histograms": {"quantity": ["accuracy", "accuracy"], "unit": ["1", "1"], "lower_edge": [0.5, 0.6], "upper_edge": [0.6, 0.7],
                       "count": [3, 4]},
  "sweep/pareto": {"front": ["accuracy,latency"], "id": [9], "accuracy": [0.9], "latency_ms": [9.0]},
  "hardware/imc/energy": {"id": [1], "part": ["adc"], "energy_mj": [0.5]}})";

}  // namespace

std::vector<std::string> seeds() { return {version_1_0, version_1_2}; }

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  fuzz::accepts([&] {
    const Json tables = parse_json(fuzz::text(data, size));
    ArchiveContents archive;
    if (!tables.is_object()) return;
    for (const auto& [path, columns] : tables.items())
      if (columns.is_object()) archive.tables.push_back(fuzz::table_of(path, columns));
    report_text(archive);
    report_json(archive);
  });
  return 0;
}
