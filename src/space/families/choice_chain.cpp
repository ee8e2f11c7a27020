#include "choice_chain.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "choice_blocks.hpp"
#include "common.hpp"
#include "flash/network/live_memory.hpp"

namespace flash {
namespace {

bool changes_shape(const ChoiceOperator& op) { return op.kind != ChoiceOperator::Kind::skip; }

Axis operator_axis(const ChoiceSpec& spec, const std::vector<std::size_t>& positions) {
  Axis axis{.name = "op", .unit = "", .doc = "operator of a position"};
  axis.ordered = false;
  for (const std::size_t k : positions) axis.values.push_back(spec.operators[k].name);
  return axis;
}

}  // namespace

ChoiceChain::ChoiceChain(ChainSettings settings)
    : settings_(std::move(settings)), operators_(2), capacity_(*this), score_list_{&capacity_} {
  const ChoiceSpec& spec = settings_.spec;
  for (std::size_t k = 0; k < spec.operators.size(); ++k) {
    if (spec.operators[k].kind == ChoiceOperator::Kind::none)
      refuse_space("operators, \"" + spec.operators[k].name +
                   ": none\": a chain without an operator is cut; it is for layout = \"cell\"");
    operators_[0].push_back(k);
    if (settings_.skips_change_shape || changes_shape(spec.operators[k])) operators_[1].push_back(k);
  }
  if (operators_[1].empty()) refuse_space("operators: none of them may stand where the shape changes");
  for (const auto& positions : operators_) operator_axes_.push_back(operator_axis(spec, positions));
  for (const ChoiceStage& stage : spec.stages)
    if (stage.fixed && stage.least != stage.most)
      refuse_space("stages: one with a fixed operator has a fixed number of blocks");
  int strides = 1;
  for (const ChoiceStage& stage : spec.stages) strides *= stage.stride;
  if (settings_.resolutions.empty()) refuse_space("resolutions must not be empty");
  if (std::ranges::adjacent_find(settings_.resolutions, std::greater_equal()) != settings_.resolutions.end())
    refuse_space("resolutions must be ascending");
  for (const int resolution : settings_.resolutions)
    if (const int side = resolution == 0 ? settings_.input.side : resolution; side < strides)
      refuse_space("images of side " + std::to_string(side) + " are too small for strides of " +
                   std::to_string(strides) + " in all");
  if (has_resolutions())
    shape_axes_.push_back(number_axis(
        "resolution", "pixels", "side that images are brought to; 0: as they are", settings_.resolutions));
  for (const ChoiceStage& stage : spec.stages) {
    depth_axes_.push_back(stage.least == stage.most ? no_axis : shape_axes_.size());
    if (stage.least == stage.most) continue;
    std::vector<int> depths;
    for (int depth = stage.least; depth <= stage.most; ++depth) depths.push_back(depth);
    shape_axes_.push_back(number_axis("depth", "blocks", "blocks of a stage", depths));
  }
  for (const Place& place : places(std::vector<int>(shape_axes_.size())))
    for (const ChoiceOperator& op : spec.operators) {
      const bool grouped = op.groups > 1 && place.chosen;
      const int inner = place.in * (op.kind == ChoiceOperator::Kind::inverted ? op.expansion : 1);
      if (grouped && (place.in % op.groups != 0 || place.out % op.groups != 0 || inner % op.groups != 0))
        refuse_space("operators, \"" + op.name + "\": " + std::to_string(op.groups) +
                     " groups do not divide the " + std::to_string(place.in) + " to " +
                     std::to_string(place.out) + " channels of a position");
    }
}

int ChoiceChain::depth(ShapeView shape, std::size_t stage) const {
  const ChoiceStage& of = settings_.spec.stages[stage];
  return of.least + (depth_axes_[stage] == no_axis ? 0 : shape[depth_axes_[stage]]);
}

std::size_t ChoiceChain::resolution_at(ShapeView shape) const {
  return has_resolutions() ? position(shape, 0) : 0;
}

int ChoiceChain::side(ShapeView shape) const {
  const int resolution = settings_.resolutions[resolution_at(shape)];
  return resolution == 0 ? settings_.input.side : resolution;
}

std::vector<ChoiceChain::Place> ChoiceChain::places(ShapeView shape) const {
  std::vector<Place> list;
  int in = settings_.input.channels, side = this->side(shape);
  std::size_t slots = 0;
  for (std::size_t s = 0; s < settings_.spec.stages.size(); ++s) {
    const ChoiceStage& stage = settings_.spec.stages[s];
    for (int index = 0; index < depth(shape, s); ++index) {
      Place place{.stage = s,
                  .index = index,
                  .in = in,
                  .out = stage.channels,
                  .stride = index == 0 ? stage.stride : 1,
                  .side = side,
                  .slot = slots,
                  .chosen = !stage.fixed};
      slots += place.chosen ? 1 : 0;
      list.push_back(place);
      in = stage.channels;
      side = (side - 1) / place.stride + 1;
    }
  }
  for (Place& place : list) place.slot = std::min(place.slot, slots - 1);
  return list;
}

std::vector<Slot> ChoiceChain::slots(ShapeView shape) const {
  std::vector<Slot> slots;
  for (const Place& place : places(shape)) {
    if (!place.chosen) continue;
    const std::uint32_t kind = place.changes_shape() ? 1 : 0;
    slots.push_back(
        {.options = static_cast<std::int64_t>(operators_[kind].size()), .ordered = false, .kind = kind});
  }
  return slots;
}

const ChoiceOperator& ChoiceChain::chosen(const Place& place, std::int64_t option) const {
  if (!place.chosen) return settings_.spec.stages[place.stage].only;
  return settings_.spec
      .operators[operators_[place.changes_shape() ? 1 : 0][static_cast<std::size_t>(option)]];
}

NetworkGraph::Value ChoiceChain::begin(NetworkGraph& graph, ShapeView shape) const {
  graph.enter(0, 0);
  const int side = this->side(shape);
  if (side == settings_.input.side) return NetworkGraph::image;
  return graph.append(operators::resize(settings_.input.channels, settings_.input.side, side),
                      NetworkGraph::image);
}

void ChoiceChain::end(NetworkGraph& graph, NetworkGraph::Value x, std::size_t slot) const {
  const int side = graph.side(x), channels = graph.channels(x);
  graph.enter(slot, 1'000'000);  // behind all layers of the slot
  x = graph.append(opening_layer(operators::average_pool(channels, side, side), /*head=*/true), x);
  if (settings_.features > 0) {
    x = graph.append(operators::convolution(channels, settings_.features, 1, 1, 1), x);
    x = graph.append(operators::hard_swish(settings_.features, 1), x);
  }
  graph.append(operators::linear(graph.channels(x), settings_.input.classes, 1), x);
}

NetworkGraph ChoiceChain::lower(ShapeView shape, OptionView options, std::uint64_t) const {
  NetworkGraph graph(settings_.input.channels, settings_.input.side);
  NetworkGraph::Value x = begin(graph, shape);
  ChoiceBlocks blocks(graph);
  for (const Place& place : places(shape)) {
    blocks.enter(place.slot);
    x = blocks.add(chosen(place, options[place.slot]), settings_.spec.stages[place.stage], place.out,
                   place.stride, x);
  }
  end(graph, x, options.size() - 1);
  return graph;
}

// The slot's blocks alone, behind an image of the shape that the first of them reads.
NetworkGraph ChoiceChain::only(ShapeView shape, std::size_t slot, std::int64_t option) const {
  const std::vector<Place> places = this->places(shape);
  const auto first = std::ranges::find(places, slot, &Place::slot);
  const bool begins = first == places.begin();
  NetworkGraph graph(first->in, begins ? settings_.input.side : first->side);
  NetworkGraph::Value x = begins ? begin(graph, shape) : NetworkGraph::image;
  ChoiceBlocks blocks(graph);
  blocks.enter(slot);
  for (auto place = first; place != places.end() && place->slot == slot; ++place)
    x = blocks.add(chosen(*place, option), settings_.spec.stages[place->stage], place->out, place->stride, x);
  if (places.back().slot == slot) end(graph, x, slot);
  return graph;
}

std::vector<Operator> ChoiceChain::part(ShapeView shape, std::size_t slot, std::int64_t,
                                        std::int64_t option) const {
  std::vector<Operator> operators;
  const NetworkGraph graph = only(shape, slot, option);
  for (const NetworkGraph::Node& node : graph.nodes()) operators.push_back(node.op);
  return operators;
}

std::int64_t ChoiceChain::peak(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const {
  return peak_values(only(shape, slot, option), slot);
}

std::size_t ChoiceChain::table_key(ShapeView shape, std::size_t slot) const {
  // Fixed blocks between depend on the stage alone; those behind the last choice belong to it.
  const std::vector<ChoiceStage>& stages = settings_.spec.stages;
  std::size_t own = 0, index = slot;
  for (; stages[own].fixed || index >= static_cast<std::size_t>(depth(shape, own)); ++own)
    if (!stages[own].fixed) index -= static_cast<std::size_t>(depth(shape, own));
  bool last = index + 1 == static_cast<std::size_t>(depth(shape, own));
  for (std::size_t s = own + 1; s < stages.size(); ++s) last = last && stages[s].fixed;
  constexpr std::size_t most = 64;
  const std::size_t key = (resolution_at(shape) * stages.size() + own) * most + index;
  return 2 * key + (last ? 1 : 0);
}

double ChoiceChain::Capacity::part(ShapeView shape, std::size_t slot, std::int64_t,
                                   std::int64_t option) const {
  return std::log2(1.0 + static_cast<double>(of_.part_counts(shape, slot, -1, option).macs));
}

}  // namespace flash
