#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct TraceRow {
  const ComparisonRow* search;
  TracePoint point;
};

std::vector<TraceRow> trace_rows(const TableSource& source) {
  std::vector<TraceRow> rows;
  for (const ComparisonRow& search : source.compared->rows)
    for (const TracePoint& point : search.result.trace) rows.push_back({&search, point});
  return rows;
}

}  // namespace

ArchiveTable trace_table() {
  return TableOf<TraceRow>("trace", "The best objective of each search as it went on.", trace_rows)
      .only_where([](const TableSource& source) { return source.compared.has_value(); })
      .column("method", "", "search method", [](const TraceRow& r) { return r.search->run.method; })
      .column("constraints", "", "constraint set", [](const TraceRow& r) { return r.search->constraints; })
      .column("seed", "1", "number of the seed",
              [](const TraceRow& r) { return static_cast<std::int64_t>(r.search->run.seed); })
      .column("evaluations", "1", "evaluations so far", [](const TraceRow& r) { return r.point.evaluations; })
      .column("seconds", "s", "seconds so far", [](const TraceRow& r) { return r.point.seconds; })
      .column("objective", "1", "best feasible objective so far",
              [](const TraceRow& r) { return r.point.objective; })
      .build();
}

}  // namespace flash
