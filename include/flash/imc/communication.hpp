// What a pruned network sends over a chip [reconstructed after A. A. Goksoy et al., "CANNON", IEEE TETC 11(4), 2023, of
// which only the abstract was read]. An input channel travels to a tile unless all weights there that read it are pruned:
// weights pruned one by one save no communication, whole groups of them do.
#pragma once

#include <cstdint>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/imc/design.hpp"
#include "flash/imc/masked_layers.hpp"
#include "flash/imc/mesh.hpp"
#include "flash/imc/placement.hpp"

namespace flash {

// A column tile of a layer: outputs, and the matrix' rows of each of the tiles below each other. Their partial sums pass
// from tile to tile and end in the last one.
struct TileColumn {
  std::vector<int> outputs;
  std::vector<std::vector<int>> rows;  // of each row tile, ascending
  int first_tile = 0;
  int result_tile() const { return first_tile + static_cast<int>(rows.size()) - 1; }
};
using TiledLayer = std::vector<TileColumn>;
struct TiledNetwork {
  std::vector<TiledLayer> layers;
  std::int64_t tiles = 0;
};
// As NetworkLayout lays dense networks out, tile for tile.
TiledNetwork dense_tiles(const Tiling& tiling, const std::vector<MaskedLayer>& layers);
// Only outputs that live, and of a column tile only rows that hold a weight there [ours]; of each layer a tile at least.
TiledNetwork compacted_tiles(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                             const WeightMasks& masks);

// Data in bits from tile to tile, each pair once, by tile; none from a tile to itself.
struct TileVolume {
  int from = 0, to = 0;
  std::int64_t bits = 0;
  bool operator==(const TileVolume&) const = default;
};
// What comes into layer l: living channels, and all that is added to its outputs.
std::vector<TileVolume> activation_volumes(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                                           const WeightMasks& masks, const TiledNetwork& tiled,
                                           std::size_t l);
// What its tiles tell each other, in a chain: of an output, from the first of its row tiles that holds a weight of it on.
std::vector<TileVolume> partial_sum_volumes(const Tiling& tiling, const std::vector<MaskedLayer>& layers,
                                            const WeightMasks& masks, const TiledNetwork& tiled,
                                            std::size_t l);

struct CommunicationCost {
  double energy_mj = 0;   // sum of flits * link bits * (router (h + 1) + link h), h the hops
  double latency_ms = 0;  // sum over layers: flits of the busiest link, and the first flit's way
  std::int64_t flit_hops = 0;
  double delay_product() const { return energy_mj * latency_ms; }
};
struct Communication {
  std::int64_t tiles = 0;
  CommunicationCost activations;  // alone
  CommunicationCost all;          // with partial sums
};
// What a network sends, layer by layer.
struct SentFlows {
  std::vector<Flow> activations, all;  // alone; with partial sums
};
// Throws Error bad_data where masks are of another network.
std::vector<SentFlows> sent_flows(const ImcDesign& design, const std::vector<MaskedLayer>& layers,
                                  const WeightMasks& masks, const TiledNetwork& tiled);
// In the order of the layers. As many places as noc.mesh_side says, or as are needed. Throws Error bad_job where the tiles
// do not fit.
Mesh tiles_in_order(const ImcDesign& design, const TiledNetwork& tiled);
// Annealed (placement.hpp) from there by all that tiles tell each other, so that it is never worse. Throws the same.
Mesh annealed_tiles(const ImcDesign& design, const TiledNetwork& tiled, const std::vector<SentFlows>& sent);
Communication communication(const ImcDesign& design, const std::vector<SentFlows>& sent, const Mesh& mesh);
Json to_json(const Communication& communication);
Communication communication_from_json(const Json& json);

}  // namespace flash
