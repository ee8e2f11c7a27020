// dense-cells: convolutions with skips into concatenation (FLASH.md section 2 [group]).
#include <ATen/ATen.h>

#include <optional>

#include "cells.hpp"

namespace flash {
namespace {

constexpr double running_momentum = 0.1;  // of the running statistics, LibTorch's default

// What a batch norm does in inference, in double precision for the folding that follows.
ChannelAffine inference_affine(const Affine& norm, const at::Tensor& mean, const at::Tensor& variance) {
  const auto precise = [](const at::Tensor& values) { return values.detach().to(at::kCPU, at::kDouble); };
  const at::Tensor scale = precise(norm.gamma) * (precise(variance) + norm_epsilon).rsqrt();
  return {scale, precise(norm.beta) - precise(mean) * scale};
}

// The statistics of one output, for the batch norms that read it.
class Statistics {
 public:
  Statistics(Initialiser& initialiser, int channels)
      : mean_(initialiser.running_statistic(channels, 0.0)),
        variance_(initialiser.running_statistic(channels, 1.0)) {}

  Output attach(const at::Tensor& values, bool training) {
    if (!training) return {values, mean_, (variance_ + norm_epsilon).rsqrt()};
    const ChannelStatistics batch = channel_statistics(values);
    const at::NoGradGuard no_grad;
    mean_.lerp_(batch.mean, running_momentum);
    variance_.lerp_(batch.unbiased_variance, running_momentum);
    return {values, batch.mean, batch.inv_std};
  }
  const at::Tensor& mean() const { return mean_; }
  const at::Tensor& variance() const { return variance_; }

 private:
  at::Tensor mean_, variance_;
};

// Batch norm, then ReLU if asked, of one tensor as a whole.
class Norm {
 public:
  Norm(Initialiser& initialiser, int channels)
      : affine_(initialiser.norm(channels)), statistics_(initialiser, channels), all_(0, channels, {}) {}

  at::Tensor operator()(const at::Tensor& values, bool relu, bool training) {
    return gather_norm({statistics_.attach(values, training)}, all_, affine_, relu, training);
  }
  ChannelAffine inference() const {
    return inference_affine(affine_, statistics_.mean(), statistics_.variance());
  }

 private:
  Affine affine_;
  Statistics statistics_;
  Reading all_;
};

// What stands where the plain network has a 3x3 convolution.
struct Convolution {
  Convolution(Initialiser& initialiser, const Layer& layer, bool depthwise) : stride(layer.stride) {
    if (!depthwise) {
      weight = initialiser.convolution(layer.out, layer.in, 3);
      return;
    }
    expand = initialiser.convolution(layer.out, layer.in, 1);
    after_expand.emplace(initialiser, layer.out);
    weight = initialiser.convolution(layer.out, 1, 3, layer.out);
    after_weight.emplace(initialiser, layer.out);
    project = initialiser.convolution(layer.out, layer.out, 1);
    after_project.emplace(initialiser, layer.out);
  }

  int stride;
  at::Tensor weight;  // 3x3; one channel at a time in the depthwise block
  // Of the depthwise block alone: 1x1, BN, ReLU, 3x3, BN, ReLU, 1x1, BN.
  at::Tensor expand, project;
  std::optional<Norm> after_expand, after_weight, after_project;
};

class DenseCells : public BuiltNetwork {
 public:
  explicit DenseCells(const Blueprint& blueprint) {
    Initialiser initialiser(blueprint.seed, blueprint.device, parameters_);
    const SpaceDefinition& space = blueprint.space.definition();
    for (std::size_t c = 0; c < blueprint.stratum.cells(); ++c) {
      const int tc = blueprint.configuration.skips[c];
      const std::vector<Layer> layers = cell_layers(space, blueprint.stratum, static_cast<int>(c), tc);
      cells_.push_back({make_layers(initialiser, space, layers), cell_readings(layers, tc, blueprint.seed)});
      side_ = layers.back().side_out;
    }
    const int width = blueprint.stratum.widths.back();
    if (space.head_norm) head_norm_.emplace(initialiser, width);
    head_ = initialiser.linear(space.input.classes, width, side_ / 2);
  }

  InferenceGraph inference_graph(const Input& input) const override {
    InferenceGraph graph(input.channels, input.side);
    Value x = InferenceGraph::input;
    for (const Cell& cell : cells_) x = trace(graph, cell, x);
    if (head_norm_) x = graph.relu(graph.norm(x, head_norm_->inference()));
    x = graph.flatten(graph.average_pool(x), head_.weight[0].numel());
    graph.linear(x, head_.weight, head_.bias);
    return graph;
  }

 private:
  using Value = InferenceGraph::Value;
  struct ConvolutionLayer {
    Convolution convolution;
    std::optional<Norm> norm_after;     // layers 0 and 1
    std::optional<Affine> norm_before;  // the others: of all channels read
    Statistics statistics;              // of the layer's output, for the layers that read it
  };
  struct Cell {
    std::vector<ConvolutionLayer> layers;
    std::vector<Reading> readings;
  };

  static std::vector<ConvolutionLayer> make_layers(Initialiser& initialiser, const SpaceDefinition& space,
                                                   const std::vector<Layer>& layers) {
    std::vector<ConvolutionLayer> made;
    for (const Layer& layer : layers) {
      const bool first_of_network = layer.cell == 0 && layer.index == 0;
      made.push_back({Convolution(initialiser, layer, space.block == Block::depthwise && !first_of_network),
                      std::nullopt, std::nullopt, Statistics(initialiser, layer.out)});
      if (layer.index < 2)
        made.back().norm_after.emplace(initialiser, layer.out);
      else
        made.back().norm_before = initialiser.norm(layer.in);
    }
    return made;
  }

  at::Tensor run(Convolution& convolution, const at::Tensor& x, bool training) {
    if (!convolution.after_expand) return convolve(x, convolution.weight, {}, convolution.stride, 1);
    const auto channels = static_cast<int>(convolution.weight.size(0));
    at::Tensor y = (*convolution.after_expand)(convolve(x, convolution.expand, {}, 1, 0), true, training);
    y = convolve(y, convolution.weight, {}, convolution.stride, 1, channels);
    y = (*convolution.after_weight)(y, true, training);
    return (*convolution.after_project)(convolve(y, convolution.project, {}, 1, 0), false, training);
  }

  at::Tensor run(Cell& cell, const at::Tensor& input, bool training) {
    std::vector<Output> outputs;
    for (std::size_t i = 0; i < cell.layers.size(); ++i) {
      ConvolutionLayer& layer = cell.layers[i];
      at::Tensor x = input;
      if (i == 1) x = at::relu(outputs[0].values);
      if (i >= 2) x = gather_norm(outputs, cell.readings[i], *layer.norm_before, true, training);
      at::Tensor y = run(layer.convolution, x, training);
      if (layer.norm_after) y = (*layer.norm_after)(y, false, training);
      const bool last = i + 1 == cell.layers.size();
      outputs.push_back(last ? Output{y, {}, {}} : layer.statistics.attach(y, training));
    }
    return outputs.back().values;
  }

  // The same steps as run() above, written down instead of done.
  static Value trace(InferenceGraph& graph, const Convolution& convolution, Value x) {
    if (!convolution.after_expand) return graph.convolution(x, convolution.weight, convolution.stride, 1);
    const auto channels = static_cast<int>(convolution.weight.size(0));
    x = graph.convolution(x, convolution.expand, 1, 0);
    x = graph.relu(graph.norm(x, convolution.after_expand->inference()));
    x = graph.convolution(x, convolution.weight, convolution.stride, 1, channels);
    x = graph.relu(graph.norm(x, convolution.after_weight->inference()));
    x = graph.convolution(x, convolution.project, 1, 0);
    return graph.norm(x, convolution.after_project->inference());
  }

  static Value trace(InferenceGraph& graph, const Cell& cell, Value input) {
    std::vector<Value> outputs;
    for (std::size_t i = 0; i < cell.layers.size(); ++i) {
      const ConvolutionLayer& layer = cell.layers[i];
      Value x = input;
      if (i == 1) x = graph.relu(outputs[0]);
      if (i >= 2) x = graph.relu(graph.gather(outputs, cell.readings[i], norm_of_reading(cell, i)));
      x = trace(graph, layer.convolution, x);
      outputs.push_back(layer.norm_after ? graph.norm(x, layer.norm_after->inference()) : x);
    }
    return outputs.back();
  }

  static ChannelAffine norm_of_reading(const Cell& cell, std::size_t layer) {
    std::vector<at::Tensor> means, variances;
    for (const Reading::Tap& tap : cell.readings[layer].taps()) {
      means.push_back(cell.layers[tap.output].statistics.mean());
      variances.push_back(cell.layers[tap.output].statistics.variance());
    }
    const at::Tensor positions = at::tensor(cell.readings[layer].positions()).to(means.front().device());
    return inference_affine(*cell.layers[layer].norm_before, at::cat(means).index_select(0, positions),
                            at::cat(variances).index_select(0, positions));
  }

  at::Tensor logits(const at::Tensor& images, bool training) override {
    at::Tensor x = images;
    for (Cell& cell : cells_) x = run(cell, x, training);
    x = head_norm_ ? (*head_norm_)(x, true, training) : x;
    return convolve(at::avg_pool2d(x, 2), head_.weight, head_.bias, 1, 0).flatten(1);
  }

  std::vector<Cell> cells_;
  std::optional<Norm> head_norm_;
  Initialiser::Linear head_;
  int side_ = 0;
};

}  // namespace

std::unique_ptr<BuiltNetwork> build_dense_cells(const Blueprint& blueprint) {
  return std::make_unique<DenseCells>(blueprint);
}

}  // namespace flash
