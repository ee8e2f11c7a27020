#include "flash/imc/pruned_chip.hpp"

#include <utility>

#include "chip_drawing.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

Json pruned_map(const ImcDesign& design, const NetworkGraph& graph, const std::vector<MaskedLayer>& layers,
                const TiledNetwork& tiled, const std::vector<SentFlows>& sent, const Mesh& mesh) {
  ChipDrawing drawing(mesh, design.multicast);
  ChipDrawing::Layer name;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const NetworkGraph::Node& node = graph.nodes()[layers[l].node];
    const bool goes_on = l > 0 && name.cell == node.slot && name.index == node.layer;
    name = {node.slot, node.layer, goes_on ? name.part + 1 : 0};
    for (const TileColumn& column : tiled.layers[l])
      for (int tile = column.first_tile; tile <= column.result_tile(); ++tile) drawing.tile(tile, name);
    drawing.carry(sent[l].all);
  }
  return drawing.json();
}

}  // namespace

PrunedChip pruned_chip(const ImcDesign& design, const NetworkGraph& graph, const WeightMasks& masks) {
  const std::vector<MaskedLayer> layers = masked_layers(graph);
  check_masks(layers, masks);
  PrunedChip made;
  made.maps = Json::array();
  const auto add = [&](const char* form, const WeightMasks& kept, const TiledNetwork& tiled) {
    const std::vector<SentFlows> sent = sent_flows(design, layers, kept, tiled);
    for (const Placer placer : {Placer::in_order, Placer::anneal}) {
      const Mesh mesh =
          placer == Placer::anneal ? annealed_tiles(design, tiled, sent) : tiles_in_order(design, tiled);
      made.forms.push_back({form, placer, communication(design, sent, mesh)});
      made.maps.push_back({{"form", form},
                           {"placer", std::string(name(placer))},
                           {"chip", pruned_map(design, graph, layers, tiled, sent, mesh)}});
    }
  };
  const TiledNetwork dense = dense_tiles(design.tiling, layers);
  add("dense", dense_masks(layers), dense);
  add("sparse", masks, dense);
  add("compacted", masks, compacted_tiles(design.tiling, layers, masks));
  return made;
}

Json to_json(const std::vector<PrunedForm>& forms) {
  Json json = Json::array();
  for (const PrunedForm& form : forms) {
    json.push_back(to_json(form.sent));
    json.back().update({{"form", form.form}, {"placer", std::string(name(form.placer))}});
  }
  return json;
}

std::vector<PrunedForm> pruned_forms_from_json(const Json& json) {
  std::vector<PrunedForm> forms;
  for (const Json& entry : json) {
    const JsonReader reader(entry, "what a pruned network sends");
    const bool anneals = reader.get<std::string>("placer") == name(Placer::anneal);
    forms.push_back({reader.get<std::string>("form"), anneals ? Placer::anneal : Placer::in_order,
                     communication_from_json(entry)});
  }
  return forms;
}

}  // namespace flash
