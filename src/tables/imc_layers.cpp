#include "device_column.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct ImcLayer {
  const MeasuredSample* network;
  const Json* layer;
};

std::vector<ImcLayer> imc_layers(const TableSource& source) {
  std::vector<ImcLayer> rows;
  for (const MeasuredSample& sample : source.measured) {
    if (!sample.good) continue;
    for (const Json& layer : sample.outcome->output.at("layers")) rows.push_back({&sample, &layer});
  }
  return rows;
}

double layer_energy(const ImcLayer& row) {
  double sum = 0;
  for (const auto& [part, value] : row.layer->at("energy_mj").items()) sum += value.get<double>();
  return sum;
}

}  // namespace

ArchiveTable imc_layers_table() {
  TableOf<ImcLayer> table(
      "hardware/TARGET/layers",
      "Target imc alone: the convolutions of each simulated network, in the order in which they run.",
      imc_layers);
  table.only_where([](const TableSource& source) { return source.job.hardware.setup().reports_layers(); });
  network_column(table, [](const ImcLayer& r) { return r.network->id; });
  device_column(table, [](const ImcLayer& r) -> const MeasuredSample& { return *r.network; });
  const auto integer = [&](const char* column, const char* meaning) -> TableOf<ImcLayer>& {
    return table.column(column, "1", meaning,
                        [=](const ImcLayer& r) { return r.layer->at(column).template get<std::int64_t>(); });
  };
  integer("cell", "cell, from 0");
  integer("index", "layer within the cell; the head's is the cell's depth");
  integer("part", "convolution within a depthwise block, else 0");
  integer("tiles", "tiles that it takes");
  integer("crossbars", "of their crossbars, those that hold weights");
  table.column("utilisation", "1", "share of the cells in its tiles that hold weights",
               [](const ImcLayer& r) { return r.layer->at("utilisation").get<double>(); });
  integer("copies", "copies of its weights in its tiles").since("2.4");
  integer("compute_cycles", "clock cycles of computing");
  integer("load_cycles", "clock cycles of the bus").since("2.4");
  integer("communication_cycles", "clock cycles of communication");
  integer("flits", "flits that leave a tile");
  integer("flit_hops", "the same, each times the links between routers that it takes");
  table
      .column(
          "most_loaded_flits", "1", "flits on the most loaded link",
          [](const ImcLayer& r) { return r.layer->at("most_loaded_link").at("flits").get<std::int64_t>(); })
      .column("energy_mj", "mJ", "energy of the layer", layer_energy);
  return table.build();
}

}  // namespace flash
