#include "evaluation_columns.hpp"
#include "flash/job/comparison.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

struct SweepBlock {
  std::string constraints;
  std::size_t block;
  BlockResult result;
};
struct TopEntry {
  std::string constraints;
  std::size_t rank_order;
  std::uint64_t id;
  Evaluation evaluation;
};

std::uint64_t best_id(const BlockResult& r) {
  return r.top.empty() ? r.least_violating_id : r.top.front().id;
}

void add_sweep(const ArchiveSource& source, ArchiveContents& contents) {
  const Results::Stage& outcomes = source.results.stage("sweep");
  if (outcomes.empty()) return;
  const std::size_t blocks = tile(source.space, source.job.sweep.block).size();
  std::vector<SweepBlock> rows;
  for (const auto& [id, outcome] : outcomes) {
    if (outcome.ok && id / blocks < source.sets.size()) {
      rows.push_back({source.sets[id / blocks].name, id % blocks, block_result_from_json(outcome.output)});
    }
  }
  contents.tables.push_back(
      TableBuilder<SweepBlock>("sweep", rows)
          .column("constraints", "", "constraint set", [](const SweepBlock& b) { return b.constraints; })
          .column("block", "1", "number of the block",
                  [](const SweepBlock& b) { return static_cast<std::int64_t>(b.block); })
          .column("first_id", "1", "first id of the block",
                  [](const SweepBlock& b) { return b.result.block.first_id; })
          .column("count", "1", "configurations evaluated",
                  [](const SweepBlock& b) { return b.result.block.count; })
          .column("feasible", "1", "feasible ones of them",
                  [](const SweepBlock& b) { return b.result.feasible; })
          .column("best_id", "1", "id of the best feasible one, else of the one that misses by least",
                  [](const SweepBlock& b) { return best_id(b.result); })
          .column("best_objective", "1", "its objective, NaN where none is feasible",
                  [](const SweepBlock& b) {
                    return b.result.top.empty() ? absent : b.result.top.front().objective;
                  })
          .column("checksum", "1", "checksum over the block's values",
                  [](const SweepBlock& b) { return b.result.checksum; })
          .column("seconds", "s", "time on one core", [](const SweepBlock& b) { return b.result.seconds; })
          .build());

  std::vector<TopEntry> top;
  const auto merged = merged_sweeps(source.job, source.space, source.results, source.sets);
  for (std::size_t set = 0; set < merged.size(); ++set) {
    if (!merged[set]) continue;
    const Evaluator evaluator(source.space, *source.models, source.job.objective, source.sets[set]);
    for (std::size_t i = 0; i < merged[set]->top.size(); ++i) {
      const std::uint64_t id = merged[set]->top[i].id;
      top.push_back({source.sets[set].name, i + 1, id, evaluator.at(id)});
    }
  }
  TableBuilder<TopEntry> table("sweep/top", top);
  table.column("constraints", "", "constraint set", [](const TopEntry& t) { return t.constraints; })
      .column("rank_order", "1", "1 for the best",
              [](const TopEntry& t) { return static_cast<std::int64_t>(t.rank_order); })
      .column("id", "1", "id of the configuration", [](const TopEntry& t) { return t.id; });
  evaluation_columns(table, [](const TopEntry& t) -> const Evaluation& { return t.evaluation; });
  table.column("extrapolated", "1", "1 where a metric lies outside what was measured",
               [&](const TopEntry& t) { return !extrapolated(*source.models, source.space, t.id).empty(); });
  contents.tables.push_back(table.build());
}

struct TraceRow {
  const ComparisonRow* row;
  TracePoint point;
};

void add_comparison(const ArchiveSource& source, ArchiveContents& contents) {
  if (source.results.stage("compare").empty()) return;
  using Row = ComparisonRow;
  const std::vector<Row> rows = comparison(source.job, source.space, source.results, source.sets);
  TableBuilder<Row> table("compare", rows);
  table.column("method", "", "search method", [](const Row& r) { return r.run.method; })
      .column("constraints", "", "constraint set", [](const Row& r) { return r.constraints; })
      .column("seed", "1", "number of the seed",
              [](const Row& r) { return static_cast<std::int64_t>(r.run.seed); })
      .column("found", "1", "1 where a feasible configuration was found",
              [](const Row& r) { return r.result.found; })
      .column("best_id", "1", "id of the best configuration", [](const Row& r) { return r.result.best_id; });
  evaluation_columns(table, [](const Row& r) -> const Evaluation& { return r.result.best; });
  table
      .column(
          "extrapolated", "1", "1 where a metric of it lies outside what was measured",
          [&](const Row& r) { return !extrapolated(*source.models, source.space, r.result.best_id).empty(); })
      .column("gap", "1", "1 - objective / proven optimum", [](const Row& r) { return r.gap; })
      .column("evaluations", "1", "distinct configurations evaluated",
              [](const Row& r) { return r.result.evaluations; })
      .column("seconds", "s", "wall clock of the search", [](const Row& r) { return r.result.seconds; })
      .column("evaluations_1pc", "1", "evaluations to come within 1 % of the optimum",
              [](const Row& r) { return r.evaluations_1pc; })
      .column("seconds_1pc", "s", "seconds to come within 1 % of the optimum",
              [](const Row& r) { return r.seconds_1pc; })
      .column("speedup_rl", "1", "speed-up against REINFORCE", [](const Row& r) { return r.speedup_rl; })
      .column("speedup_exhaustive", "1", "speed-up against the sweep on one core",
              [](const Row& r) { return r.speedup_exhaustive; });
  contents.tables.push_back(table.build());

  std::vector<TraceRow> trace;
  for (const Row& row : rows) {
    for (const TracePoint& point : row.result.trace) trace.push_back({&row, point});
  }
  contents.tables.push_back(
      TableBuilder<TraceRow>("trace", trace)
          .column("method", "", "search method", [](const TraceRow& t) { return t.row->run.method; })
          .column("constraints", "", "constraint set", [](const TraceRow& t) { return t.row->constraints; })
          .column("seed", "1", "number of the seed",
                  [](const TraceRow& t) { return static_cast<std::int64_t>(t.row->run.seed); })
          .column("evaluations", "1", "evaluations so far",
                  [](const TraceRow& t) { return t.point.evaluations; })
          .column("seconds", "s", "seconds so far", [](const TraceRow& t) { return t.point.seconds; })
          .column("objective", "1", "best feasible objective so far",
                  [](const TraceRow& t) { return t.point.objective; })
          .build());
}

void add_constraints(const ArchiveSource& source, ArchiveContents& contents) {
  TableBuilder<Constraints> table("constraints", source.sets);
  table.column("name", "", "constraint set", [](const Constraints& c) { return c.name; })
      .column("accuracy_min", "1", "accuracy floor, -inf for none",
              [](const Constraints& c) { return c.accuracy_min; })
      .column("latency_max_ms", "ms", "latency ceiling, inf for none",
              [](const Constraints& c) { return c.metric_max[0]; })
      .column("energy_max_mj", "mJ", "energy ceiling, inf for none",
              [](const Constraints& c) { return c.metric_max[1]; })
      .column("area_max_mm2", "mm2", "area ceiling, inf for none",
              [](const Constraints& c) { return c.metric_max[2]; });
  contents.tables.push_back(table.build());
}

}  // namespace

void add_search_tables(const ArchiveSource& source, ArchiveContents& contents) {
  if (!source.models) return;
  add_constraints(source, contents);
  add_sweep(source, contents);
  add_comparison(source, contents);
}

}  // namespace flash
