// Operators and the graphs that they form: shapes, counts, places.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <stdexcept>

#include "flash/network/network_graph.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;

// A convolution's multiply-accumulates counted one by one, padding included.
std::int64_t counted_macs(int in, int out, int kernel, int side_out, int groups) {
  std::int64_t macs = 0;
  for (int row = 0; row < side_out; ++row)
    for (int column = 0; column < side_out; ++column)
      for (int channel = 0; channel < out; ++channel)
        for (int read = 0; read < in / groups; ++read) macs += kernel * kernel;
  return macs;
}

// Positions of a kernel of that size at that distance on a side with padding all around.
int counted_positions(int side, int kernel, int stride, int padding) {
  int positions = 0;
  for (int first = -padding; first + kernel <= side + padding; first += stride) ++positions;
  return positions;
}

TEST(Operators, CountConvolutionsByTheirFormula) {
  for (const int kernel : {1, 3, 5})
    for (const int stride : {1, 2})
      for (const int side : {1, 2, 7, 8})
        for (const int groups : {1, 2, 6}) {
          const Operator op = operators::convolution(6, 12, kernel, stride, side, groups);
          const int after = counted_positions(side, kernel, stride, kernel / 2);
          EXPECT_TRUE(stride > 1 || after == side);
          EXPECT_EQ(op.side_out, after);
          EXPECT_EQ(op.weights(), 12 * (6 / groups) * kernel * kernel);
          EXPECT_EQ(op.macs(), counted_macs(6, 12, kernel, after, groups));
          EXPECT_EQ(op.parameters(), op.weights());
          EXPECT_EQ(op.values_out(), 12 * after * after);
          EXPECT_TRUE(op.has_matrix());
          EXPECT_FALSE(op.depthwise());
        }
  EXPECT_TRUE(operators::convolution(6, 6, 3, 1, 8, 6).depthwise());
  EXPECT_FALSE(operators::convolution(1, 1, 3, 1, 8).depthwise());
}

TEST(Operators, CountLinearOnesByTheirFormula) {
  const Operator flat = operators::linear(20, 7, 1);
  EXPECT_EQ(flat.macs(), 20 * 7);
  EXPECT_EQ(flat.parameters(), 20 * 7 + 7);
  EXPECT_EQ(flat.values_out(), 7);
  const Operator of_planes = operators::linear(20, 7, 4);  // reads 20 planes of 4x4
  EXPECT_EQ(of_planes.weights(), 20 * 16 * 7);
  EXPECT_EQ(of_planes.macs(), 20 * 16 * 7);
  EXPECT_EQ(of_planes.parameters(), 20 * 16 * 7 + 7);
  EXPECT_EQ(of_planes.side_out, 1);
  EXPECT_TRUE(of_planes.has_matrix());
}

TEST(Operators, CountOfNormsTwoParametersAChannel) {
  const Operator op = operators::norm(9, 5);
  EXPECT_EQ(op.parameters(), 18);
  EXPECT_EQ(op.macs(), 0);
  EXPECT_EQ(op.values_out(), 9 * 25);
}

TEST(Operators, CountNothingOfThoseWithoutParameters) {
  for (const Operator& op : {operators::relu(9, 5), operators::elu(9, 5), operators::gather(9, 5),
                             operators::average_pool(9, 5, 2), operators::flatten(9, 5)}) {
    EXPECT_EQ(op.macs(), 0) << name(op.kind);
    EXPECT_EQ(op.parameters(), 0) << name(op.kind);
    EXPECT_FALSE(op.has_matrix()) << name(op.kind);
    EXPECT_EQ(counts(op), Counts{}) << name(op.kind);
  }
}

TEST(Operators, KnowTheirShapes) {
  for (const Operator& op :
       {operators::relu(9, 5), operators::elu(9, 5), operators::gather(9, 5), operators::norm(9, 5)}) {
    EXPECT_EQ(op.out, 9) << name(op.kind);
    EXPECT_EQ(op.side_out, 5) << name(op.kind);
  }
  const Operator pool = operators::average_pool(9, 5, 2);  // an odd last row is left out
  EXPECT_EQ(pool.out, 9);
  EXPECT_EQ(pool.side_out, 2);
  EXPECT_EQ(pool.stride, 2);
  const Operator flat = operators::flatten(9, 5);
  EXPECT_EQ(flat.out, 9 * 25);
  EXPECT_EQ(flat.side_out, 1);
}

TEST(Operators, HoldCountsThatNeed63Bits) {
  const Operator op = operators::convolution(65'536, 65'536, 3, 1, 4'096);
  EXPECT_EQ(op.weights(), std::int64_t{9} << 32);
  EXPECT_EQ(op.macs(), std::int64_t{9} << 56);
  EXPECT_EQ(opening_layer(op).traffic, std::int64_t{1} << 40);
  EXPECT_EQ(operators::linear(65'536, 65'536, 4'096).weights(), std::int64_t{1} << 56);
}

TEST(Operators, HaveNames) {
  std::set<std::string_view> names;
  for (const Kind kind : {Kind::convolution, Kind::linear, Kind::norm, Kind::relu, Kind::elu, Kind::gather,
                          Kind::average_pool, Kind::flatten})
    EXPECT_TRUE(names.insert(name(kind)).second);
  EXPECT_FALSE(names.contains(""));
  EXPECT_EQ(name(Kind::average_pool), "average_pool");
}

TEST(OpeningLayer, CountsOneLayerAndWhatItReads) {
  const Operator op = opening_layer(operators::norm(9, 5));
  EXPECT_EQ(counts(op), (Counts{0, 18, 9 * 25, 1}));
  EXPECT_FALSE(op.head);
  const Operator head = opening_layer(operators::linear(9, 3, 5), true);
  EXPECT_TRUE(head.head);
  EXPECT_EQ(counts(head), (Counts{9 * 25 * 3, 9 * 25 * 3 + 3, 9 * 25, 1}));
}

TEST(Counts, AreSumsOverOperators) {
  const std::vector<Operator> list{opening_layer(operators::convolution(3, 8, 3, 2, 9)),
                                   operators::norm(8, 5), operators::relu(8, 5),
                                   opening_layer(operators::convolution(8, 8, 3, 1, 5, 8))};
  Counts sum;
  for (const Operator& op : list) sum += counts(op);
  EXPECT_EQ(counts(list), sum);
  EXPECT_EQ(sum, (Counts{3 * 8 * 9 * 25 + 8 * 9 * 25, 3 * 8 * 9 + 16 + 8 * 9, 3 * 81 + 8 * 25, 2}));
  EXPECT_EQ(counts(std::span<const Operator>{}), Counts{});
}

TEST(CountQuantities, AreTheMembersByTheirNames) {
  const Quantities& quantities = count_quantities();
  EXPECT_THAT(quantities.names(), testing::ElementsAre("macs", "parameters", "traffic", "layers"));
  std::vector<double> sums{1, 2, 3, 4};  // what an operator has is added
  quantities.add(opening_layer(operators::convolution(3, 8, 3, 2, 9)), sums);
  EXPECT_THAT(sums, testing::ElementsAre(1 + 3 * 8 * 9 * 25, 2 + 3 * 8 * 9, 3 + 3 * 81, 4 + 1));
}

// An image of 3x8x8, a convolution to 4 channels, another, and one that reads the second with two channels of
// the first.
class Graph : public testing::Test {
 protected:
  Graph() {
    graph.enter(0, 0);
    a = graph.append(opening_layer(operators::convolution(3, 4, 3, 1, 8)), NetworkGraph::image);
    graph.enter(0, 1);
    b = graph.append(std::vector{operators::relu(4, 8), operators::convolution(4, 4, 3, 1, 8)}, a);
    graph.enter(1, 0);
    joined = graph.gather(operators::gather(6, 8), {b, a}, {{}, {1, 3}});
  }
  NetworkGraph graph{3, 8};
  NetworkGraph::Value a = 0, b = 0, joined = 0;
};

TEST_F(Graph, KnowsItsValues) {
  EXPECT_EQ(graph.channels(NetworkGraph::image), 3);
  EXPECT_EQ(graph.side(NetworkGraph::image), 8);
  EXPECT_EQ(a, 1u);
  EXPECT_EQ(b, 3u);  // the ReLU puts out value 2
  EXPECT_EQ(graph.output(), joined);
  EXPECT_EQ(graph.channels(joined), 6);
  EXPECT_EQ(graph.side(joined), 8);
  EXPECT_EQ(graph.nodes().size(), 4u);
  EXPECT_EQ(graph.node(b).op.kind, Kind::convolution);
  EXPECT_THAT(graph.node(b).reads, testing::ElementsAre(2));
  EXPECT_THAT(graph.node(b).columns, testing::IsEmpty());
  EXPECT_THAT(graph.node(joined).reads, testing::ElementsAre(b, a));
  EXPECT_THAT(graph.node(joined).columns,
              testing::ElementsAre(testing::IsEmpty(), testing::ElementsAre(1, 3)));
}

TEST_F(Graph, PutsNodesWhereTheyBelong) {
  EXPECT_EQ(graph.node(a).slot, 0u);
  EXPECT_EQ(graph.node(a).layer, 0);
  EXPECT_EQ(graph.node(2).layer, 1);
  EXPECT_EQ(graph.node(b).layer, 1);
  EXPECT_EQ(graph.node(joined).slot, 1u);
  EXPECT_EQ(graph.node(joined).layer, 0);
}

TEST_F(Graph, CountsReadersAndTheOutputsReader) {
  EXPECT_THAT(graph.readers(), testing::ElementsAre(1, 2, 1, 1, 1));
  graph.append(operators::relu(6, 8), joined);
  EXPECT_THAT(graph.readers(), testing::ElementsAre(1, 2, 1, 1, 1, 1));
  EXPECT_THAT(NetworkGraph(3, 8).readers(), testing::ElementsAre(1));  // the image is put out
}

TEST_F(Graph, CostsWhatItsOperatorsCost) {
  Counts sum;
  for (const NetworkGraph::Node& node : graph.nodes()) sum += counts(node.op);
  EXPECT_EQ(counts(graph), sum);
  EXPECT_EQ(sum, (Counts{(3 * 4 + 4 * 4) * 9 * 64, (3 * 4 + 4 * 4) * 9, 3 * 64, 1}));
}

TEST_F(Graph, RefusesShapesThatDoNotFit) {
  const auto refusal = [](const auto& act) -> std::string {
    try {
      act();
    } catch (const std::logic_error& error) {
      return error.what();
    }
    return "accepted";
  };
  const NetworkGraph before = graph;
  EXPECT_EQ(refusal([&] { graph.append(operators::relu(5, 8), a); }),
            "a relu of 5 channels of side 8 reads 4 of side 8");
  EXPECT_EQ(refusal([&] { graph.append(operators::convolution(4, 4, 3, 1, 7), a); }),
            "a convolution of 4 channels of side 7 reads 4 of side 8");
  EXPECT_NE(refusal([&] { graph.append(operators::norm(4, 8), NetworkGraph::image); }), "accepted");
  EXPECT_NE(refusal([&] { graph.append(operators::linear(6 * 64, 2, 1), joined); }), "accepted");
  EXPECT_NE(refusal([&] { graph.gather(operators::gather(8, 8), {b, a}, {{}, {1, 3}}); }), "accepted");
  EXPECT_NE(refusal([&] { graph.gather(operators::gather(6, 8), {b, a}, {{}, {}}); }), "accepted");
  EXPECT_EQ(graph.nodes().size(), before.nodes().size());
  const auto pooled = graph.append(operators::average_pool(4, 8, 2), a);
  EXPECT_NE(refusal([&] { graph.gather(operators::gather(8, 8), {b, pooled}, {{}, {}}); }), "accepted");
  EXPECT_NE(refusal([&] { graph.gather(operators::gather(8, 4), {pooled, b}, {{}, {}}); }), "accepted");
  // The second of a chain.
  EXPECT_NE(refusal([&] {
              graph.append(std::vector{operators::convolution(4, 6, 3, 2, 8), operators::norm(6, 8)}, a);
            }),
            "accepted");
}

}  // namespace
}  // namespace flash
