#include "flash/stage/compression.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct RoundRow {
  std::string network;
  int training = 0;
  CompressionRound round;
  double accuracy = 0;
};

std::vector<RoundRow> rows_of_compressed_rounds(const TableSource& source) {
  std::vector<RoundRow> list;
  for (const Compressed& network : compressed_networks(source.results))
    for (const CompressionRound& round : network.result.rounds)
      list.push_back({network.network, network.k, round,
                      network.result.phase_accuracy[static_cast<std::size_t>(round.phase)]});
  return list;
}

}  // namespace

ArchiveTable compressed_rounds_table() {
  TableOf<RoundRow> table("compressed/rounds", "The rounds of their searches by ADMM.",
                          rows_of_compressed_rounds);
  table.only_with_rows();
  table.column("network", "", "as in compressed", [](const RoundRow& r) { return r.network; })
      .column("training", "1", "which of its seeds, from 0", [](const RoundRow& r) { return r.training; })
      .column("phase", "1", "of the compression, from 0", [](const RoundRow& r) { return r.round.phase; })
      .column("rho", "1", "weight of the penalty", [](const RoundRow& r) { return r.round.rho; })
      .column("residual", "1", "size of W - Z over that of W, of all layers",
              [](const RoundRow& r) { return r.round.residual; })
      .column("accuracy", "1", "at the phase's end, of the images that judge",
              [](const RoundRow& r) { return r.accuracy; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.3";
  return made;
}

}  // namespace flash
