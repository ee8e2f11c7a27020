// Networks of every family as compressed ones, without the compressing.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "export_cases.hpp"
#include "flash/core/random.hpp"
#include "flash/fcn/compressed_network.hpp"
#include "flash/fcn/runtime.hpp"

namespace flash {

inline std::vector<float> floats(const at::Tensor& values) {
  const at::Tensor plain = values.to(at::kFloat).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

inline CompressedVector vector_of(const at::Tensor& values) {
  CompressedVector vector;
  vector.values = floats(values);
  return vector;
}

// Every other matrix in 15 levels, of which one is 0; the others as they are, but for small weights.
inline CompressedMatrix matrix_of(const at::Tensor& weight, bool levels) {
  CompressedMatrix matrix;
  matrix.rows = static_cast<std::size_t>(weight.size(0));
  matrix.values = floats(weight);
  matrix.columns = matrix.values.size() / matrix.rows;
  const float largest = weight.abs().max().item<float>();
  for (float& value : matrix.values)
    if (std::abs(value) < largest / 10) value = 0;
  if (!levels) return matrix;
  matrix.form = CompressedMatrix::Form::levels;
  matrix.levels.bits = 4;
  matrix.levels.step = largest / 7;
  for (const float value : matrix.values)
    matrix.levels.codes.push_back(static_cast<std::int16_t>(std::lround(value / matrix.levels.step)));
  matrix.values.clear();
  return matrix;
}

inline CompressedNetwork compressed(const Space& space, std::uint64_t id) {
  const auto built = seasoned_network(space, id);
  const auto channels = static_cast<std::size_t>(space.definition().input.channels);
  CompressedNetwork network{
      built->graph(), {}, std::vector<float>(channels, 0.45F), std::vector<float>(channels, 0.25F)};
  for (std::size_t k = 0; k < built->graph().nodes().size(); ++k) {
    const Operator& op = built->graph().nodes()[k].op;
    const BuiltNetwork::State state = built->state(k);
    CompressedNode node;
    if (op.has_matrix()) node.weights = matrix_of(state.weight, k % 2 == 0);
    if (op.has_matrix() && op.bias) node.first = vector_of(state.bias);
    if (op.kind == Operator::Kind::norm) {
      const at::Tensor scale = state.weight * (state.running_variance + norm_epsilon).rsqrt();
      node.first = vector_of(scale);
      node.second = vector_of(state.bias - state.running_mean * scale);
    }
    network.nodes.push_back(std::move(node));
  }
  return network;
}

inline void for_each_case(const std::function<void(const std::string&, const CompressedNetwork&)>& visit) {
  for (const ExportCase& one : export_cases()) {
    const Space space(one.space);
    const std::vector<std::uint64_t> ids = some_ids(space);
    for (const std::uint64_t id : {ids.front(), ids[5], ids.back()})
      visit(one.name + std::string("-").append(std::to_string(id)), compressed(space, id));
  }
}

inline std::vector<std::uint8_t> pixels_of(const CompressedNetwork& network, std::size_t images) {
  Philox random(8);
  std::vector<std::uint8_t> pixels(images * SparseRuntime(network).values_per_image());
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random.below(256));
  return pixels;
}

inline at::Tensor normalised(const CompressedNetwork& network, const std::vector<std::uint8_t>& pixels) {
  at::Tensor images = at::empty({static_cast<std::int64_t>(pixels.size())});
  for (std::size_t k = 0; k < pixels.size(); ++k)
    images.data_ptr<float>()[k] =
        (static_cast<float>(pixels[k]) / 255.0F - network.mean[0]) / network.deviation[0];
  return images.view({-1, network.graph.channels(), network.graph.side(), network.graph.side()});
}

}  // namespace flash
