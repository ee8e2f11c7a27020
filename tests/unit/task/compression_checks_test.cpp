#include "flash/task/compression_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// 36 + 144 weights, 64 and 16 multiplications each; 40 of a linear layer.
NetworkGraph three_layers() {
  NetworkGraph graph(1, 8);
  NetworkGraph::Value x = graph.append(operators::convolution(1, 4, 3, 1, 8), NetworkGraph::image);
  x = graph.append(operators::max_pool(4, 8, 2, 2), x);
  x = graph.append(operators::convolution(4, 4, 3, 1, 4), x);
  x = graph.append(operators::average_pool(4, 4, 4), x);
  graph.append(operators::linear(4, 10, 1), x);
  return graph;
}

CompressionFault fault(const CompressionSettings& settings) {
  return compression_fault(settings).value_or(CompressionFault{});
}
CompressionFault fault(const CompressionSettings& settings, const NetworkGraph& graph) {
  return compression_fault(settings, graph).value_or(CompressionFault{});
}

TEST(CompressionFaults, NameTheKey) {
  EXPECT_EQ(fault({}).key, "");
  CompressionSettings settings;
  settings.rho = 1;
  EXPECT_EQ(fault(settings).key, "rho_end");
  EXPECT_THAT(fault(settings).what, HasSubstr("0.3, less than rho = 1:"));
  EXPECT_EQ(fault({.variant = "switch"}).key, "variant");
  EXPECT_EQ(fault({.bias_bits = 17}).key, "bias_bits");
  EXPECT_EQ(fault({.method = "smartdeal", .bits = 3}).key, "bits");
  EXPECT_EQ(fault({.method = "smartdeal", .groups = "rows"}).key, "groups");
  EXPECT_EQ(fault({.method = "smartdeal", .macs_ratio = 2}).key, "macs_ratio");
  EXPECT_EQ(fault({.bits = 9}).key, "bits");
}

TEST(CompressionFaults, NoLayerStandsThereTwice) {
  EXPECT_EQ(fault({.layers = {{.layer = 2, .keep = 0.1}, {.layer = 1, .keep = 0.1}}}).key, "");
  const CompressionFault twice = fault({.layers = {{.layer = 2, .keep = 0.1}, {.layer = 2, .keep = 0.3}}});
  EXPECT_EQ(twice.key, "layers");
  EXPECT_THAT(twice.what, HasSubstr("layer 2 stands there twice"));
}

TEST(CompressionFaults, OfANetworkAreKnownFromItsGraph) {
  const NetworkGraph graph = three_layers();
  EXPECT_EQ(fault({}, graph).key, "");
  const CompressionFault empty = fault({.ratio = 1e9}, graph);
  EXPECT_EQ(empty.key, "ratio");
  EXPECT_THAT(empty.what, AllOf(HasSubstr("1000000000 would empty a layer"), HasSubstr("at most 73 ")));
  EXPECT_EQ(fault({.ratio = 73}, graph).key, "");
  const CompressionFault none = fault({.layers = {{.layer = 3, .keep = 0.5}}}, graph);
  EXPECT_EQ(none.key, "layers");
  EXPECT_THAT(none.what, HasSubstr("there is no layer 3: the network has 3"));
  EXPECT_THROW(check_compression({.ratio = 1e9}, graph), Error);
  // Told layers leave nothing to the others, or just a weight each.
  std::int64_t weights = 0, largest = 0, largest_layer = 0, layer = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    weights += node.op.weights();
    if (node.op.weights() > largest) largest = node.op.weights(), largest_layer = layer;
    ++layer;
  }
  const LayerCompression whole{.layer = static_cast<int>(largest_layer), .keep = 1};
  const double most = static_cast<double>(weights) / static_cast<double>(largest + 2);
  EXPECT_EQ(fault({.ratio = 0.999 * most, .layers = {whole}}, graph).key, "");
  const CompressionFault told = fault({.ratio = 1.05 * most, .layers = {whole}}, graph);
  EXPECT_EQ(told.key, "ratio");
  EXPECT_THAT(told.what, HasSubstr("cannot be reached: the layers that are told what they keep have"));
}

// 36 * 64 + 144 * 16 = 4608 multiplications.
TEST(CompressionFaults, MultiplicationsComeDownAsFarAsTheRatioLetsThem) {
  const NetworkGraph graph = three_layers();
  // 22 weights are kept: 20 of the linear layer, one of each convolution.
  EXPECT_EQ(fault({.ratio = 10, .macs_ratio = 57.6}, graph).key, "");
  const CompressionFault most = fault({.ratio = 10, .macs_ratio = 57.7}, graph);
  EXPECT_EQ(most.key, "macs_ratio");
  EXPECT_THAT(most.what, HasSubstr("down by 57.6 at most"));
  // 110: 40, and 69 of the second convolution.
  EXPECT_THAT(fault({.ratio = 2, .macs_ratio = 1e6}, graph).what, HasSubstr("down by 3.9 at most"));
  // What the first keeps, 18, is given.
  EXPECT_THAT(fault({.ratio = 10, .macs_ratio = 1e6, .layers = {{.layer = 0, .keep = 0.5}}}, graph).what,
              HasSubstr("down by 3.9 at most"));
}

TEST(CompressionFaults, LayersThatAllKeepASetShareLeaveNothingToTheRatio) {
  const NetworkGraph graph = three_layers();
  CompressionSettings settings{.layers = {{.layer = 0, .keep = 1}, {.layer = 1, .keep = 0.5}}};
  EXPECT_FALSE(layers_say_all(settings, graph));
  settings.layers.push_back({.layer = 2, .keep = 0.5});
  EXPECT_TRUE(layers_say_all(settings, graph));
  settings.ratio = 1e9;
  EXPECT_EQ(fault(settings, graph).key, "");
}

TEST(CompressionFaults, OfSparsities) {
  EXPECT_EQ(fault({.method = "canon"}).key, "method");
  EXPECT_EQ(fault({.method = "cannon"}).key, "sparsity");
  EXPECT_EQ(fault({.method = "cannon", .sparsity = 0.75}).key, "");
  EXPECT_EQ(fault({.method = "cannon", .sparsity = 1}).key, "sparsity");
  EXPECT_EQ(fault({.method = "magnitude", .sparsity = 0.75}).key, "");
  EXPECT_EQ(fault({.method = "admm", .sparsity = 0.75}).key, "sparsity");
  EXPECT_EQ(fault({.method = "cannon", .layers = {{.layer = 0, .keep = 0.5}}, .sparsity = 0.75}).key,
            "layers");
}

}  // namespace
}  // namespace flash
