#include "flash/imc/pruned_chip.hpp"
#include "flash/stage/compression.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct SentRow {
  Compressed network;
  PrunedForm form;
};

std::vector<SentRow> rows_of_communication(const TableSource& source) {
  std::vector<SentRow> list;
  for (const Compressed& network : compressed_networks(source.results))
    for (PrunedForm& form : pruned_forms_from_json(network.result.sent))
      list.push_back({network, std::move(form)});
  return list;
}

void cost_columns(TableOf<SentRow>& table, const std::string& suffix, CommunicationCost Communication::*part,
                  const std::string& what) {
  table
      .column("energy_mj" + suffix, "mJ", "energy of routers and links, " + what,
              [part](const SentRow& r) { return (r.form.sent.*part).energy_mj; })
      .column("latency_ms" + suffix, "ms", "sum over layers of the time that sending takes, " + what,
              [part](const SentRow& r) { return (r.form.sent.*part).latency_ms; })
      .column("flit_hops" + suffix, "1", "flits times links between tiles, " + what,
              [part](const SentRow& r) { return (r.form.sent.*part).flit_hops; });
}

}  // namespace

ArchiveTable compressed_communication_table() {
  TableOf<SentRow> table(
      "compressed/communication",
      "What they send over the chip of target imc [reconstructed, after CANNON], where a sparsity was asked for.",
      rows_of_communication);
  table.only_with_rows();
  table.column("network", "", "as in compressed", [](const SentRow& r) { return r.network.network; })
      .column("training", "1", "which of its seeds, from 0", [](const SentRow& r) { return r.network.k; })
      .column("method", "", "as in compressed", [](const SentRow& r) { return r.network.method; })
      .column("sparsity", "1", "share of weights that was to go",
              [](const SentRow& r) { return r.network.sparsity; })
      .column("lambda", "1", "of method cannon", [](const SentRow& r) { return r.network.lambda; })
      .column("alpha", "1", "of method cannon-scratch", [](const SentRow& r) { return r.network.alpha; })
      .column("form", "",
              "dense; sparse: pruned, on the same tiles; compacted: on tiles for the rows that hold a weight",
              [](const SentRow& r) { return r.form.form; })
      .column("placer", "", "in_order; anneal: put where all that is sent travels least",
              [](const SentRow& r) { return std::string(name(r.form.placer)); })
      .column("layers", "1", "layers with weights",
              [](const SentRow& r) { return r.network.result.layers.size(); })
      .column("tiles", "1", "tiles of all layers", [](const SentRow& r) { return r.form.sent.tiles; });
  cost_columns(table, "", &Communication::activations, "of activations alone");
  cost_columns(table, "_all", &Communication::all, "of activations and partial sums");
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.4";
  return made;
}

}  // namespace flash
