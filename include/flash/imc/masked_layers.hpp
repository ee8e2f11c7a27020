// Layers with weights of which some are pruned: where the channels that they read come from, and what dies with what.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "flash/hardware/tiling.hpp"
#include "flash/network/network_graph.hpp"

namespace flash {

// The output of a layer with weights that a channel is, behind norms, activations, pools and gathers.
struct ChannelOrigin {
  int layer = -1;  // among those with weights; -1: the image
  int output = 0;  // or the image's channel
  bool operator==(const ChannelOrigin&) const = default;
};

struct MaskedLayer {
  std::size_t node = 0;
  Convolution shape;
  std::vector<ChannelOrigin> reads;  // of each input channel
  // What is added to its outputs, or scales them: output k meets reads[k] of each.
  struct Operand {
    std::int64_t values = 1;  // a channel
    std::vector<ChannelOrigin> reads;
  };
  std::vector<Operand> operands;
  // Outputs that are added, scaled or the network's: they count as living and as read, whatever their weights.
  bool pinned = false;

  std::size_t outputs() const { return static_cast<std::size_t>(shape.out); }
  std::size_t inputs() const { return static_cast<std::size_t>(shape.in); }
  std::size_t taps() const { return static_cast<std::size_t>(shape.taps); }
  // Weights of an output, as a mask has them: [output][input channel][tap]; of a depthwise one [output][tap].
  std::size_t width() const { return (shape.depthwise ? 1 : inputs()) * taps(); }
  std::size_t weights() const { return outputs() * width(); }
  // Of a row of its matrix, input channel * taps + tap. A depthwise output has none of other channels' rows.
  std::size_t place(std::size_t output, std::size_t row) const {
    return shape.depthwise ? output * taps() + row % taps() : output * width() + row;
  }
  bool has_weight(std::size_t output, std::size_t row) const {
    return !shape.depthwise || row / taps() == output;
  }
};
// In the order in which they run.
std::vector<MaskedLayer> masked_layers(const NetworkGraph& graph);

// Of each channel of a value. Where that is dead, shifts of norms on the way and running means must be 0, or the channel
// sends a constant.
std::vector<ChannelOrigin> channel_origins(const NetworkGraph& graph, NetworkGraph::Value value);

using WeightMask = std::vector<std::uint8_t>;  // 1: kept, as MaskedLayer::width says
using WeightMasks = std::vector<WeightMask>;   // of each layer
// Throws Error bad_data where the masks are of another network.
void check_masks(const std::vector<MaskedLayer>& layers, const WeightMasks& masks);
WeightMasks dense_masks(const std::vector<MaskedLayer>& layers);
std::int64_t kept_weights(const WeightMasks& masks);

// An output without weights puts out 0, given that its norm's shift and its bias go too, and weights that read it go; an
// output that no weight reads loses its own. To the end of that chain [ours].
void remove_dead(const std::vector<MaskedLayer>& layers, WeightMasks& masks);
// [layer][output]: whether it keeps a weight, or is pinned.
std::vector<std::vector<std::uint8_t>> living_outputs(const std::vector<MaskedLayer>& layers,
                                                      const WeightMasks& masks);

}  // namespace flash
