#include "flash/imc/network_layout.hpp"

#include <algorithm>
#include <cmath>

#include "flash/core/error.hpp"

namespace flash {
namespace {

// Of several activations, the result stays where the first of them is.
bool combines(const Operator& op) {
  return op.kind == Operator::Kind::add || op.kind == Operator::Kind::scale;
}

// Of so many, the share that is kept, at least one.
std::int64_t kept(std::int64_t count, double share) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(static_cast<double>(count) * share)));
}
int widened(int lines, double share) {
  constexpr double most = 1 << 30;
  return static_cast<int>(std::min(static_cast<double>(lines) / share, most));
}

// The tiling that a dense layer of the design's bits would need to lie as this one does.
Tiling packed(Tiling tiling, const LayerForm& form, bool depthwise) {
  if (form.kind != LayerForm::Kind::shift_add) tiling.weight_bits = std::min(tiling.weight_bits, form.bits);
  tiling.crossbar_rows = widened(tiling.crossbar_rows, depthwise ? form.filters_kept : form.rows_kept);
  tiling.crossbar_columns = widened(tiling.crossbar_columns, form.filters_kept);
  return tiling;
}

// What of a mapping on a packed tiling holds weights, is driven, read and converted.
void leave_out_pruned(Mapping& mapping, double rows, double columns, bool depthwise) {
  mapping.weight_cells = kept(mapping.weight_cells, depthwise ? columns : rows * columns);
  mapping.read_cells = kept(mapping.read_cells, rows * columns);
  mapping.driven_rows = kept(mapping.driven_rows, rows);
  mapping.conversions = kept(mapping.conversions, columns);
}

}  // namespace

NetworkLayout::NetworkLayout(const Tiling& tiling, NetworkGraph graph, std::span<const LayerForm> forms,
                             PartialSums sums, std::span<const std::int64_t> copies)
    : tiling_(tiling), sums_(sums), graph_(std::move(graph)), of_value_(graph_.nodes().size() + 1) {
  if (!forms.empty()) check_forms(graph_, forms);
  for (std::size_t k = 0; k < graph_.nodes().size(); ++k) {
    const std::optional<Convolution> convolution = convolution_of(graph_.nodes()[k].op);
    if (!convolution) continue;
    of_value_[k + 1] = convolutions_.size();
    values_.push_back(k + 1);
    const std::size_t index = convolutions_.size();
    place(*convolution, graph_.nodes()[k], forms.empty() ? nullptr : &forms[index],
          copies.empty() ? 1 : copies[index]);
  }
  combined_.resize(convolutions_.size());
  for (NetworkGraph::Value value = 1; value <= graph_.nodes().size(); ++value) {
    if (!combines(graph_.node(value).op)) continue;
    NetworkGraph::Value made = graph_.node(value).reads.front();
    while (made != NetworkGraph::image && !graph_.node(made).op.has_matrix())
      made = graph_.node(made).reads.front();
    if (made != NetworkGraph::image) combined_[of_value_[made]].push_back(value);
  }
}

void NetworkLayout::place(const Convolution& convolution, const NetworkGraph::Node& node,
                          const LayerForm* form, std::int64_t copies) {
  const bool depthwise = convolution.depthwise;
  const Tiling tiling = form == nullptr ? tiling_ : packed(tiling_, *form, depthwise);
  Mapping mapping(tiling, convolution);
  std::int64_t rows = convolution.in * convolution.taps, out = convolution.out;
  if (form != nullptr) {
    const double filters = form->filters_kept, of_rows = depthwise ? filters : form->rows_kept;
    leave_out_pruned(mapping, of_rows, filters, depthwise);
    rows = kept(rows, of_rows);
    out = kept(out, filters);
  }
  if (mapping.tiles > (max_tiles - tiles_) / copies)
    throw Error(ExitCode::bad_job, "imc: a network of the space needs more than " +
                                       std::to_string(max_tiles) +
                                       " tiles: take larger tiles or smaller networks");
  int part = 0;
  if (!convolutions_.empty() && convolutions_.back().cell == node.slot &&
      convolutions_.back().index == node.layer)
    part = convolutions_.back().part + 1;
  convolutions_.push_back({node.slot, node.layer, part, convolution, mapping, static_cast<int>(tiles_),
                           tiling, rows, out, copies});
  tiles_ += convolutions_.back().all_tiles();
}

// Norms, activations and pooling leave channels where they are.
void NetworkLayout::add_sources(NetworkGraph::Value value, const std::vector<int>& columns,
                                std::vector<Source>& sources) const {
  if (value == NetworkGraph::image) {
    sources.push_back({0, graph_.channels(value)});
    return;
  }
  const NetworkGraph::Node& node = graph_.node(value);
  if (!node.op.has_matrix()) {
    const std::size_t first = sources.size();
    const std::size_t reads = combines(node.op) ? 1 : node.reads.size();
    for (std::size_t r = 0; r < reads; ++r)
      add_sources(node.reads[r], node.columns.empty() ? columns : node.columns[r], sources);
    if (node.op.kind == Operator::Kind::flatten)  // every value of a channel becomes one
      for (std::size_t i = first; i < sources.size(); ++i)
        sources[i].channels *= std::int64_t{node.op.side_in} * node.op.side_in;
    return;
  }
  const PlacedConvolution& placed = convolutions_[of_value_[value]];
  auto next = columns.begin();
  for (std::int64_t column = 0; column < placed.mapping.column_tiles; ++column) {
    const ChannelRange range = output_channels(placed.tiling, placed.convolution, placed.mapping, column);
    std::int64_t channels = range.last - range.first;
    if (!columns.empty()) {
      const auto end = std::lower_bound(next, columns.end(), range.last);
      channels = end - next;
      next = end;
      if (channels == 0) continue;
    }
    sources.push_back({placed.tile(placed.mapping.row_tiles - 1, column), channels, placed.copies,
                       static_cast<int>(placed.mapping.tiles)});
  }
}

// Copies share the image's positions in bands of equal height: those of source and reader overlap in part.
void NetworkLayout::send(const Source& source, const PlacedConvolution& reader, std::span<const int> to,
                         std::int64_t bits, bool same, LayerFlows& result) const {
  const std::int64_t ours = reader.copies, theirs = source.copies, all = ours * theirs;
  for (std::int64_t from = 0; from < theirs; ++from)
    for (std::int64_t copy = 0; copy < ours; ++copy) {
      const std::int64_t both =
          std::min((from + 1) * ours, (copy + 1) * theirs) - std::max(from * ours, copy * theirs);
      if (both <= 0) continue;
      const std::int64_t part = (bits * both + all - 1) / all;
      const std::int64_t flits = tiling_.flits(part);
      const int value = same ? static_cast<int>(result.flows.size()) : -1;
      const int sender = source.tile + static_cast<int>(from) * source.stride;
      const int shift = static_cast<int>(copy * reader.mapping.tiles);
      for (const int tile : to) result.flows.push_back({sender, tile + shift, flits, value});
      result.activation_bits += part * std::ssize(to);
    }
}

void NetworkLayout::add_operands(std::size_t convolution, LayerFlows& result) const {
  const PlacedConvolution& reader = convolutions_[convolution];
  std::vector<Source> sources;
  for (const NetworkGraph::Value value : combined_[convolution]) {
    const NetworkGraph::Node& node = graph_.node(value);
    const bool adds = node.op.kind == Operator::Kind::add;
    const std::int64_t a_channel = adds ? std::int64_t{node.op.side_in} * node.op.side_in : 1;
    for (std::size_t r = 1; r < node.reads.size(); ++r) {
      sources.clear();
      add_sources(node.reads[r], {}, sources);
      std::int64_t left = adds ? std::min(node.op.reach, node.op.in) : node.op.in, begin = 0;
      for (const Source& source : sources) {
        const std::int64_t end = begin + std::min(source.channels, left);
        for (std::int64_t column = 0; column < reader.mapping.column_tiles; ++column) {
          const ChannelRange range =
              output_channels(reader.tiling, reader.convolution, reader.mapping, column);
          const std::int64_t channels = std::min(end, range.last) - std::max(begin, range.first);
          if (channels <= 0) continue;
          const std::int64_t bits = channels * a_channel * tiling_.activation_bits;
          const int to = reader.tile(reader.mapping.row_tiles - 1, column);
          send(source, reader, {&to, 1}, bits, /*same=*/false, result);
        }
        left -= end - begin;
        begin = end;
      }
    }
  }
}

std::int64_t NetworkLayout::adds_to(std::int64_t row, std::int64_t rows) const {
  if (sums_ == PartialSums::chain) return row + 1;
  const std::int64_t behind = rows - 1 - row;  // its lowest bit: of which round of pairs it is the giver
  return row + (behind & -behind);
}

void NetworkLayout::flows_into(std::size_t convolution, LayerFlows& result) const {
  const PlacedConvolution& reader = convolutions_[convolution];
  const Convolution& shape = reader.convolution;
  const Mapping& mapping = reader.mapping;
  result.flows.clear();
  result.activation_bits = 0;
  result.partial_sum_bits = 0;
  std::vector<Source> sources;
  add_sources(graph_.node(values_[convolution]).reads.front(), {}, sources);

  // A depthwise convolution's column tiles each read their own channels; otherwise all column tiles read what
  // their row needs.
  const std::int64_t readers = shape.depthwise ? mapping.column_tiles : mapping.row_tiles;
  const std::int64_t copies = shape.depthwise ? 1 : mapping.column_tiles;
  std::vector<int> to(static_cast<std::size_t>(copies));
  auto source = sources.begin();
  std::int64_t begin = 0;  // first channel of *source
  for (std::int64_t at = 0; at < readers; ++at) {
    const ChannelRange needed = input_channels(reader.tiling, shape, mapping, at);
    for (std::int64_t copy = 0; copy < copies; ++copy)
      to[static_cast<std::size_t>(copy)] = reader.first_tile + static_cast<int>(copy * readers + at);
    while (begin + source->channels <= needed.first) begin += (source++)->channels;
    for (auto [s, first] = std::pair(source, begin); s != sources.end() && first < needed.last;
         first += (s++)->channels) {
      const std::int64_t channels =
          std::min(first + s->channels, needed.last) - std::max(first, needed.first);
      if (channels == 0) continue;
      const std::int64_t bits = channels * shape.values * tiling_.activation_bits;
      send(*s, reader, to, bits, /*same=*/true, result);
    }
  }
  add_operands(convolution, result);
  if (mapping.row_tiles == 1) return;
  for (std::int64_t copy = 0; copy < reader.copies; ++copy)
    for (std::int64_t column = 0; column < mapping.column_tiles; ++column) {
      const ChannelRange range = output_channels(reader.tiling, shape, mapping, column);
      const std::int64_t bits = (range.last - range.first) * reader.band() * tiling_.partial_sum_bits;
      const int shift = static_cast<int>(copy * mapping.tiles);
      for (std::int64_t row = 0; row + 1 < mapping.row_tiles; ++row)
        result.flows.push_back({shift + reader.tile(row, column),
                                shift + reader.tile(adds_to(row, mapping.row_tiles), column),
                                tiling_.flits(bits)});
      result.partial_sum_bits += (mapping.row_tiles - 1) * bits;
    }
}

}  // namespace flash
