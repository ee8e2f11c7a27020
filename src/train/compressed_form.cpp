#include "compressed_form.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "flash/train/gather_norm.hpp"

namespace flash {
namespace {

std::vector<float> floats(const at::Tensor& tensor) {
  return {tensor.data_ptr<float>(), tensor.data_ptr<float>() + tensor.numel()};
}

CompressedVector as_it_is(const at::Tensor& tensor) {
  CompressedVector vector;
  vector.values = floats(tensor.contiguous());
  return vector;
}

// Codes of the step at which the largest has the largest code.
CompressedVector in_bits(const std::vector<float>& values, int bits) {
  CompressedVector vector;
  vector.bits = bits;
  const int most = (1 << (bits - 1)) - 1;
  float largest = 0;
  for (const float value : values) largest = std::max(largest, std::abs(value));
  vector.step = largest / static_cast<float>(most);
  for (const float value : values)
    vector.codes.push_back(largest > 0 ? static_cast<std::int32_t>(std::lround(value / vector.step)) : 0);
  return vector;
}

}  // namespace

CompressedNetwork compressed_form(const BuiltNetwork& network, const WeightsUnderCompression& weights,
                                  const Data& data) {
  CompressedNetwork compressed{network.graph(), {}, data.mean, data.std_dev};
  std::size_t layer = 0;
  for (std::size_t k = 0; k < network.graph().nodes().size(); ++k) {
    const Operator& op = network.graph().nodes()[k].op;
    const BuiltNetwork::State state = network.state(k);
    CompressedNode node;
    if (op.has_matrix()) node.weights = weights.matrix(layer++);
    if (op.has_matrix() && op.bias) node.first = as_it_is(state.bias);
    if (op.kind == Operator::Kind::norm) {
      const at::Tensor scale = state.weight * (state.running_variance + norm_epsilon).rsqrt();
      node.first = as_it_is(scale);
      node.second = as_it_is(state.bias - state.running_mean * scale);
    }
    compressed.nodes.push_back(std::move(node));
  }
  return compressed;
}

CompressedNetwork with_bias_bits(CompressedNetwork network, int bits) {
  for (CompressedNode& node : network.nodes)
    for (CompressedVector* vector : {&node.first, &node.second})
      if (bits < 32 && vector->size() > 0) *vector = in_bits(vector->values, bits);
  return network;
}

}  // namespace flash
