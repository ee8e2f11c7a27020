// mlp-cells: fully connected layers with skips into concatenation, ELU, no norm (FLASH.md section 2 [group]).
#include <ATen/ATen.h>

#include "cells.hpp"

namespace flash {
namespace {

class MlpCells : public BuiltNetwork {
 public:
  explicit MlpCells(const Blueprint& blueprint) {
    Initialiser initialiser(blueprint.seed, blueprint.device, parameters_);
    const int tc = blueprint.configuration.skips.front();
    const std::vector<Layer> layers = cell_layers(blueprint.space.definition(), blueprint.stratum, 0, tc);
    for (const Layer& layer : layers) layers_.push_back(initialiser.linear(layer.out, layer.in, 1));
    readings_ = cell_readings(layers, tc, blueprint.seed);
  }

  InferenceGraph inference_graph(const Input& input) const override {
    InferenceGraph graph(input.channels, input.side);
    std::vector<InferenceGraph::Value> outputs;
    InferenceGraph::Value x = graph.flatten(InferenceGraph::input, layers_.front().weight.size(1));
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i > 0) x = graph.elu(graph.gather(outputs, readings_[i], {}));
      outputs.push_back(x = graph.linear(x, layers_[i].weight, layers_[i].bias));
    }
    return graph;
  }

 private:
  // Features are channels of images of one pixel.
  at::Tensor logits(const at::Tensor& images, bool) override {
    std::vector<Output> outputs;
    at::Tensor x = images.flatten(1).unsqueeze(-1).unsqueeze(-1);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      if (i > 0) x = at::elu(gather(outputs, readings_[i]));
      outputs.push_back({convolve(x, layers_[i].weight, layers_[i].bias, 1, 0), {}, {}});
    }
    return outputs.back().values.flatten(1);
  }

  std::vector<Initialiser::Linear> layers_;
  std::vector<Reading> readings_;
};

}  // namespace

std::unique_ptr<BuiltNetwork> build_mlp_cells(const Blueprint& blueprint) {
  return std::make_unique<MlpCells>(blueprint);
}

}  // namespace flash
