#include "network_columns.hpp"

namespace flash {
namespace {

struct SweepBlock {
  std::string constraints;
  std::size_t block;
  BlockResult result;
};

std::vector<SweepBlock> sweep_blocks(const TableSource& source) {
  const std::size_t blocks = tile(source.space, source.job.sweep.block).size();
  std::vector<SweepBlock> rows;
  for (const auto& [task, outcome] : source.results.stage("sweep")) {
    const std::uint64_t id = small_id(task);
    if (outcome.ok && id / blocks < source.sets.size())
      rows.push_back({source.sets[id / blocks].name, id % blocks, block_result_from_json(outcome.output)});
  }
  return rows;
}

std::uint64_t best_id(const SweepBlock& row) {
  return row.result.top.empty() ? row.result.block.first_id : small_id(row.result.top.front().id);
}

}  // namespace

ArchiveTable sweep_table() {
  TableOf<SweepBlock> table("sweep", "Exhaustive evaluation, block by block.", sweep_blocks);
  table.only_where([](const TableSource& source) { return !source.sweeps.empty(); })
      .column("constraints", "", "constraint set", [](const SweepBlock& r) { return r.constraints; })
      .column("block", "1", "number of the block",
              [](const SweepBlock& r) { return static_cast<std::int64_t>(r.block); })
      .column("first_id", "1", "first id of the block",
              [](const SweepBlock& r) { return r.result.block.first_id; })
      .column("count", "1", "configurations evaluated",
              [](const SweepBlock& r) { return r.result.block.count; })
      .column("feasible", "1", "feasible ones of them",
              [](const SweepBlock& r) { return r.result.feasible; });
  network_column(table, "best_id", "id of the best feasible one; where none is, the first id", best_id);
  table
      .column(
          "best_objective", "1", "its objective; NaN where none is feasible",
          [](const SweepBlock& r) { return r.result.top.empty() ? absent : r.result.top.front().objective; })
      .column("checksum", "1", "over the values of the block",
              [](const SweepBlock& r) { return std::uint64_t{r.result.checksum}; })
      .column("seconds", "s", "time on one core", [](const SweepBlock& r) { return r.result.seconds; });
  return table.build();
}

}  // namespace flash
