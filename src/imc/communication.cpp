#include "flash/imc/communication.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "costs.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/imc/contention.hpp"
#include "placed_mesh.hpp"

namespace flash {
namespace {

class Volumes {
 public:
  void add(int from, int to, std::int64_t bits) {
    if (from != to && bits > 0) bits_[{from, to}] += bits;
  }
  std::vector<TileVolume> list() const {
    std::vector<TileVolume> all;
    for (const auto& [pair, bits] : bits_) all.push_back({pair.first, pair.second, bits});
    return all;
  }

 private:
  std::map<std::pair<int, int>, std::int64_t> bits_;
};

// Where each output of a layer ends; -1: nowhere, it is pruned.
std::vector<int> result_tiles(const MaskedLayer& layer, const TiledLayer& tiled) {
  std::vector<int> tiles(layer.outputs(), -1);
  for (const TileColumn& column : tiled)
    for (const int output : column.outputs) tiles[static_cast<std::size_t>(output)] = column.result_tile();
  return tiles;
}

class OriginTiles {
 public:
  OriginTiles(const std::vector<MaskedLayer>& layers, const TiledNetwork& tiled)
      : layers_(layers), tiled_(tiled), tiles_(layers.size()) {}

  // The image comes in at tile 0.
  int operator()(const ChannelOrigin& origin) {
    if (origin.layer < 0) return 0;
    const auto l = static_cast<std::size_t>(origin.layer);
    if (tiles_[l].empty()) tiles_[l] = result_tiles(layers_[l], tiled_.layers[l]);
    return tiles_[l][static_cast<std::size_t>(origin.output)];
  }

 private:
  const std::vector<MaskedLayer>& layers_;
  const TiledNetwork& tiled_;
  std::vector<std::vector<int>> tiles_;
};

bool lives(const MaskedLayer& layer, const WeightMask& mask, int output, int row) {
  const auto o = static_cast<std::size_t>(output), r = static_cast<std::size_t>(row);
  return layer.has_weight(o, r) && mask[layer.place(o, r)] != 0;
}

std::vector<Flow> as_flows(const ImcDesign& design, const std::vector<TileVolume>& volumes) {
  std::vector<Flow> flows;
  for (const TileVolume& v : volumes) flows.push_back({v.from, v.to, design.tiling.flits(v.bits)});
  return flows;
}

class Costing {
 public:
  Costing(const ImcDesign& design, const Mesh& mesh) : design_(design), costs_(design), counter_(mesh) {}

  void add(const std::vector<Flow>& flows, CommunicationCost& cost) {
    const Traffic traffic = counter_.count(flows);
    const auto bits = [&](std::int64_t flits) {
      return static_cast<double>(flits) * static_cast<double>(design_.tiling.link_bits);
    };
    cost.flit_hops += traffic.flit_hops;
    cost.energy_mj += costs_.mesh_mj(bits(traffic.flit_hops + traffic.flits), bits(traffic.flit_hops));
    cost.latency_ms += costs_.milliseconds(communication_cycles(design_, traffic));
  }

 private:
  const ImcDesign& design_;
  ImcCosts costs_;
  LinkCounter counter_;
};

Json json_of(const CommunicationCost& cost) {
  return {{"energy_mj", cost.energy_mj}, {"latency_ms", cost.latency_ms}, {"flit_hops", cost.flit_hops}};
}
CommunicationCost cost_from(const Json& json) {
  const JsonReader reader(json, "communication");
  return {reader.get<double>("energy_mj"), reader.get<double>("latency_ms"),
          reader.get<std::int64_t>("flit_hops")};
}

}  // namespace

std::vector<TileVolume> activation_volumes(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                                           const WeightMasks& masks, const TiledNetwork& tiled,
                                           std::size_t l) {
  const MaskedLayer& layer = layers[l];
  OriginTiles tile_of(layers, tiled);
  Volumes volumes;
  for (const TileColumn& column : tiled.layers[l])
    for (std::size_t r = 0; r < column.rows.size(); ++r) {
      int sent = -1;  // the last channel that has been counted
      for (const int row : column.rows[r]) {
        const int channel = row / static_cast<int>(layer.shape.taps);
        if (channel == sent) continue;
        if (std::ranges::none_of(column.outputs,
                                 [&](int output) { return lives(layer, masks[l], output, row); }))
          continue;
        sent = channel;
        const int from = tile_of(layer.reads[static_cast<std::size_t>(channel)]);
        if (from >= 0)
          volumes.add(from, column.first_tile + static_cast<int>(r),
                      layer.shape.values * tiling.activation_bits);
      }
    }
  const std::vector<int> results = result_tiles(layer, tiled.layers[l]);
  for (const MaskedLayer::Operand& operand : layer.operands)
    for (std::size_t k = 0; k < std::min(operand.reads.size(), results.size()); ++k)
      if (const int from = tile_of(operand.reads[k]); from >= 0 && results[k] >= 0)
        volumes.add(from, results[k], operand.values * tiling.activation_bits);
  return volumes.list();
}

std::vector<TileVolume> partial_sum_volumes(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                                            const WeightMasks& masks, const TiledNetwork& tiled,
                                            std::size_t l) {
  const MaskedLayer& layer = layers[l];
  Volumes volumes;
  for (const TileColumn& column : tiled.layers[l])
    for (const int output : column.outputs) {
      bool begun = false;
      for (std::size_t r = 0; r + 1 < column.rows.size(); ++r) {
        begun = begun || std::ranges::any_of(column.rows[r],
                                             [&](int row) { return lives(layer, masks[l], output, row); });
        const int tile = column.first_tile + static_cast<int>(r);
        if (begun) volumes.add(tile, tile + 1, layer.shape.positions * tiling.partial_sum_bits);
      }
    }
  return volumes.list();
}

std::vector<SentFlows> sent_flows(const ImcDesign& design, const std::vector<MaskedLayer>& layers,
                                  const WeightMasks& masks, const TiledNetwork& tiled) {
  check_masks(layers, masks);
  std::vector<SentFlows> sent;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    SentFlows& flows = sent.emplace_back();
    flows.activations = as_flows(design, activation_volumes(design.tiling, layers, masks, tiled, l));
    flows.all = as_flows(design, partial_sum_volumes(design.tiling, layers, masks, tiled, l));
    flows.all.insert(flows.all.begin(), flows.activations.begin(), flows.activations.end());
  }
  return sent;
}

Mesh tiles_in_order(const ImcDesign& design, const TiledNetwork& tiled) {
  return mesh_for(design, tiled.tiles);
}

Mesh annealed_tiles(const ImcDesign& design, const TiledNetwork& tiled, const std::vector<SentFlows>& sent) {
  const Mesh snake = tiles_in_order(design, tiled);
  std::vector<Flow> flows;
  for (const SentFlows& of_layer : sent) flows.insert(flows.end(), of_layer.all.begin(), of_layer.all.end());
  return Mesh(snake.side(), anneal_placement(snake, pair_volumes(flows), 1).spots);
}

Communication communication(const ImcDesign& design, const std::vector<SentFlows>& sent, const Mesh& mesh) {
  Communication result;
  result.tiles = mesh.tiles();
  Costing costing(design, mesh);
  for (const SentFlows& flows : sent) {
    costing.add(flows.activations, result.activations);
    costing.add(flows.all, result.all);
  }
  return result;
}

Json to_json(const Communication& communication) {
  return {{"tiles", communication.tiles},
          {"activations", json_of(communication.activations)},
          {"all", json_of(communication.all)}};
}

Communication communication_from_json(const Json& json) {
  const JsonReader reader(json, "communication");
  return {reader.get<std::int64_t>("tiles"), cost_from(reader.at("activations")),
          cost_from(reader.at("all"))};
}

}  // namespace flash
