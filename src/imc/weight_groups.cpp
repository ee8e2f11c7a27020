#include "flash/imc/weight_groups.hpp"

namespace flash {
namespace {

bool stays_dense(const std::vector<MaskedLayer>& layers, std::size_t l) {
  const MaskedLayer& layer = layers[l];
  return layer.shape.depthwise || l + 1 == layers.size() || (l == 0 && layer.shape.positions > 1);
}

// Sums by layer.
struct Mean {
  double sum = 0, count = 0;
  double value() const { return count > 0 ? sum / count : 0; }
};

}  // namespace

std::vector<WeightGroup> tile_groups(const ImcDesign& design, const std::vector<MaskedLayer>& layers,
                                     const TiledNetwork& tiled, const Mesh& mesh) {
  std::vector<WeightGroup> groups;
  std::vector<std::vector<int>> results;  // [layer][output]: tile
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const MaskedLayer& layer = layers[l];
    std::vector<int>& made_in = results.emplace_back(layer.outputs());
    for (const TileColumn& column : tiled.layers[l])
      for (const int output : column.outputs)
        made_in[static_cast<std::size_t>(output)] = column.result_tile();
    if (stays_dense(layers, l)) continue;
    const int taps = static_cast<int>(layer.shape.taps);
    const double bits = static_cast<double>(layer.shape.values * design.tiling.activation_bits);
    for (std::size_t k = 0; k < tiled.layers[l].size(); ++k) {
      const TileColumn& column = tiled.layers[l][k];
      for (std::size_t r = 0; r < column.rows.size(); ++r)
        for (const int row : column.rows[r]) {
          const int channel = row / taps;
          if (row == column.rows[r].front() || row % taps == 0) {
            const ChannelOrigin& from = layer.reads[static_cast<std::size_t>(channel)];
            const int source =
                from.layer < 0
                    ? 0
                    : results[static_cast<std::size_t>(from.layer)][static_cast<std::size_t>(from.output)];
            const int tile = column.first_tile + static_cast<int>(r);
            WeightGroup group{.layer = static_cast<int>(l),
                              .channel = channel,
                              .column = static_cast<int>(k),
                              .first_row = row,
                              .rows = 0,
                              .first_output = column.outputs.front(),
                              .outputs = static_cast<int>(column.outputs.size()),
                              .hops = mesh.hops(source, tile),
                              .cost = 0};
            if (source != tile)
              group.cost =
                  bits * (design.energy.router_bit * (group.hops + 1) + design.energy.link_bit * group.hops);
            groups.push_back(group);
          }
          ++groups.back().rows;
        }
    }
  }
  return groups;
}

std::vector<WeightGroup> filter_groups(const std::vector<MaskedLayer>& layers) {
  std::vector<WeightGroup> groups;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    if (stays_dense(layers, l) || layers[l].pinned) continue;
    for (int output = 0; output < static_cast<int>(layers[l].shape.out); ++output)
      groups.push_back({.layer = static_cast<int>(l),
                        .channel = output,
                        .column = 0,
                        .first_row = 0,
                        .rows = static_cast<int>(layers[l].shape.in * layers[l].shape.taps),
                        .first_output = output,
                        .outputs = 1});
  }
  return groups;
}

std::vector<WeightGroup> groups_of(std::string_view method, const ImcDesign& design,
                                   const std::vector<MaskedLayer>& layers) {
  if (method == "filter") return filter_groups(layers);
  const TiledNetwork tiled = dense_tiles(design.tiling, layers);
  return tile_groups(design, layers, tiled, tiles_in_order(design, tiled));
}

std::vector<double> group_scores(const std::vector<MaskedLayer>& layers,
                                 const std::vector<WeightGroup>& groups,
                                 const std::vector<std::vector<float>>& weights, double lambda) {
  std::vector<Mean> square(layers.size()), cost(layers.size());
  std::vector<double> scores;
  for (const WeightGroup& group : groups) {
    const auto l = static_cast<std::size_t>(group.layer);
    double sum = 0;
    for (int o = group.first_output; o < group.first_output + group.outputs; ++o)
      for (int row = group.first_row; row < group.first_row + group.rows; ++row) {
        const auto weight = static_cast<double>(
            weights[l][layers[l].place(static_cast<std::size_t>(o), static_cast<std::size_t>(row))]);
        sum += weight * weight;
      }
    square[l].sum += sum;
    square[l].count += static_cast<double>(group.weights());
    cost[l].sum += group.cost;
    ++cost[l].count;
    scores.push_back(sum / static_cast<double>(group.weights()));
  }
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto l = static_cast<std::size_t>(groups[g].layer);
    if (square[l].value() > 0) scores[g] /= square[l].value();
    if (cost[l].value() > 0) scores[g] -= lambda * groups[g].cost / cost[l].value();
  }
  return scores;
}

}  // namespace flash
