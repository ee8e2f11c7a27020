#include "flash/imc/balance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "costs.hpp"
#include "placed_mesh.hpp"

namespace flash {
namespace {

constexpr std::int64_t small_chip = 2048;  // tiles, up to which each copy is looked at
constexpr std::int64_t looks = 10;         // beyond: each tenth of the tiles that comes

class Balancing {
 public:
  Balancing(const ImcDesign& design, const NetworkGraph& graph, std::span<const LayerForm> forms)
      : design_(design),
        graph_(graph),
        forms_(forms),
        costs_(design),
        layers_(NetworkLayout(design.tiling, graph, forms, partial_sums(design)).convolutions()) {
    for (const PlacedConvolution& layer : layers_) tiles_ += layer.all_tiles();
    best_.copies.assign(layers_.size(), 1);
  }

  Balance run() {
    best_.over_limit = !fits(tiles_);
    if (best_.over_limit || layers_.empty()) return best_;
    look();
    for (;;) {
      PlacedConvolution& slowest = layers_[slowest_layer()];
      if (slowest.copies < slowest.convolution.positions && fits(tiles_ + slowest.mapping.tiles)) {
        ++slowest.copies;
        tiles_ += slowest.mapping.tiles;
        if (tiles_ <= small_chip || tiles_ - looked_at_ >= looked_at_ / looks) look();
      } else if (tiles_ > looked_at_) {
        look();
      } else {
        return best_;
      }
    }
  }

 private:
  double area(std::int64_t tiles) const {
    const Area parts = costs_.area(Mesh(tiles));
    return std::accumulate(parts.begin(), parts.end(), 0.0);
  }

  bool fits(std::int64_t tiles) const {
    const std::int64_t side = design_.mesh_side;
    if (tiles > NetworkLayout::max_tiles || (side > 0 && tiles > side * side)) return false;
    return area(tiles) <= design_.area_limit_mm2;
  }

  // The whole chip as it is now.
  void look() {
    std::vector<std::int64_t> copies;
    for (const PlacedConvolution& layer : layers_) copies.push_back(layer.copies);
    seen_ = simulate_copies(design_, graph_, forms_, {}, copies);
    looked_at_ = tiles_;
    if (seen_.interval_ms >= shortest_) return;
    shortest_ = seen_.interval_ms;
    best_.copies = copies;
  }

  std::size_t slowest_layer() const {
    const double side_mm = std::sqrt(area(tiles_));
    std::vector<std::int64_t> cycles;
    for (std::size_t i = 0; i < layers_.size(); ++i)
      cycles.push_back(costs_.compute_cycles(layers_[i], seen_.layers[i].copies) +
                       costs_.load_cycles(layers_[i], side_mm) + seen_.layers[i].communication_cycles);
    return static_cast<std::size_t>(std::ranges::max_element(cycles) - cycles.begin());
  }

  const ImcDesign& design_;
  const NetworkGraph& graph_;
  std::span<const LayerForm> forms_;
  ImcCosts costs_;
  std::vector<PlacedConvolution> layers_;  // with the copies that they have by now
  std::int64_t tiles_ = 0, looked_at_ = 0;
  ImcReport seen_;
  double shortest_ = std::numeric_limits<double>::infinity();
  Balance best_;
};

}  // namespace

Balance balanced(const ImcDesign& design, const NetworkGraph& graph, std::span<const LayerForm> forms) {
  return Balancing(design, graph, forms).run();
}

}  // namespace flash
