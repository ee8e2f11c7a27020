#include "flash/stage/compression.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct LayerRow {
  std::string network;
  int training = 0;
  int number = 0;
  CompressedLayer layer;
};

std::vector<LayerRow> rows_of_compressed_layers(const TableSource& source) {
  std::vector<LayerRow> list;
  for (const Compressed& network : compressed_networks(source.results)) {
    int number = 0;
    for (const CompressedLayer& layer : network.result.layers)
      list.push_back({network.network, network.k, number++, layer});
  }
  return list;
}

}  // namespace

ArchiveTable compressed_layers_table() {
  TableOf<LayerRow> table("compressed/layers", "Their layers with weights.", rows_of_compressed_layers);
  table.only_with_rows();
  table.column("network", "", "as in compressed", [](const LayerRow& r) { return r.network; })
      .column("training", "1", "which of its seeds, from 0", [](const LayerRow& r) { return r.training; })
      .column("layer", "1", "from 0, in the order in which they run",
              [](const LayerRow& r) { return r.number; })
      .column("kind", "", "convolution or linear", [](const LayerRow& r) { return r.layer.kind; })
      .column("weights", "1", "weights of the dense layer", [](const LayerRow& r) { return r.layer.weights; })
      .column("kept", "1", "of them not 0", [](const LayerRow& r) { return r.layer.kept; })
      .column("macs", "1", "multiply-accumulates of the dense layer for one image",
              [](const LayerRow& r) { return r.layer.macs; })
      .column("macs_kept", "1", "of them with weights that are not 0",
              [](const LayerRow& r) { return r.layer.macs_kept; })
      .column("bits", "1", "bits of a kept weight; 32: not quantised",
              [](const LayerRow& r) { return r.layer.bits; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.3";
  return made;
}

}  // namespace flash
