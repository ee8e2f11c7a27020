// Compressed layers on crossbars.
#include <gtest/gtest.h>

#include <cmath>

#include "networks.hpp"

namespace flash {
namespace {

// One matrix of `rows` x `out`.
NetworkGraph matrix(int rows, int out) {
  NetworkGraph graph(rows, 1);
  graph.append(operators::linear(rows, out, 1), NetworkGraph::image);
  return graph;
}

std::int64_t crossbars(const NetworkGraph& graph, const LayerForm& form, const ImcDesign& design = {}) {
  return simulate(design, graph, std::vector{form}).crossbars;
}

TEST(ImcForms, DenseOfTheDesignsBitsIsTheSimulation) {
  Philox random(5);
  for (const auto& [space, networks] : test::all_kinds(4, 60)) {
    for (const Point& network : networks) {
      const ImcDesign design = test::random_design(random);
      const NetworkGraph graph = space.lower(network, 3);
      for (const int bits : {design.tiling.weight_bits, 32})  // not quantised: as the chip has them
        EXPECT_EQ(to_json(simulate(design, graph, dense_forms(graph, bits))),
                  to_json(simulate(design, space, network, 3)));
    }
  }
}

TEST(ImcForms, WeightsPrunedOneByOneGainNothing) {
  for (const auto& [space, networks] : test::all_kinds(2, 70)) {
    const NetworkGraph graph = space.lower(networks[0], 3);
    std::vector<LayerForm> forms = dense_forms(graph, 8);
    for (LayerForm& form : forms) form = pruned_form(Pruned::weights, 0.01, 8);
    EXPECT_EQ(to_json(simulate({}, graph, forms)), to_json(simulate({}, graph)));
  }
}

// Crossbars of 256 x 256, a cell a bit.
TEST(ImcForms, CrossbarsAreCountedByWhatIsKept) {
  const NetworkGraph graph = matrix(1024, 128);  // 4 x 4 of them
  EXPECT_EQ(crossbars(graph, {.bits = 8}), 16);
  EXPECT_EQ(crossbars(graph, {.bits = 4}), 8);
  EXPECT_EQ(crossbars(graph, {.bits = 1}), 2 * 2);                                   // 1024 rows, 128 columns
  EXPECT_EQ(crossbars(graph, {.kind = LayerForm::Kind::shift_add, .bits = 4}), 16);  // rebuilt weights have 8
  for (const Pruned what : {Pruned::rows, Pruned::filters}) {
    EXPECT_EQ(crossbars(graph, pruned_form(what, 0.5, 8)), 8);
    EXPECT_EQ(crossbars(graph, pruned_form(what, 0.51, 8)), 12);
    EXPECT_EQ(crossbars(graph, pruned_form(what, 0.01, 8)), 4);
  }
  EXPECT_EQ(crossbars(graph, {.bits = 8, .rows_kept = 0.25, .filters_kept = 0.25}), 1);
}

TEST(ImcForms, CountsFollowThePlainFormula) {
  Philox random(6);
  for (int k = 0; k < 200; ++k) {
    ImcDesign design = test::random_design(random);
    const int rows = 1 + static_cast<int>(random.below(3000)), out = 1 + static_cast<int>(random.below(500));
    // Halves, quarters ...: the crossbar's lines divide by them.
    const auto share = [&] { return std::ldexp(1.0, -static_cast<int>(random.below(4))); };
    design.tiling.crossbar_rows = 8 * (2 + static_cast<int>(random.below(60)));
    design.tiling.crossbar_columns = 8 * (8 + static_cast<int>(random.below(60)));
    const LayerForm form{
        .bits = 1 + static_cast<int>(random.below(8)), .rows_kept = share(), .filters_kept = share()};
    const int bits = std::min(form.bits, design.tiling.weight_bits);
    const double cells = std::ceil(static_cast<double>(bits) / design.tiling.cell_bits);
    const double down = std::ceil(rows * form.rows_kept / design.tiling.crossbar_rows);
    const double across = std::ceil(out * form.filters_kept * cells / design.tiling.crossbar_columns);
    EXPECT_EQ(crossbars(matrix(rows, out), form, design), static_cast<std::int64_t>(down * across));
  }
}

// In whatever form: sums of parts, and never more than dense.
TEST(ImcForms, CompressedNetworksCostNoMoreCrossbarsOrConversions) {
  Philox random(7);
  const auto share = [&] { return 1e-3 + random.uniform() * 0.999; };
  for (const auto& [space, networks] : test::all_kinds(4, 80)) {
    for (const Point& network : networks) {
      const NetworkGraph graph = space.lower(network, 3);
      const ImcReport dense = simulate({}, graph);
      std::vector<LayerForm> forms = dense_forms(graph, 8);
      for (LayerForm& form : forms)
        form = {.bits = 1 + static_cast<int>(random.below(8)), .rows_kept = share(), .filters_kept = share()};
      const ImcReport report = simulate({}, graph, forms);
      ASSERT_EQ(report.layers.size(), dense.layers.size());
      for (std::size_t l = 0; l < report.layers.size(); ++l) {
        EXPECT_LE(report.layers[l].crossbars, dense.layers[l].crossbars);
        EXPECT_LE(report.layers[l].utilisation, 1);
        for (const EnergyPart part : {EnergyPart::cells, EnergyPart::rows, EnergyPart::adc})
          EXPECT_LE(report.layers[l].energy[static_cast<std::size_t>(part)],
                    dense.layers[l].energy[static_cast<std::size_t>(part)]);
      }
      EXPECT_LE(report.measurement[Metric::area], dense.measurement[Metric::area]);
      EXPECT_GT(report.measurement[Metric::latency], 0);
    }
  }
}

}  // namespace
}  // namespace flash
