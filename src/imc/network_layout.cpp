#include "flash/imc/network_layout.hpp"

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/topology/skips.hpp"

namespace flash {

NetworkLayout::NetworkLayout(const Tiling& tiling, const Space& space, const Configuration& configuration,
                             std::uint64_t seed)
    : tiling_(tiling), seed_(seed) {
  const SpaceDefinition& definition = space.definition();
  const Stratum& stratum = space.stratum_of(space.id(configuration));
  for (std::size_t cell = 0; cell < space.cells(); ++cell) {
    std::vector<std::size_t>& outputs = outputs_.emplace_back();
    for (const Layer& layer :
         cell_layers(definition, stratum, static_cast<int>(cell), configuration.skips[cell])) {
      int part = 0;
      for (const Convolution& convolution : convolutions_of(definition, layer))
        place(convolution, layer, part++);
      outputs.push_back(convolutions_.size() - 1);
    }
  }
  if (definition.family == Family::dense_cells) {
    const Convolution head = head_convolution(definition, convolutions_.back().layer);
    Layer layer;
    layer.cell = convolutions_.back().layer.cell;
    layer.index = convolutions_.back().layer.index + 1;
    layer.in = static_cast<int>(head.in);
    layer.out = static_cast<int>(head.out);
    layer.side_in = convolutions_.back().layer.side_out;
    place(head, layer, 0);
  }
}

void NetworkLayout::place(const Convolution& convolution, const Layer& layer, int part) {
  const Mapping mapping(tiling_, convolution);
  if (mapping.tiles > max_tiles - tiles_)
    throw Error(ExitCode::bad_job, "imc: a network of the space needs more than " +
                                       std::to_string(max_tiles) +
                                       " tiles: take larger tiles or smaller networks");
  convolutions_.push_back({layer, part, convolution, mapping, static_cast<int>(tiles_)});
  tiles_ += mapping.tiles;
}

void NetworkLayout::add_outputs(const PlacedConvolution& placed, std::vector<Source>& sources) const {
  for (std::int64_t column = 0; column < placed.mapping.column_tiles; ++column) {
    const ChannelRange range = output_channels(tiling_, placed.convolution, placed.mapping, column);
    sources.push_back({placed.tile(placed.mapping.row_tiles - 1, column), range.last - range.first});
  }
}

std::vector<NetworkLayout::Source> NetworkLayout::sources_of(std::size_t convolution) const {
  const PlacedConvolution& reader = convolutions_[convolution];
  std::vector<Source> sources;
  if (convolution == 0) {
    sources.push_back({0, reader.convolution.in});
    return sources;
  }
  add_outputs(convolutions_[convolution - 1], sources);
  if (reader.part > 0 || reader.layer.skip == 0) return sources;
  // Behind them the skips, in the order of their layers.
  const auto cell = static_cast<std::size_t>(reader.layer.cell);
  const std::vector<std::size_t>& outputs = outputs_[cell];
  const int width = static_cast<int>(convolutions_[outputs[0]].convolution.out);
  const std::vector<int> channels =
      skip_sources(seed_, reader.layer.cell, reader.layer.index, width, reader.layer.skip);
  auto next = channels.begin();
  for (std::size_t layer = 0; next != channels.end(); ++layer) {
    const PlacedConvolution& placed = convolutions_[outputs[layer]];
    const std::int64_t first_channel = static_cast<std::int64_t>(layer) * width;
    for (std::int64_t column = 0; column < placed.mapping.column_tiles; ++column) {
      const ChannelRange range = output_channels(tiling_, placed.convolution, placed.mapping, column);
      const auto end = std::lower_bound(next, channels.end(), first_channel + range.last);
      if (end == next) continue;
      sources.push_back({placed.tile(placed.mapping.row_tiles - 1, column), end - next});
      next = end;
    }
  }
  return sources;
}

void NetworkLayout::flows_into(std::size_t convolution, LayerFlows& result) const {
  const PlacedConvolution& reader = convolutions_[convolution];
  const Convolution& shape = reader.convolution;
  const Mapping& mapping = reader.mapping;
  result.flows.clear();
  result.activation_bits = 0;
  result.partial_sum_bits = 0;
  const std::vector<Source> sources = sources_of(convolution);

  // A depthwise convolution's column tiles each read their own channels; otherwise all column tiles read what
  // their row needs.
  const std::int64_t readers = shape.depthwise ? mapping.column_tiles : mapping.row_tiles;
  const std::int64_t copies = shape.depthwise ? 1 : mapping.column_tiles;
  auto source = sources.begin();
  std::int64_t begin = 0;  // first channel of *source
  for (std::int64_t at = 0; at < readers; ++at) {
    const ChannelRange needed = input_channels(tiling_, shape, mapping, at);
    while (begin + source->channels <= needed.first) begin += (source++)->channels;
    for (auto [s, first] = std::pair(source, begin); s != sources.end() && first < needed.last;
         first += (s++)->channels) {
      const std::int64_t channels =
          std::min(first + s->channels, needed.last) - std::max(first, needed.first);
      if (channels == 0) continue;
      const std::int64_t bits = channels * shape.values * tiling_.activation_bits;
      const std::int64_t flits = tiling_.flits(bits);
      for (std::int64_t copy = 0; copy < copies; ++copy)
        result.flows.push_back({s->tile, reader.first_tile + static_cast<int>(copy * readers + at), flits});
      result.activation_bits += copies * bits;
    }
  }
  if (mapping.row_tiles == 1) return;
  for (std::int64_t column = 0; column < mapping.column_tiles; ++column) {
    const ChannelRange range = output_channels(tiling_, shape, mapping, column);
    const std::int64_t bits = (range.last - range.first) * shape.positions * tiling_.partial_sum_bits;
    for (std::int64_t row = 0; row + 1 < mapping.row_tiles; ++row)
      result.flows.push_back({reader.tile(row, column), reader.tile(row + 1, column), tiling_.flits(bits)});
    result.partial_sum_bits += (mapping.row_tiles - 1) * bits;
  }
}

}  // namespace flash
