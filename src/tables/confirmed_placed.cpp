#include <string>

#include "flash/stage/confirmation.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct PlacedRow {
  NetworkId id;
  std::string metric, unit;
  double in_order, annealed;
};

// Of each network what its tiles take where they stand in order, and where data travel least.
std::vector<PlacedRow> placed_rows(const TableSource& source) {
  struct Figure {
    const char* key;
    const char* metric;
    const char* unit;
  };
  constexpr Figure figures[] = {{"latency_ms", "latency", "ms"},
                                {"energy_mj", "energy", "mJ"},
                                {"interval_ms", "interval", "ms"},
                                {"communication_cycles", "communication", "cycles"}};
  std::vector<PlacedRow> rows;
  for (const ConfirmedNetwork& network : source.confirmed) {
    if (network.measurement == nullptr || !network.measurement->ok) continue;
    const Json& told = network.measurement->output;
    if (!told.contains("annealed")) continue;
    const Json& annealed = told["annealed"];
    for (const Figure& figure : figures)
      rows.push_back({network.network.id, figure.metric, figure.unit, number_or_nan(told.at(figure.key)),
                      number_or_nan(annealed.at(figure.key))});
    const Json& placement = annealed.at("placement");
    rows.push_back({network.network.id, "flit_hops", "1", number_or_nan(placement.at("flit_hops_in_order")),
                    number_or_nan(placement.at("flit_hops"))});
  }
  return rows;
}

}  // namespace

ArchiveTable confirmed_placed_table() {
  TableOf<PlacedRow> table(
      "confirmed/placed",
      "Confirmed networks on a chip whose tiles may stand elsewhere (hardware.placer = \"anneal\"): with tiles in order of "
      "the layers, as models and searches take them, and annealed, where data travel least.",
      placed_rows);
  table.only_with_rows();
  network_column(table, [](const PlacedRow& r) { return r.id; });
  table
      .column("metric", "", "communication: cycles of the mesh; flit_hops: flits times the links they pass",
              [](const PlacedRow& r) { return r.metric; })
      .choices({"latency", "energy", "interval", "communication", "flit_hops"})
      .column("unit", "", "of the metric", [](const PlacedRow& r) { return r.unit; })
      .column("in_order", "*", "with tiles in order", [](const PlacedRow& r) { return r.in_order; })
      .column("annealed", "*", "with tiles annealed", [](const PlacedRow& r) { return r.annealed; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.4";
  return made;
}

}  // namespace flash
