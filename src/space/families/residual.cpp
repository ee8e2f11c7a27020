#include "residual.hpp"

#include <algorithm>
#include <utility>

#include "common.hpp"

namespace flash {
namespace {

constexpr int expansion = 4;  // of a bottleneck's last convolution
constexpr int stem_kernel = 7;

void check_list(const std::vector<int>& values, const char* key, int least, int most, bool ascending) {
  if (values.empty()) refuse_space(std::string(key) + " must not be empty");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (values[i] < least || values[i] > most)
      refuse_space(std::string(key) + " has " + std::to_string(values[i]) +
                   " (allowed: " + std::to_string(least) + " .. " + std::to_string(most) + ")");
    if (ascending && i > 0 && values[i] <= values[i - 1])
      refuse_space(std::string(key) + " must be ascending");
  }
}

}  // namespace

Residual::Residual(ResidualSpace space)
    : space_(std::move(space)), degree_(*this, false), mass_(*this, true), score_list_{&degree_, &mass_} {
  check_list(space_.widths, "widths", 1, 65'536, false);
  check_list(space_.factors, space_.wide ? "k" : "wm", 1, 65'536, true);
  check_list(space_.blocks, "blocks", 1, 1'000, true);
  check_list(space_.shares, "shares", 0, 100, true);
  const auto widest =
      static_cast<std::int64_t>(*std::ranges::max_element(space_.widths)) * space_.factors.back();
  if (widest * expansion > 65'536) refuse_space("a stage would have more than 65536 channels");
  const int strides = (space_.imagenet ? 4 : 1) << std::min<std::size_t>(space_.widths.size() - 1, 20);
  if (space_.input.side < strides)
    refuse_space("images of side " + std::to_string(space_.input.side) + " are too small for strides of " +
                 std::to_string(strides) + " in all: take fewer stages, or stem = \"cifar\"");
  shape_axes_.push_back(space_.wide ? number_axis("k", "", "width factor within the blocks", space_.factors)
                                    : number_axis("wm", "", "width multiplier", space_.factors));
  for (std::size_t s = 0; s < (space_.separate ? space_.widths.size() : 1); ++s)
    shape_axes_.push_back(number_axis("blocks", "blocks", "blocks of a stage", space_.blocks));
  share_axis_ =
      number_axis("share", "%", "share of a stage's channels that its additions reach", space_.shares);
}

std::vector<Slot> Residual::slots(ShapeView) const {
  return std::vector<Slot>(space_.widths.size(),
                           Slot{.options = static_cast<std::int64_t>(space_.shares.size())});
}

std::size_t Residual::table_key(ShapeView shape, std::size_t slot) const {
  return position(shape, 0) * space_.blocks.size() + position(shape, space_.separate ? 1 + slot : 1);
}

int Residual::stem_width(ShapeView shape) const {
  return space_.widths.front() * (space_.wide ? 1 : space_.factors[position(shape, 0)]);
}

Residual::Stage Residual::stage(ShapeView shape, std::size_t index) const {
  const int factor = space_.factors[position(shape, 0)];
  const auto inner = [&](std::size_t s) { return factor * space_.widths[s]; };
  const auto out = [&](std::size_t s) {
    return space_.bottleneck ? expansion * (space_.wide ? space_.widths[s] : inner(s)) : inner(s);
  };
  return {.in = index == 0 ? stem_width(shape) : out(index - 1),
          .inner = inner(index),
          .out = out(index),
          .stride = index == 0 ? 1 : 2,
          .blocks = space_.blocks[position(shape, space_.separate ? 1 + index : 1)]};
}

int Residual::reach(const Stage& stage, std::int64_t option) const {
  return (stage.out * space_.shares[static_cast<std::size_t>(option)] + 50) / 100;
}

bool Residual::changes_shape(const Stage& stage, int block) const {
  return block == 0 && (stage.stride > 1 || stage.in != stage.out);
}

int Residual::reached(const Stage& stage, int block, std::int64_t option) const {
  const int reach = this->reach(stage, option);
  return changes_shape(stage, block) && !space_.projection ? std::min(reach, stage.in) : reach;
}

// Writes one network's operators, layer by layer.
class Residual::Builder {
 public:
  using Value = NetworkGraph::Value;

  Builder(const ResidualSpace& space) : space_(space), graph_(space.input.channels, space.input.side) {}

  void stem(int width) {
    layer(0);
    const int kernel = space_.imagenet ? stem_kernel : 3;
    append(opening_layer(operators::convolution(space_.input.channels, width, kernel, space_.imagenet ? 2 : 1,
                                                space_.input.side)));
    if (!space_.pre_activation || space_.imagenet) activate(true);
    if (space_.imagenet) append(operators::max_pool(width, side(), 3, 2, 1));
  }

  void block(std::size_t slot, const Stage& stage, int stride, int reach, bool changes) {
    const Value read = x_;
    Value shortcut = read;
    std::vector<std::pair<int, int>> steps;  // kernel and channels put out
    if (space_.bottleneck)
      steps = {{1, stage.inner}, {3, stage.inner}, {1, stage.out}};
    else
      steps = {{3, stage.inner}, {3, stage.out}};
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const auto [kernel, out] = steps[i];
      layer(slot);
      opens_ = true;
      if (space_.pre_activation) activate(true);
      if (space_.pre_activation && i == 0 && changes && space_.projection) shortcut = x_;
      const bool strides = i == (space_.bottleneck ? 1U : 0U);
      append(operators::convolution(graph_.channels(x_), out, kernel, strides ? stride : 1, side()));
      if (!space_.pre_activation) activate(i + 1 < steps.size());
    }
    if (reach > 0) {
      if (changes) shortcut = fitting(slot, shortcut, stride, reach);
      x_ = graph_.combine(operators::add(stage.out, side(), reach), {x_, shortcut});
    }
    if (!space_.pre_activation) append(operators::relu(stage.out, side()));
  }

  NetworkGraph head(std::size_t slot) {
    layer(slot);
    head_ = opens_ = true;
    if (space_.pre_activation) activate(true);
    const int width = graph_.channels(x_);
    append(operators::average_pool(width, side(), side()));
    append(operators::linear(width, space_.input.classes, 1));
    return std::move(graph_);
  }

 private:
  int side() const { return graph_.side(x_); }
  void layer(std::size_t slot) {
    if (slot != slot_) index_ = 0;
    slot_ = slot;
    graph_.enter(slot, index_++);
  }
  void append(Operator op) {
    if (std::exchange(opens_, false)) op = opening_layer(op, head_);
    x_ = graph_.append(op, x_);
  }
  void activate(bool relu) {
    const int width = graph_.channels(x_);
    append(operators::norm(width, side()));
    if (relu) append(operators::relu(width, side()));
  }
  // What a block reads, in the shape of what it puts out. A 1x1 convolution makes no more than is added.
  Value fitting(std::size_t slot, Value read, int stride, int reach) {
    const int in = graph_.channels(read);
    if (!space_.projection)
      return stride == 1 ? read : graph_.append(operators::subsample(in, graph_.side(read), stride), read);
    layer(slot);
    Value made =
        graph_.append(opening_layer(operators::convolution(in, reach, 1, stride, graph_.side(read))), read);
    if (!space_.pre_activation) made = graph_.append(operators::norm(reach, graph_.side(made)), made);
    return made;
  }

  const ResidualSpace& space_;
  NetworkGraph graph_;
  Value x_ = NetworkGraph::image;
  std::size_t slot_ = 0;
  int index_ = 0;       // of the next layer of the slot
  bool opens_ = false;  // the next operator opens a layer
  bool head_ = false;
};

NetworkGraph Residual::lower(ShapeView shape, OptionView options, std::uint64_t) const {
  Builder builder(space_);
  builder.stem(stem_width(shape));
  for (std::size_t s = 0; s < options.size(); ++s) {
    const Stage stage = this->stage(shape, s);
    for (int block = 0; block < stage.blocks; ++block)
      builder.block(s, stage, block == 0 ? stage.stride : 1, reach(stage, options[s]),
                    changes_shape(stage, block));
  }
  return builder.head(options.size() - 1);
}

double Residual::Topology::part(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const {
  const Stage stage = of_.stage(shape, slot);
  const std::vector<int> block = of_.space_.bottleneck ? std::vector{stage.inner, stage.inner, stage.out}
                                                       : std::vector{stage.inner, stage.out};
  double nodes = 0, links = 0, added = 0, most = 0;
  double before = block.front();  // the first layer reads as many as it has
  for (int b = 0; b < stage.blocks; ++b) {
    for (const int width : block) {
      links += before * width;
      nodes += width;
      before = width;
    }
    added += of_.reached(stage, b, option);
    most += stage.out;
  }
  return mass_ ? added / most * nodes : (links + added) / nodes;
}

std::vector<FamilySetting> residual_settings(const FamilySetting& factor) {
  using Type = FamilySetting::Type;
  return {
      factor,
      {.key = "widths",
       .path = "/widths",
       .type = Type::integers,
       .doc = "Width of each stage at factor 1.",
       .unit = "channels",
       .min = 1,
       .max = 65'536},
      {.key = "blocks",
       .path = "/blocks",
       .type = Type::integers,
       .doc = "Blocks of a stage of residual networks, ascending.",
       .unit = "blocks",
       .min = 1,
       .max = 1'000},
      {.key = "depth_mode",
       .path = "/depth_mode",
       .type = Type::word,
       .doc = "One depth for all stages, or one for each.",
       .words = {"equal", "separate"}},
      {.key = "shares",
       .path = "/shares",
       .type = Type::integers,
       .doc = "Shares of a stage's channels that its additions reach, ascending; 100: as published.",
       .unit = "%",
       .min = 0,
       .max = 100},
      {.key = "residual_block",
       .path = "/residual_block",
       .type = Type::word,
       .doc = "Block of residual networks: two 3x3 convolutions, or 1x1 - 3x3 - 1x1 to four times the width.",
       .words = {"basic", "bottleneck"}},
      {.key = "stem",
       .path = "/stem",
       .type = Type::word,
       .doc = "First layer: 3x3 for small images, or 7x7 with stride 2 and a pool of stride 2.",
       .words = {"cifar", "imagenet"}},
      {.key = "shortcut",
       .path = "/shortcut",
       .type = Type::word,
       .doc = "Shortcuts that change shape: padded with zeros, or 1x1 convolutions.",
       .words = {"padded", "projection"}},
      {.key = "activation",
       .path = "/activation",
       .type = Type::word,
       .doc = "Norm and ReLU after each convolution, or before it.",
       .words = {"post", "pre"}}};
}

Json residual_defaults(const std::string& factor) {
  return {{factor, {1, 2}},           {"widths", {16, 32, 64}},         {"blocks", {1, 2, 3}},
          {"depth_mode", "separate"}, {"shares", {0, 25, 50, 75, 100}}, {"residual_block", "basic"},
          {"stem", "cifar"},          {"shortcut", "padded"},           {"activation", "post"}};
}

ResidualSpace residual_space(const Json& settings, const std::string& factor, const Input& input) {
  const auto word = [&](const char* key, const char* text) { return settings.at(key) == text; };
  ResidualSpace space;
  space.bottleneck = word("residual_block", "bottleneck");
  space.imagenet = word("stem", "imagenet");
  space.projection = word("shortcut", "projection");
  space.pre_activation = word("activation", "pre");
  space.separate = word("depth_mode", "separate");
  space.widths = settings.at("widths").get<std::vector<int>>();
  space.factors = settings.at(factor).get<std::vector<int>>();
  space.blocks = settings.at("blocks").get<std::vector<int>>();
  space.shares = settings.at("shares").get<std::vector<int>>();
  space.input = input;
  return space;
}

}  // namespace flash
