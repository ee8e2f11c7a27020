// mobilenet-v2: inverted residuals (Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018).
//
// Stages, their channels and strides are the paper's table 2. What varies: the width multiplier, the resolution, the
// expansion, blocks more or fewer in each stage of several, and the share of a stage's channels that its additions
// reach [reconstructed].
#include <algorithm>
#include <array>
#include <utility>

#include "common.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

struct Row {  // of the table
  int expansion, channels, blocks, stride;
  int small_stride;  // for images of 32, as is usual: the first two halvings are left out
};
constexpr std::array rows{Row{1, 16, 1, 1, 1}, Row{6, 24, 2, 2, 1},  Row{6, 32, 3, 2, 2}, Row{6, 64, 4, 2, 2},
                          Row{6, 96, 3, 1, 1}, Row{6, 160, 3, 2, 2}, Row{6, 320, 1, 1, 1}};
constexpr int stem_channels = 32;
constexpr int last_channels = 1280;
constexpr std::size_t slot_count = rows.size() - 2;
constexpr std::size_t row_of(std::size_t slot) { return slot + 1; }
constexpr std::size_t slot_of(std::size_t row) { return std::clamp<std::size_t>(row, 1, slot_count) - 1; }

// Channels times a percentage, to a multiple of 8, never more than a tenth less (the authors' code).
int rounded(int channels, int percent) {
  const int hundredfold = channels * percent;
  const int value = std::max(8, (hundredfold + 400) / 800 * 8);
  return 10 * 100 * value < 9 * hundredfold ? value + 8 : value;
}

class MobileNetV2 : public Geometry {
 public:
  MobileNetV2(const Json& settings, const Input& input)
      : input_(input),
        imagenet_(settings.at("stem") == "imagenet"),
        separate_(settings.at("depth_mode") == "separate"),
        widths_(list(settings, "width_percents", 1, 1'000)),
        resolutions_(list(settings, "resolutions", 0, 4'096)),
        expansions_(list(settings, "expansions", 1, 64)),
        changes_(list(settings, "depth_changes", -3, 100)),
        shares_(list(settings, "shares", 0, 100)),
        degree_(*this, false),
        mass_(*this, true),
        scores_{&degree_, &mass_} {
    const int strides = imagenet_ ? 32 : 8;
    for (const int resolution : resolutions_)
      if (const int side = resolution == 0 ? input.side : resolution; side < strides)
        refuse_space("images of side " + std::to_string(side) + " are too small for strides of " +
                     std::to_string(strides) + " in all");
    shape_axes_ = {
        number_axis("width", "%", "width multiplier", widths_),
        number_axis("resolution", "pixels", "side that images are brought to; 0: as they are", resolutions_),
        number_axis("expansion", "", "width of a block over what it reads", expansions_)};
    for (std::size_t s = 0; s < (separate_ ? slot_count : 1); ++s)
      shape_axes_.push_back(
          number_axis("change", "blocks", "blocks more than published, in stages of several", changes_));
    share_axis_ = number_axis("share", "%", "share of a stage's channels that its additions reach", shares_);
  }

  std::span<const Axis> shape_axes() const override { return shape_axes_; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&share_axis_, 1}; }
  // Of the stages of several blocks, from the second row on; the first and the last row have no addition.
  std::vector<Slot> slots(ShapeView) const override {
    return std::vector<Slot>(slot_count, Slot{.options = static_cast<std::int64_t>(shares_.size())});
  }
  std::size_t table_key(ShapeView shape, std::size_t slot) const override {
    std::size_t key = position(shape, 0);
    key = key * resolutions_.size() + position(shape, 1);
    key = key * expansions_.size() + position(shape, 2);
    return key * changes_.size() + position(shape, change_axis(slot));
  }
  std::span<const Score* const> scores() const override { return scores_; }

  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t) const override {
    NetworkGraph graph(input_.channels, input_.side);
    graph.enter(0, 0);
    Layers layers{graph, NetworkGraph::image, 0, 0};
    if (const int resolution = resolutions_[position(shape, 1)]; resolution != 0 && resolution != input_.side)
      layers.x = graph.append(operators::resize(input_.channels, input_.side, resolution), layers.x);
    layers.convolve(width(shape, stem_channels), 3, imagenet_ ? 2 : 1, 1, true);
    for (std::size_t s = 0; s < rows.size(); ++s) {
      const int out = width(shape, rows[s].channels);
      for (int block = 0; block < blocks(shape, s); ++block) {
        layers.enter(slot_of(s));
        const NetworkGraph::Value read = layers.x;
        const int in = graph.channels(read), inner = in * expansion(shape, s);
        const int stride = block > 0 ? 1 : imagenet_ ? rows[s].stride : rows[s].small_stride;
        if (inner != in) layers.convolve(inner, 1, 1, 1, true);
        layers.convolve(inner, 3, stride, inner, true);
        layers.convolve(out, 1, 1, 1, false);
        const int reach = this->reach(out, options[slot_of(s)]);
        if (block > 0 && reach > 0)
          layers.x = graph.combine(operators::add(out, graph.side(layers.x), reach), {layers.x, read});
      }
    }
    const int percent = widths_[position(shape, 0)];
    layers.convolve(rounded(last_channels, std::max(100, percent)), 1, 1, 1, true);
    graph.enter(slot_count - 1, layers.index);
    const int side = graph.side(layers.x), last = graph.channels(layers.x);
    layers.x =
        graph.append(opening_layer(operators::average_pool(last, side, side), /*head=*/true), layers.x);
    graph.append(operators::linear(last, input_.classes, 1), layers.x);
    return graph;
  }

 private:
  struct Layers {
    NetworkGraph& graph;
    NetworkGraph::Value x;
    std::size_t slot;
    int index;  // of the next layer of the slot

    void enter(std::size_t next) {
      if (next != slot) index = 0;
      slot = next;
    }
    void convolve(int out, int kernel, int stride, int groups, bool activate) {
      graph.enter(slot, index++);
      const int in = graph.channels(x);
      x = graph.append(opening_layer(operators::convolution(in, out, kernel, stride, graph.side(x), groups)),
                       x);
      x = graph.append(operators::norm(out, graph.side(x)), x);
      if (activate) x = graph.append(operators::relu6(out, graph.side(x)), x);
    }
  };

  // NN-Degree of additions, one link a channel, and NN-Mass, of the stages of several blocks [reconstructed].
  struct Topology : Score {
    Topology(const MobileNetV2& network, bool is_mass)
        : of(network), mass(is_mass), text(is_mass ? "nn_mass" : "nn_degree_links") {}
    const std::string& name() const override { return text; }
    double part(ShapeView shape, std::size_t slot, std::int64_t, std::int64_t option) const override {
      const std::size_t row = row_of(slot);
      const int out = of.width(shape, rows[row].channels), count = of.blocks(shape, row);
      double nodes = 0, links = 0, before = 0;
      int in = of.width(shape, rows[row - 1].channels);
      for (int block = 0; block < count; ++block, in = out) {
        const int inner = in * of.expansion(shape, row);
        std::vector<int> widths{inner, out};
        if (inner != in) widths.insert(widths.begin(), inner);
        if (block == 0) before = widths.front();
        for (const int width : widths) {
          links += before * width;
          nodes += width;
          before = width;
        }
      }
      const double added = static_cast<double>(of.reach(out, option)) * (count - 1);
      return mass ? added / (static_cast<double>(out) * (count - 1)) * nodes : (links + added) / nodes;
    }
    const MobileNetV2& of;
    bool mass;
    std::string text;
  };

  static std::vector<int> list(const Json& settings, const char* key, int least, int most) {
    const auto values = settings.at(key).get<std::vector<int>>();
    if (values.empty()) refuse_space(std::string(key) + " must not be empty");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i] < least || values[i] > most)
        refuse_space(std::string(key) + " has " + std::to_string(values[i]) +
                     " (allowed: " + std::to_string(least) + " .. " + std::to_string(most) + ")");
      if (i > 0 && values[i] <= values[i - 1]) refuse_space(std::string(key) + " must be ascending");
    }
    return values;
  }

  int width(ShapeView shape, int channels) const { return rounded(channels, widths_[position(shape, 0)]); }
  int expansion(ShapeView shape, std::size_t row) const {
    return rows[row].expansion == 1 ? 1 : expansions_[position(shape, 2)];
  }
  std::size_t change_axis(std::size_t slot) const { return separate_ ? 3 + slot : 3; }
  int blocks(ShapeView shape, std::size_t row) const {
    const int published = rows[row].blocks;
    return published == 1 ? 1 : std::max(2, published + changes_[position(shape, change_axis(slot_of(row)))]);
  }
  int reach(int out, std::int64_t option) const {
    return (out * shares_[static_cast<std::size_t>(option)] + 50) / 100;
  }

  Input input_;
  bool imagenet_, separate_;
  std::vector<int> widths_, resolutions_, expansions_, changes_, shares_;
  std::vector<Axis> shape_axes_;
  Axis share_axis_;
  Topology degree_, mass_;
  std::vector<const Score*> scores_;
};

FamilySetting integers(const char* key, const char* doc, std::int64_t least, std::int64_t most,
                       const char* unit) {
  return {.key = key,
          .path = std::string("/") + key,
          .type = FamilySetting::Type::integers,
          .doc = doc,
          .unit = unit,
          .min = least,
          .max = most};
}

FamilySetting word(const char* key, const char* doc, std::vector<std::string> words) {
  return {.key = key,
          .path = std::string("/") + key,
          .type = FamilySetting::Type::word,
          .doc = doc,
          .words = std::move(words)};
}

Json defaults() {
  return {{"width_percents", {25, 50, 75, 100}},
          {"resolutions", {0}},
          {"expansions", {3, 6}},
          {"depth_changes", {-1, 0, 1}},
          {"depth_mode", "equal"},
          {"shares", {0, 50, 100}},
          {"stem", "cifar"}};
}

Json of_imagenet() {
  Json settings = defaults();
  settings.update({{"width_percents", {35, 50, 75, 100, 140}},
                   {"resolutions", {96, 128, 160, 192, 224}},
                   {"stem", "imagenet"}});
  return settings;
}

}  // namespace

const Family& mobilenet_v2() {
  static const Family family{
      "mobilenet-v2",
      "Inverted residuals with a width multiplier; a share of each stage's channels is added [reconstructed].",
      {integers("width_percents", "Width multipliers of mobilenet-v2, ascending; channels are rounded to 8.",
                1, 1'000, "%"),
       integers("resolutions",
                "Sides that images are brought to before the first layer, ascending; 0: as they are.", 0,
                4'096, "pixels"),
       integers("expansions", "Width of an inverted residual over what it reads, ascending.", 1, 64, ""),
       integers("depth_changes",
                "Blocks more or fewer than published in each stage of several, which keeps two, ascending.",
                -3, 100, "blocks"),
       word("depth_mode", "One depth for all stages, or one for each.", {"equal", "separate"}),
       integers("shares",
                "Shares of a stage's channels that its additions reach, ascending; 100: as published.", 0,
                100, "%"),
       word("stem", "Strides for small images, or the published ones.", {"cifar", "imagenet"})},
      defaults(),
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        return std::make_shared<MobileNetV2>(settings, input);
      },
      {{"mobilenet-v2-cifar",
        "5,832 configurations of 5.0 to 115.8 MMAC; images of 3x32x32, width multipliers 0.25 to 1",
        {"mobilenet-v2", defaults(), {3, 32, 10}}},
       {"mobilenet-v2-imagenet",
        "36,450 configurations of 7.2 to 744.0 MMAC; images of 96 to 224, width multipliers 0.35 to 1.4",
        {"mobilenet-v2", of_imagenet(), {3, 224, 1000}}}}};
  return family;
}

}  // namespace flash
