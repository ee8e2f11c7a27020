#include "evaluation_columns.hpp"
#include "flash/stage/comparison.hpp"
#include "flash/stage/comparison_summary.hpp"
#include "table_builder.hpp"
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

std::uint64_t best_id(const BlockResult& r) { return r.top.empty() ? r.block.first_id : r.top.front().id; }

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
          .column("best_id", "1", "id of the best feasible one; where none is, the first id",
                  [](const SweepBlock& b) { return best_id(b.result); })
          .column("best_objective", "1", "its objective, NaN where none is feasible",
                  [](const SweepBlock& b) {
                    return b.result.top.empty() ? absent : b.result.top.front().objective;
                  })
          .column("checksum", "1", "checksum over the block's values",
                  [](const SweepBlock& b) { return std::uint64_t{b.result.checksum}; })
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

Table summary_table(const std::vector<SummaryRow>& rows) {
  TableBuilder<SummaryRow> table("compare/summary", rows);
  table.column("constraints", "", "constraint set", [](const SummaryRow& r) { return r.constraints; })
      .column("method", "", "search method", [](const SummaryRow& r) { return r.method; })
      .column("optimum", "1", "objective of the proven optimum, NaN where nothing is feasible",
              [](const SummaryRow& r) { return r.optimum; })
      .column("runs", "1", "runs", [](const SummaryRow& r) { return r.runs; })
      .column("found", "1", "runs that found a feasible configuration",
              [](const SummaryRow& r) { return r.found; })
      .column("within_1pc", "1", "runs that came within 1 % of the optimum",
              [](const SummaryRow& r) { return r.within_1pc; })
      .column("speedup_rl_bounds", "1", "runs whose speedup_rl is a lower bound",
              [](const SummaryRow& r) { return r.speedup_rl_bounds; });
  for (std::size_t f = 0; f < summary_figure_count; ++f) {
    const SummaryFigure& figure = summary_figures()[f];
    const auto column = [&](const char* which, const char* suffix, double Quartiles::*quartile) {
      table.column((std::string(figure.name) + suffix).c_str(), figure.units,
                   (std::string(which) + " of: " + figure.long_name).c_str(),
                   [=](const SummaryRow& r) { return r.figures[f].*quartile; });
    };
    column("first quartile", "_q1", &Quartiles::first);
    column("median", "_median", &Quartiles::median);
    column("third quartile", "_q3", &Quartiles::third);
  }
  return table.build();
}

void add_comparison(const ArchiveSource& source, ArchiveContents& contents) {
  if (source.results.stage("compare").empty()) return;
  using Row = ComparisonRow;
  const Comparison compared =
      comparison(source.job, source.space, *source.models, source.results, source.sets);
  const std::vector<Row>& rows = compared.rows;
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
      .column("speedup_rl_is_bound", "1", "1 where it is a lower bound: REINFORCE never came that far",
              [](const Row& r) { return r.speedup_rl_is_bound; })
      .column("speedup_exhaustive", "1", "speed-up against the sweep on one core",
              [](const Row& r) { return r.speedup_exhaustive; });
  contents.tables.push_back(table.build());
  contents.tables.push_back(summary_table(summarise(compared, source.sets)));

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
              [](const Constraints& c) { return c.metric_max[Metric::latency]; })
      .column("energy_max_mj", "mJ", "energy ceiling, inf for none",
              [](const Constraints& c) { return c.metric_max[Metric::energy]; })
      .column("area_max_mm2", "mm2", "area ceiling, inf for none",
              [](const Constraints& c) { return c.metric_max[Metric::area]; });
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
