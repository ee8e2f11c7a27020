#include "evaluation_columns.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct FrontRow {
  std::string front;
  const ParetoPoint* point;
};

std::vector<FrontRow> front_rows(const TableSource& source) {
  std::vector<FrontRow> rows;
  for (const ParetoFront& front : source.all.fronts)
    for (const ParetoPoint& point : front.points) rows.push_back({front_name(front), &point});
  return rows;
}

}  // namespace

ArchiveTable pareto_table() {
  TableOf<FrontRow> table(
      "sweep/pareto",
      "Exact Pareto fronts over all configurations of the space, without constraints; only where this "
      "start or an earlier one asked for them. Rows of a front are together, its accuracy descending. "
      "Of configurations that are equal in all that a front trades, the one with the lowest id stands "
      "for all.",
      front_rows);
  table.only_with_rows().column(
      "front", "", "what is traded, accuracy,latency or the like: accuracy upwards, metrics downwards",
      [](const FrontRow& r) { return r.front; });
  network_column(table, [](const FrontRow& r) { return r.point->id; });
  evaluation_columns(table, [](const FrontRow& r) -> const Evaluation& { return r.point->evaluation; });
  size_columns(table, [](const FrontRow& r) { return r.point->id; });
  return table.build();
}

}  // namespace flash
