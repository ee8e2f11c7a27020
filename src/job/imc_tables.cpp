// Where the latency, energy and area of simulated networks come from: layer by layer and part by part.
#include <string>

#include "flash/imc/simulate.hpp"
#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

struct LayerRow {
  std::uint64_t id;
  const Json* layer;
};
struct PartRow {
  std::uint64_t id;
  std::string part;
  double value;
};

Table layers_table(const std::string& path, const std::vector<LayerRow>& rows) {
  TableBuilder<LayerRow> table(path, rows);
  const auto integer = [&](const char* column, const char* long_name) {
    table.column(column, "1", long_name,
                 [column](const LayerRow& r) { return r.layer->at(column).template get<std::int64_t>(); });
  };
  table.column("id", "1", "id of the configuration", [](const LayerRow& r) { return r.id; });
  integer("cell", "cell, from 0");
  integer("index", "layer within the cell; the head's is the cell's depth");
  integer("part", "convolution within a depthwise block, else 0");
  integer("tiles", "tiles of the layer");
  integer("crossbars", "crossbars that hold weights");
  table.column("utilisation", "1", "share of the cells of its tiles that hold weights",
               [](const LayerRow& r) { return r.layer->at("utilisation").get<double>(); });
  integer("compute_cycles", "clock cycles of computing");
  integer("communication_cycles", "clock cycles of communication");
  integer("flits", "flits that leave a tile");
  integer("flit_hops", "flits times links between routers");
  table.column("most_loaded_flits", "1", "flits on the most loaded link", [](const LayerRow& r) {
    return r.layer->at("most_loaded_link").at("flits").get<std::int64_t>();
  });
  table.column("energy_mj", "mJ", "energy of the layer", [](const LayerRow& r) {
    double sum = 0;
    for (const auto& [part, value] : r.layer->at("energy_mj").items()) sum += value.get<double>();
    return sum;
  });
  return table.build();
}

Table parts_table(const std::string& path, const char* column, const char* units,
                  const std::vector<PartRow>& rows) {
  return TableBuilder<PartRow>(path, rows)
      .column("id", "1", "id of the configuration", [](const PartRow& r) { return r.id; })
      .column("part", "", "component", [](const PartRow& r) { return r.part; })
      .column(column, units, "share of the component", [](const PartRow& r) { return r.value; })
      .build();
}

}  // namespace

void add_imc_tables(const ArchiveSource& source, ArchiveContents& contents) {
  std::vector<LayerRow> layers;
  std::vector<PartRow> energy, area;
  for (const MeasuredSample& sample : source.measured) {
    if (!sample.good) continue;
    const Json& report = sample.outcome->output;
    for (const Json& layer : report.at("layers")) layers.push_back({sample.id, &layer});
    for (const auto& [part, value] : report.at("energy_by_part_mj").items())
      energy.push_back({sample.id, part, value.get<double>()});
    for (const auto& [part, value] : report.at("area_by_part_mm2").items())
      area.push_back({sample.id, part, value.get<double>()});
  }
  contents.tables.push_back(layers_table("hardware/imc/layers", layers));
  contents.tables.push_back(parts_table("hardware/imc/energy", "energy_mj", "mJ", energy));
  contents.tables.push_back(parts_table("hardware/imc/area", "area_mm2", "mm2", area));
}

}  // namespace flash
