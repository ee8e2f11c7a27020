// Networks of the usual kinds, for what compression saves on each.
#pragma once

#include <utility>
#include <vector>

#include "flash/network/network_graph.hpp"

namespace flash::test {

// 20-50-500-10 on images of 28 x 28, 5 x 5 without padding: most of its 430,500 weights are in a linear layer.
inline NetworkGraph lenet() {
  NetworkGraph graph(1, 28);
  namespace op = operators;
  const auto unpadded = [](int in, int out, int side) {
    Operator convolution = op::convolution(in, out, 5, 1, side);
    convolution.padding = 0;
    convolution.side_out = side - 4;
    return convolution;
  };
  auto x = graph.append(unpadded(1, 20, 28), NetworkGraph::image);
  x = graph.append(op::max_pool(20, 24, 2, 2), x);
  x = graph.append(unpadded(20, 50, 12), x);
  x = graph.append(op::max_pool(50, 8, 2, 2), x);
  x = graph.append(op::linear(50, 500, 4), x);
  graph.append(op::linear(500, 10, 1), x);
  return graph;
}

// 3 x 3 convolutions in stages on images of a side, each stage after the first at half of it, and a classifier.
inline NetworkGraph convolutions(int side,
                                 const std::vector<std::pair<int, int>>& stages,  // layers, channels
                                 const std::vector<int>& linear) {
  NetworkGraph graph(3, side);
  namespace op = operators;
  NetworkGraph::Value x = NetworkGraph::image;
  int channels = 3;
  for (std::size_t s = 0; s < stages.size(); ++s) {
    for (int layer = 0; layer < stages[s].first; ++layer) {
      x = graph.append(op::convolution(channels, stages[s].second, 3, 1, side), x);
      channels = stages[s].second;
    }
    if (s + 1 == stages.size()) break;
    x = graph.append(op::max_pool(channels, side, 2, 2), x);
    side /= 2;
  }
  x = graph.append(op::average_pool(channels, side, side), x);
  for (const int out : linear) {
    x = graph.append(op::linear(channels, out, 1), x);
    channels = out;
  }
  return graph;
}

// VGG-16's convolutions for small images, with its narrow classifier: 15 million weights.
inline NetworkGraph vgg_like() {
  return convolutions(32, {{2, 64}, {2, 128}, {3, 256}, {3, 512}, {3, 512}}, {512, 10});
}
inline NetworkGraph million_weights() {
  return convolutions(32, {{1, 32}, {1, 64}, {1, 128}, {2, 256}}, {10});
}
// Small, and few weights a multiplication.
inline NetworkGraph activation_heavy() { return convolutions(32, {{3, 32}, {2, 48}, {2, 64}}, {10}); }

}  // namespace flash::test
