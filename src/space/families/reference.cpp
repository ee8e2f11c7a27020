// reference: one network, its layers written down: those that others compress and compare by.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "common.hpp"
#include "flash/space/geometry/family.hpp"
#include "words.hpp"

namespace flash {
namespace {

using Texts = std::vector<std::string>;

constexpr int most_channels = 65'536;

// "convolution 20 k5 p0", "max_pool k2", "linear 500 relu": a layer and what follows it. Without a number of features
// a linear layer puts out the classes.
struct LayerSpec {
  enum class Kind { convolution, max_pool, average_pool, linear };
  Kind kind = Kind::convolution;
  int out = 0;       // 0: the classes
  int kernel = 0;    // 0: of a pool the whole side
  int stride = 0;    // 0: 1, of a pool its kernel
  int padding = -1;  // -1: kernel / 2, of a pool 0
  bool norm = false, relu = false;
};

LayerSpec read_layer(const std::string& text) {
  using Kind = LayerSpec::Kind;
  Words words("layers", text);
  LayerSpec layer;
  const std::string kind = words.next("a layer: convolution, max_pool, average_pool or linear");
  if (kind == "convolution")
    layer.kind = Kind::convolution;
  else if (kind == "max_pool")
    layer.kind = Kind::max_pool;
  else if (kind == "average_pool")
    layer.kind = Kind::average_pool;
  else if (kind == "linear")
    layer.kind = Kind::linear;
  else
    words.refuse("'" + kind + "' is no layer (allowed: convolution, max_pool, average_pool, linear)");
  const bool convolves = layer.kind == Kind::convolution,
             multiplies = convolves || layer.kind == Kind::linear;
  const auto once = [&](bool first, const std::string& word) {
    if (!first) words.refuse("'" + word + "' says again what an earlier word has said");
  };
  while (!words.empty()) {
    const std::string word = words.next("");
    const std::string_view rest = std::string_view(word).substr(1);
    if (word == "relu" && multiplies) {
      once(!std::exchange(layer.relu, true), word);
    } else if (word == "norm" && convolves) {
      once(!std::exchange(layer.norm, true), word);
    } else if (word[0] >= '0' && word[0] <= '9' && multiplies) {
      once(layer.out == 0, word);
      layer.out = words.number(word, 1, most_channels, word);
    } else if (word[0] == 'k' && layer.kind != Kind::linear) {
      once(layer.kernel == 0, word);
      layer.kernel = words.number(rest, 1, 31, word);
    } else if (word[0] == 's' && layer.kind != Kind::linear) {
      once(layer.stride == 0, word);
      layer.stride = words.number(rest, 1, 16, word);
    } else if (word[0] == 'p' && layer.kind != Kind::linear) {
      once(layer.padding < 0, word);
      layer.padding = words.number(rest, 0, 15, word);
    } else {
      words.refuse("'" + word + "' is not understood");
    }
  }
  if (convolves && layer.out == 0)
    words.refuse("lacks its number of channels, such as \"convolution 32 k3\"");
  if (convolves && layer.kernel == 0) words.refuse("lacks its kernel, such as k3");
  if (!multiplies && layer.kernel == 0 && (layer.stride != 0 || layer.padding >= 0))
    words.refuse("a pool of the whole side has neither stride nor padding");
  if (layer.padding < 0) layer.padding = convolves ? layer.kernel / 2 : 0;
  if (layer.stride == 0) layer.stride = convolves ? 1 : layer.kernel;
  if (layer.padding > 0 && layer.padding >= layer.kernel)
    words.refuse("the padding is as wide as the kernel");
  return layer;
}

class Reference : public Geometry {
 public:
  Reference(const Texts& layers, const Input& input) : input_(input), score_(*this), scores_{&score_} {
    axis_ = {.name = "layer", .unit = "", .doc = "how the layer is", .values = {"dense"}};
    for (const std::string& text : layers) {
      layers_.push_back(read_layer(text));
      const LayerSpec::Kind kind = layers_.back().kind;
      if (kind == LayerSpec::Kind::convolution || kind == LayerSpec::Kind::linear) ++slots_;
    }
    if (layers_.empty() || layers_.back().kind != LayerSpec::Kind::linear || layers_.back().out != 0)
      refuse_space("layers end with \"linear\", which puts out the classes");
    for (std::size_t k = 0; k + 1 < layers_.size(); ++k)
      if (layers_[k].kind == LayerSpec::Kind::linear && layers_[k].out == 0)
        refuse_space("layers, \"" + layers[k] +
                     "\": only the last one puts out the classes: it needs a number");
    lower({}, std::vector<std::int64_t>(slots_), 0);  // says whether the sides fit
  }

  std::span<const Axis> shape_axes() const override { return {}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&axis_, 1}; }
  std::vector<Slot> slots(ShapeView) const override { return std::vector<Slot>(slots_); }
  std::span<const Score* const> scores() const override { return scores_; }

  NetworkGraph lower(ShapeView, OptionView, std::uint64_t) const override {
    using Kind = LayerSpec::Kind;
    NetworkGraph graph(input_.channels, input_.side);
    NetworkGraph::Value x = NetworkGraph::image;
    std::size_t slot = 0;
    int layer_of_slot = 0;
    bool first = true;  // layer with weights: those before it belong to its slot too
    bool flat = false;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      const LayerSpec& layer = layers_[k];
      const int in = graph.channels(x), side = graph.side(x);
      const bool multiplies = layer.kind == Kind::convolution || layer.kind == Kind::linear;
      if (multiplies && !std::exchange(first, false)) {
        ++slot;
        layer_of_slot = 0;
      }
      graph.enter(slot, layer_of_slot++);
      const bool head = k + 1 == layers_.size();
      if (layer.kind == Kind::linear) {
        flat = true;
        x = graph.append(opening_layer(operators::linear(in, head ? input_.classes : layer.out, side), head),
                         x);
        if (layer.relu) x = graph.append(operators::relu(graph.channels(x), 1), x);
        continue;
      }
      if (flat) refuse_space("layers: behind a linear layer there are linear ones alone");
      const int kernel = layer.kernel == 0 ? side : layer.kernel;
      const int stride = layer.stride == 0 ? kernel : layer.stride;
      if (side + 2 * layer.padding < kernel)
        refuse_space("layers: a kernel of " + std::to_string(kernel) + " is larger than what layer " +
                     std::to_string(k) + " reads, " + std::to_string(side) + " with padding " +
                     std::to_string(layer.padding) + ": take larger images, or fewer pools");
      if (!multiplies) {
        x = graph.append(layer.kind == Kind::max_pool
                             ? operators::max_pool(in, side, kernel, stride, layer.padding)
                             : operators::average_pool(in, side, kernel, stride, layer.padding),
                         x);
        continue;
      }
      Operator op = operators::convolution(in, layer.out, kernel, stride, side);
      op.padding = layer.padding;
      op.side_out = (side + 2 * layer.padding - kernel) / stride + 1;
      op.bias = !layer.norm;
      x = graph.append(opening_layer(op), x);
      if (layer.norm) x = graph.append(operators::norm(layer.out, graph.side(x)), x);
      if (layer.relu) x = graph.append(operators::relu(layer.out, graph.side(x)), x);
    }
    return graph;
  }

 private:
  // There is nothing to rank: what the network costs stands in its place.
  struct Size : Score {
    explicit Size(const Reference& network) : of(network) {}
    const std::string& name() const override { return text; }
    double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const override {
      return static_cast<double>(of.part_counts(shape, slot, parent, option).macs) / 1e6;
    }
    const Reference& of;
    std::string text = "mmacs";
  };

  Input input_;
  std::vector<LayerSpec> layers_;
  std::size_t slots_ = 0;  // layers with weights
  Axis axis_;
  Size score_;
  std::vector<const Score*> scores_;
};

Preset preset(const char* name, const char* description, Texts layers, Input input) {
  return {name, description, {"reference", {{"layers", std::move(layers)}}, input}};
}

Texts alexnet() {
  return {"convolution 64 k11 s4 p2 relu",
          "max_pool k3 s2",
          "convolution 192 k5 relu",
          "max_pool k3 s2",
          "convolution 384 k3 relu",
          "convolution 256 k3 relu",
          "convolution 256 k3 relu",
          "max_pool k3 s2",
          "linear 4096 relu",
          "linear 4096 relu",
          "linear"};
}

Texts vgg16() {
  Texts layers;
  for (const auto& [channels, count] : {std::pair{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}) {
    for (int k = 0; k < count; ++k) layers.push_back("convolution " + std::to_string(channels) + " k3 relu");
    layers.emplace_back("max_pool k2");
  }
  layers.insert(layers.end(), {"linear 4096 relu", "linear 4096 relu", "linear"});
  return layers;
}

Texts vgg_small() {
  Texts layers;
  for (const char* channels : {"32", "64", "96"}) {
    for (int k = 0; k < 2; ++k) layers.push_back("convolution " + std::string(channels) + " k3 norm relu");
    if (channels != std::string("96")) layers.emplace_back("max_pool k2");
  }
  layers.insert(layers.end(), {"average_pool", "linear"});
  return layers;
}

}  // namespace

const Family& reference() {
  static const Family family{
      "reference",
      "One network, layer by layer: those that others compress, to compare by.",
      {{.key = "layers",
        .path = "/layers",
        .type = FamilySetting::Type::texts,
        .doc =
            "Layers of a reference network, each \"convolution C kK [sS] [pP] [norm] [relu]\", \"max_pool kK [sS]\", "
            "\"average_pool [kK]\" or \"linear [F] [relu]\"; the last one is \"linear\"."}},
      {{"layers", {"linear 300 relu", "linear"}}},
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        return std::make_shared<Reference>(settings.at("layers").get<Texts>(), input);
      },
      {preset(
           "lenet5",
           "one network of 2.3 MMAC: LeNet-5 as Caffe has it (20-50-500-10), 431,080 parameters; images of 1x28x28",
           {"convolution 20 k5 p0", "max_pool k2", "convolution 50 k5 p0", "max_pool k2", "linear 500 relu",
            "linear"},
           {1, 28, 10}),
       preset("vgg-small",
              "one network of 33.3 MMAC: six 3x3 convolutions, 205,354 parameters; images of 3x32x32",
              vgg_small(), {3, 32, 10}),
       preset(
           "alexnet",
           "one network of 714.2 MMAC: AlexNet as torchvision has it, 61,100,840 parameters; images of 3x224x224",
           alexnet(), {3, 224, 1000}),
       preset("vgg16", "one network of 15470.3 MMAC: VGG-16, 138,357,544 parameters; images of 3x224x224",
              vgg16(), {3, 224, 1000})}};
  return family;
}

}  // namespace flash
