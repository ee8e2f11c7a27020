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

// Codes of the step at which the largest has the largest code.
CompressedVector in_bits(std::vector<float> values, int bits) {
  CompressedVector vector;
  vector.bits = bits;
  if (bits == 32) {
    vector.values = std::move(values);
    return vector;
  }
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
                                  const CompressionSettings& settings, const Data& data) {
  CompressedNetwork compressed{network.graph(), {}, data.mean, data.std_dev};
  std::size_t layer = 0;
  for (std::size_t k = 0; k < network.graph().nodes().size(); ++k) {
    const Operator& op = network.graph().nodes()[k].op;
    const BuiltNetwork::State state = network.state(k);
    CompressedNode node;
    if (op.has_matrix()) node.weights = weights.matrix(layer++);
    if (op.has_matrix() && op.bias) node.first = in_bits(floats(state.bias), settings.bias_bits);
    if (op.kind == Operator::Kind::norm) {
      const at::Tensor scale = state.weight * (state.running_variance + norm_epsilon).rsqrt();
      node.first = in_bits(floats(scale.contiguous()), settings.bias_bits);
      node.second =
          in_bits(floats((state.bias - state.running_mean * scale).contiguous()), settings.bias_bits);
    }
    compressed.nodes.push_back(std::move(node));
  }
  return compressed;
}

}  // namespace flash
