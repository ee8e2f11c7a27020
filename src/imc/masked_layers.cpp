#include "flash/imc/masked_layers.hpp"

#include <algorithm>
#include <numeric>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Value = NetworkGraph::Value;
using Kind = Operator::Kind;

bool merges(const Operator& op) { return op.kind == Kind::add || op.kind == Kind::scale; }
// What makes no 0 of a 0; whose channels must therefore not count as silent.
bool lifts_zero(const Operator& op) { return op.kind == Kind::hard_sigmoid; }

class Tracing {
 public:
  explicit Tracing(const NetworkGraph& graph) : graph_(graph), of_value_(graph.nodes().size() + 1, -1) {
    int layers = 0;
    for (std::size_t k = 0; k < graph.nodes().size(); ++k)
      if (convolution_of(graph.nodes()[k].op)) of_value_[k + 1] = layers++;
  }

  std::vector<ChannelOrigin> of(Value value) const {
    std::vector<ChannelOrigin> list;
    if (value == NetworkGraph::image || of_value_[value] >= 0) {
      for (int channel = 0; channel < graph_.channels(value); ++channel)
        list.push_back({value == NetworkGraph::image ? -1 : of_value_[value], channel});
      return list;
    }
    const NetworkGraph::Node& node = graph_.node(value);
    // Of several activations, the result stays where the first of them is.
    const std::size_t reads = merges(node.op) ? 1 : node.reads.size();
    for (std::size_t r = 0; r < reads; ++r) {
      const std::vector<ChannelOrigin> read = of(node.reads[r]);
      if (node.columns.empty() || node.columns[r].empty())
        list.insert(list.end(), read.begin(), read.end());
      else
        for (const int channel : node.columns[r]) list.push_back(read[static_cast<std::size_t>(channel)]);
    }
    if (node.op.kind == Kind::flatten) {  // every value of a channel becomes one
      const std::size_t each = static_cast<std::size_t>(node.op.side_in) * node.op.side_in;
      std::vector<ChannelOrigin> values;
      for (const ChannelOrigin& channel : list) values.insert(values.end(), each, channel);
      return values;
    }
    return list;
  }

 private:
  const NetworkGraph& graph_;
  std::vector<int> of_value_;
};

void add_operands(const NetworkGraph& graph, const Tracing& tracing, std::vector<MaskedLayer>& layers) {
  const auto pin = [&](const std::vector<ChannelOrigin>& channels) {
    for (const ChannelOrigin& channel : channels)
      if (channel.layer >= 0) layers[static_cast<std::size_t>(channel.layer)].pinned = true;
  };
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (lifts_zero(node.op)) pin(tracing.of(node.reads.front()));
    if (!merges(node.op)) continue;
    const std::vector<ChannelOrigin> made = tracing.of(node.reads.front());
    for (const Value read : node.reads) pin(tracing.of(read));
    if (made.empty() || made.front().layer < 0) continue;
    MaskedLayer& layer = layers[static_cast<std::size_t>(made.front().layer)];
    const bool adds = node.op.kind == Kind::add;
    for (std::size_t r = 1; r < node.reads.size(); ++r) {
      MaskedLayer::Operand operand;
      operand.values = adds ? std::int64_t{node.op.side_in} * node.op.side_in : 1;
      operand.reads = tracing.of(node.reads[r]);
      const int most = adds ? std::min(node.op.reach, node.op.in) : node.op.in;
      operand.reads.resize(std::min(operand.reads.size(), static_cast<std::size_t>(most)));
      layer.operands.push_back(std::move(operand));
    }
  }
  pin(tracing.of(graph.output()));
}

bool any_kept(const WeightMask& mask, std::size_t first, std::size_t count) {
  return std::find(mask.begin() + static_cast<std::ptrdiff_t>(first),
                   mask.begin() + static_cast<std::ptrdiff_t>(first + count),
                   1) != mask.begin() + static_cast<std::ptrdiff_t>(first + count);
}

}  // namespace

std::vector<MaskedLayer> masked_layers(const NetworkGraph& graph) {
  const Tracing tracing(graph);
  std::vector<MaskedLayer> layers;
  for (std::size_t k = 0; k < graph.nodes().size(); ++k) {
    const std::optional<Convolution> shape = convolution_of(graph.nodes()[k].op);
    if (!shape) continue;
    MaskedLayer& layer = layers.emplace_back();
    layer.node = k;
    layer.shape = *shape;
    layer.reads = tracing.of(graph.nodes()[k].reads.front());
  }
  add_operands(graph, tracing, layers);
  return layers;
}

std::vector<ChannelOrigin> channel_origins(const NetworkGraph& graph, NetworkGraph::Value value) {
  return Tracing(graph).of(value);
}

void check_masks(const std::vector<MaskedLayer>& layers, const WeightMasks& masks) {
  const bool fits = std::ranges::equal(layers, masks, [](const MaskedLayer& layer, const WeightMask& mask) {
    return layer.weights() == mask.size();
  });
  if (!fits)
    throw Error(ExitCode::bad_data, "the masks are of another network: other layers, or other weights");
}

WeightMasks dense_masks(const std::vector<MaskedLayer>& layers) {
  WeightMasks masks;
  for (const MaskedLayer& layer : layers) masks.emplace_back(layer.weights(), std::uint8_t{1});
  return masks;
}

std::int64_t kept_weights(const WeightMasks& masks) {
  std::int64_t kept = 0;
  for (const WeightMask& mask : masks) kept += std::accumulate(mask.begin(), mask.end(), std::int64_t{0});
  return kept;
}

std::vector<std::vector<std::uint8_t>> living_outputs(const std::vector<MaskedLayer>& layers,
                                                      const WeightMasks& masks) {
  std::vector<std::vector<std::uint8_t>> living;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    living.emplace_back(layers[l].outputs());
    for (std::size_t o = 0; o < layers[l].outputs(); ++o)
      living[l][o] = layers[l].pinned || any_kept(masks[l], o * layers[l].width(), layers[l].width());
  }
  return living;
}

void remove_dead(const std::vector<MaskedLayer>& layers, WeightMasks& masks) {
  for (bool changed = true; changed;) {
    changed = false;
    const std::vector<std::vector<std::uint8_t>> living = living_outputs(layers, masks);
    std::vector<std::vector<std::uint8_t>> read;
    for (const MaskedLayer& layer : layers) read.emplace_back(layer.outputs(), layer.pinned);
    for (std::size_t l = 0; l < layers.size(); ++l) {
      const MaskedLayer& layer = layers[l];
      for (std::size_t o = 0; o < layer.outputs(); ++o)
        for (std::size_t c = 0; c < layer.width() / layer.taps(); ++c) {
          const std::size_t first = o * layer.width() + c * layer.taps();
          if (!any_kept(masks[l], first, layer.taps())) continue;
          const ChannelOrigin from = layer.reads[layer.shape.depthwise ? o : c];
          if (from.layer < 0) continue;
          const auto layer_of = static_cast<std::size_t>(from.layer);
          const auto output_of = static_cast<std::size_t>(from.output);
          if (living[layer_of][output_of]) {
            read[layer_of][output_of] = 1;
          } else {
            std::fill_n(masks[l].begin() + static_cast<std::ptrdiff_t>(first), layer.taps(), std::uint8_t{0});
            changed = true;
          }
        }
    }
    for (std::size_t l = 0; l < layers.size(); ++l)
      for (std::size_t o = 0; o < layers[l].outputs(); ++o)
        if (!read[l][o] && living[l][o]) {
          std::fill_n(masks[l].begin() + static_cast<std::ptrdiff_t>(o * layers[l].width()),
                      layers[l].width(), std::uint8_t{0});
          changed = true;
        }
  }
}

}  // namespace flash
