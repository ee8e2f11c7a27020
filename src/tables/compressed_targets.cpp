#include "flash/stage/compression.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct CostRow {
  std::string network;
  int training = 0;
  std::string target;
  CompressedCost cost;
};

std::vector<CostRow> rows_of_compressed_targets(const TableSource& source) {
  std::vector<CostRow> list;
  const Targets& targets = source.job.hardware.targets;
  for (const Compressed& network : compressed_networks(source.results))
    for (std::size_t k = 0; k < targets.size(); ++k)
      if (const auto cost = cost_on(targets[k], network))
        list.push_back({network.network, network.k, std::string(targets[k].name()), *cost});
  return list;
}

void metric_columns(TableOf<CostRow>& table, Metric metric, const char* column, const char* unit,
                    const char* what) {
  table
      .column(column, unit, std::string("modelled ") + what,
              [metric](const CostRow& r) { return r.cost.compressed[metric]; })
      .column(std::string(column) + "_dense", unit, "the same of the dense network in 8 bits",
              [metric](const CostRow& r) { return r.cost.dense[metric]; });
}

}  // namespace

ArchiveTable compressed_targets_table() {
  TableOf<CostRow> table("compressed/targets", "What they cost on targets that have a model.",
                         rows_of_compressed_targets);
  table.only_with_rows();
  table.column("network", "", "as in compressed", [](const CostRow& r) { return r.network; })
      .column("training", "1", "which of its seeds, from 0", [](const CostRow& r) { return r.training; })
      .column("target", "", "the target, as the job sets it up", [](const CostRow& r) { return r.target; });
  metric_columns(table, Metric::latency, "latency_ms", "ms", "latency");
  metric_columns(table, Metric::energy, "energy_mj", "mJ", "energy");
  metric_columns(table, Metric::area, "area_mm2", "mm2", "area");
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.3";
  return made;
}

}  // namespace flash
