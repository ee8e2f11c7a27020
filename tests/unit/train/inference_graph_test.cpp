// The inference graph against the network's own logits, through the TorchScript file that is written of it.
#include "flash/train/inference_graph.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "export_cases.hpp"
#include "flash/train/onnx_export.hpp"
#include "flash/train/torchscript_export.hpp"
#include "run_torchscript.hpp"

namespace flash {
namespace {

using Kind = InferenceGraph::Kind;

std::size_t scaled_gathers(const InferenceGraph& graph) {
  return static_cast<std::size_t>(std::ranges::count_if(graph.nodes(), [](const InferenceGraph::Node& node) {
    return std::ranges::any_of(node.selections, [](const auto& s) { return s.affine.defined(); });
  }));
}

std::size_t gathers(const InferenceGraph& graph) {
  return static_cast<std::size_t>(
      std::ranges::count(graph.nodes(), Kind::gather, &InferenceGraph::Node::kind));
}

class InferenceGraphs : public testing::TestWithParam<ExportCase> {};

TEST_P(InferenceGraphs, GiveTheNetworksLogitsFoldedAndNot) {
  const Space space(GetParam().space);
  const Input& input = GetParam().space.input;
  float largest = 0;
  for (const std::uint64_t id : some_ids(space)) {
    const auto network = seasoned_network(space, id);
    const at::Tensor images = random_images(input, 5);
    const at::Tensor expected = logits_of(*network, images);
    const InferenceGraph graph = network->inference_graph();
    for (const InferenceGraph& form : {graph, graph.folded()}) {
      const at::Tensor logits = run_torchscript(form, images);
      ASSERT_EQ(logits.sizes(), expected.sizes());
      const float difference = (logits - expected).abs().max().item<float>();
      EXPECT_LE(difference, 1e-4F) << id << ", logits up to " << expected.abs().max().item<float>();
      largest = std::max(largest, difference);
    }
    EXPECT_LE(graph.folded().nodes().size(), graph.nodes().size());
  }
  RecordProperty("largest_difference", std::to_string(largest));
}

INSTANTIATE_TEST_SUITE_P(Families, InferenceGraphs, testing::ValuesIn(export_cases()),
                         [](const auto& named) { return std::string(named.param.name); });

CellSpace one_cell(Block block) {
  CellSpace definition;
  definition.block = block;
  definition.widths = {4};
  definition.wm = {1};
  definition.depths = {5};
  definition.input = {1, 8, 4};
  return definition;
}

// Without skips every norm has a convolution of its own before it, but that of layer 1: layer 0's output goes
// through ReLU alone.
TEST(Folding, LeavesNoGatherWhereThereAreNoSkips) {
  for (const Block block : {Block::regular, Block::depthwise}) {
    const Space space(one_cell(block));
    const auto network = build_network(space, space.point(0), 1, at::kCPU);
    EXPECT_EQ(gathers(network->inference_graph().folded()), 0U);
  }
}

TEST(Folding, KeepsScaleAndShiftWhereOutputsHaveSeveralReaders) {
  const Space space(one_cell(Block::regular));
  // The most skips: layer i reads all outputs before it. Only layers 2 to 4 gather.
  const auto network = build_network(space, space.point(space.size() - 1), 1, at::kCPU);
  const InferenceGraph graph = network->inference_graph().folded();
  EXPECT_EQ(gathers(graph), 3U);
  EXPECT_EQ(scaled_gathers(graph), 3U);
  // The last layer is the only reader of the one before it, whose part of the norm is folded.
  const auto last = std::ranges::find(graph.nodes().rbegin(), graph.nodes().rend(), Kind::gather,
                                      &InferenceGraph::Node::kind);
  EXPECT_FALSE(last->selections.front().affine.defined());
  EXPECT_TRUE(last->selections.back().affine.defined());
}

TEST(Folding, DoesNotTouchAValueWithTwoReadersThroughAnotherName) {
  InferenceGraph graph(2, 4);
  const auto affine = [](double scale) {
    return ChannelAffine{at::full({2}, scale, at::kDouble), at::zeros({2}, at::kDouble)};
  };
  const at::Tensor weight = at::ones({2, 2, 1, 1});
  const Reading whole({{0, 2, {}}});
  const InferenceGraph::Value y = graph.convolution(InferenceGraph::input, weight, {}, 1, 0);
  const InferenceGraph::Value alias = graph.gather({y}, whole, {});
  const InferenceGraph::Value doubled = graph.gather({alias}, whole, affine(2));
  graph.gather({doubled, graph.relu(y)}, Reading({{0, 2, {}}, {1, 2, {0, 1}}}), {});
  const at::Tensor images = at::ones({1, 2, 4, 4});
  const at::Tensor logits = run_torchscript(graph.folded(), images);
  EXPECT_TRUE(at::equal(logits, run_torchscript(graph, images)));
  EXPECT_EQ(logits[0][0][0][0].item<float>(), 4.0F);
  EXPECT_EQ(logits[0][2][0][0].item<float>(), 2.0F);
}

TEST(ExportedFiles, AreFunctionsOfTheGraphAlone) {
  const Space space(one_cell(Block::regular));
  const auto network = build_network(space, space.point(space.size() - 1), 1, at::kCPU);
  const InferenceGraph graph = network->inference_graph().folded();
  EXPECT_EQ(torchscript_file(graph), torchscript_file(graph));
  EXPECT_EQ(onnx_file(graph), onnx_file(graph));
}

}  // namespace
}  // namespace flash
