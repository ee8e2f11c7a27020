#include "evaluation_columns.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct TopEntry {
  std::string constraints;
  std::size_t rank_order;
  std::uint64_t id;
  Evaluation evaluation;
};

std::vector<TopEntry> top_entries(const TableSource& source) {
  std::vector<TopEntry> rows;
  for (std::size_t set = 0; set < source.sweeps.size(); ++set) {
    if (!source.sweeps[set]) continue;
    const Evaluator evaluator(source.space, *source.models, source.job.objective, source.sets[set]);
    const std::vector<Ranked>& top = source.sweeps[set]->top;
    for (std::size_t i = 0; i < top.size(); ++i)
      rows.push_back({source.sets[set].name, i + 1, small_id(top[i].id), evaluator.at(top[i].id)});
  }
  return rows;
}

}  // namespace

ArchiveTable sweep_top_table() {
  TableOf<TopEntry> table("sweep/top", "The best feasible configurations of the whole sweep.", top_entries);
  table.only_where([](const TableSource& source) { return !source.sweeps.empty(); })
      .column("constraints", "", "constraint set", [](const TopEntry& r) { return r.constraints; })
      .column("rank_order", "1", "1 for the best",
              [](const TopEntry& r) { return static_cast<std::int64_t>(r.rank_order); });
  const auto id = [](const TopEntry& r) { return r.id; };
  network_column(table, id);
  evaluation_columns(table, [](const TopEntry& r) -> const Evaluation& { return r.evaluation; });
  size_columns(table, [](const TopEntry& r) { return r.id; });
  extrapolated_column(table, id);
  return table.build();
}

}  // namespace flash
