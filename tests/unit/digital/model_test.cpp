// The digital model: by hand on one layer, and what compression saves on networks of the usual kinds.
#include "flash/digital/model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "networks.hpp"

namespace flash {
namespace {

using Kind = LayerForm::Kind;

// 4 to 8 channels, 3 x 3, 16 x 16 places: 288 weights, 73,728 multiplications, 1,024 values in, 2,048 out.
NetworkGraph one_layer() {
  NetworkGraph graph(4, 16);
  graph.append(operators::convolution(4, 8, 3, 1, 16), NetworkGraph::image);
  return graph;
}

DigitalReport run(const LayerForm& form, const DigitalDesign& design = {}) {
  return run_on(design, one_layer(), std::vector{form});
}
double part(const DigitalReport& report, DigitalPart which) {
  return report.energy[static_cast<std::size_t>(which)] * 1e9;  // pJ
}

TEST(Digital, ADenseLayerByHand) {
  const DigitalReport report = run({.bits = 8});
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::weights), 288 * 100.0);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::macs), 73'728 * 0.143);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::sram), (73'728 / 16.0 + 2'048) * 2.0);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::registers), 73'728 * 0.03);
  EXPECT_EQ(part(report, DigitalPart::spilled), 0);
  EXPECT_EQ(part(report, DigitalPart::indices), 0);
  EXPECT_EQ(part(report, DigitalPart::rebuilding), 0);
  EXPECT_DOUBLE_EQ(report.measurement[Metric::latency], (288 / 12.8 + 73'728 / 256.0) * 1e-6);
  EXPECT_DOUBLE_EQ(report.measurement[Metric::area], (256 * (200 + 40) + 512 * 1024 * 2.0) * 1e-6);
}

TEST(Digital, BitsScaleStorageAndMultipliers) {
  const DigitalReport four = run({.bits = 4});
  EXPECT_DOUBLE_EQ(part(four, DigitalPart::weights), 144 * 100.0);
  EXPECT_DOUBLE_EQ(part(four, DigitalPart::macs), 73'728 * 0.143 / 2);
  EXPECT_EQ(four.layers[0].compute_cycles, 288);  // no quicker
  // Single precision: activations have as many bits.
  const DigitalReport full = run({.bits = 32});
  EXPECT_DOUBLE_EQ(part(full, DigitalPart::weights), 4 * 288 * 100.0);
  EXPECT_DOUBLE_EQ(part(full, DigitalPart::macs), 73'728 * 0.143 * 16);
  EXPECT_DOUBLE_EQ(part(full, DigitalPart::sram), 4 * (73'728 / 16.0 + 2'048) * 2.0);
  EXPECT_EQ(full.layers[0].compute_cycles, 288 * 16);
}

TEST(Digital, ASparseLayerByHand) {
  const DigitalReport report =
      run({.kind = Kind::sparse, .bits = 4, .kept = 0.25, .index_bits = 5, .extra_bits = 32});
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::weights), (72 * 9 + 32) / 8.0 * 100);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::macs), 73'728 / 4.0 * 0.143 / 2);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::sram), (73'728 / 16.0 * (1 - std::pow(0.75, 16)) + 2'048) * 2.0);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::indices), 73'728 / 4.0 * 5 * 0.004);
  EXPECT_DOUBLE_EQ(report.layers[0].compute_cycles, 288 / 4.0 / 0.5);
}

TEST(Digital, WeightsOfPowersOfTwoAreRebuiltOnce) {
  const DigitalReport report =
      run({.kind = Kind::shift_add, .bits = 4, .kept = 0.5, .index_bits = 2, .extra_bits = 112});
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::weights), (144 * 6 + 112) / 8.0 * 100);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::rebuilding), 144 * 3 * 0.025);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::macs), 73'728 * 0.143);  // of 8 bits, none left out
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::indices), 144 * 2 * 0.004);
}

TEST(Digital, RowsAndFiltersThatArePrunedAreNeitherStoredNorMultiplied) {
  const DigitalReport report = run({.bits = 8, .rows_kept = 0.5, .filters_kept = 0.25});
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::weights), 36 * 100.0);
  EXPECT_DOUBLE_EQ(report.layers[0].macs, 73'728 / 8.0);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::sram), (73'728 / 8.0 / 16 + 512) * 2.0);
}

TEST(Digital, WhatTheSramDoesNotHoldGoesThroughDram) {
  DigitalDesign design;
  design.sram_kib = 2;
  const DigitalReport report = run({.bits = 8}, design);
  EXPECT_DOUBLE_EQ(part(report, DigitalPart::spilled), (1'024 + 2'048 - 2'048) * 100.0);
  EXPECT_DOUBLE_EQ(report.layers[0].fetch_cycles, (288 + 1'024) / 12.8);
}

TEST(Digital, TotalsAreSumsOverLayers) {
  const NetworkGraph graph = test::million_weights();
  const DigitalReport report = run_on({}, graph, dense_forms(graph, 8));
  EXPECT_EQ(report.layers.size(), 6U);
  double energy = 0, cycles = 0, macs = 0;
  for (const DigitalLayer& layer : report.layers) {
    for (const double each : layer.energy) energy += each;
    cycles += layer.cycles();
    macs += layer.macs;
  }
  EXPECT_DOUBLE_EQ(report.measurement[Metric::energy], energy);
  EXPECT_DOUBLE_EQ(report.measurement[Metric::latency], cycles * 1e-6);
  EXPECT_EQ(macs, static_cast<double>(counts(graph).macs));
  EXPECT_EQ(to_json(report)["layers"].size(), 6U);
  EXPECT_THROW(run_on({}, graph, std::vector<LayerForm>(3)), Error);
}

// Fewer bits, places or kept weights never cost more.
TEST(Digital, RisesWithAllThatIsStored) {
  Philox random(4);
  for (int k = 0; k < 500; ++k) {
    LayerForm form{.kind = static_cast<Kind>(random.below(3)),
                   .bits = 1 + static_cast<int>(random.below(16)),
                   .kept = 0.01 + 0.9 * random.uniform(),
                   .index_bits = 8 * random.uniform(),
                   .extra_bits = 100 * random.uniform(),
                   .rows_kept = 0.01 + 0.9 * random.uniform(),
                   .filters_kept = 0.01 + 0.9 * random.uniform()};
    const Measurement before = run(form).measurement;
    switch (random.below(5)) {
      case 0:
        ++form.bits;
        break;
      case 1:
        form.kept += 0.09;
        break;
      case 2:
        ++form.index_bits;
        break;
      case 3:
        form.rows_kept += 0.09;
        break;
      default:
        form.filters_kept += 0.09;
    }
    const Measurement after = run(form).measurement;
    EXPECT_GE(after[Metric::energy], before[Metric::energy]);
    EXPECT_GE(after[Metric::latency], before[Metric::latency]);
  }
}

// Coefficients of 4 bits of which that share is not 0, told by a bitmap; a basis of 3 x 3, a step and an exponent for 192
// rows of 3 weights.
std::vector<LayerForm> smart_deal_forms(const NetworkGraph& graph, double kept) {
  std::vector<LayerForm> forms;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    const double bases = std::ceil(static_cast<double>(node.op.weights()) / (3 * 192));
    forms.push_back({.kind = Kind::shift_add,
                     .bits = 4,
                     .kept = kept,
                     .index_bits = 1 / kept,
                     .extra_bits = bases * (9 * 8 + 32 + 8)});
  }
  return forms;
}

struct Savings {
  double half = 0, third = 0, pruned = 0;
};
// Energy of 8-bit dense over that of SmartDeal with a half and a third of its coefficients, and of pruning by 8 at 4 bits.
Savings savings(const char* what, const NetworkGraph& graph) {
  const auto energy = [&](const std::vector<LayerForm>& forms) {
    return run_on({}, graph, forms).measurement[Metric::energy];
  };
  std::vector<LayerForm> pruned = dense_forms(graph, 4);
  for (LayerForm& form : pruned) form = pruned_form(Pruned::weights, 1.0 / 8, 4);
  const double dense = energy(dense_forms(graph, 8));
  const double half = energy(smart_deal_forms(graph, 1.0 / 2)),
               third = energy(smart_deal_forms(graph, 1.0 / 3));
  const double eighth = energy(pruned);
  const Counts of_graph = counts(graph);
  std::printf(
      "%-17s %8lld weights %9lld MACs: 8-bit dense %.4f mJ, SmartDeal 1/2 %.4f (%.2fx), 1/3 %.4f (%.2fx), 8x pruned "
      "at 4 bits %.4f (%.2fx)\n",
      what, static_cast<long long>(of_graph.parameters), static_cast<long long>(of_graph.macs), dense, half,
      dense / half, third, dense / third, eighth, dense / eighth);
  return {dense / half, dense / third, dense / eighth};
}

// Baseline: the same network dense with 8 bits. It is the share of energy that goes to weights that decides.
TEST(Digital, WeightDominatedNetworksGainMostFromSmartDeal) {
  const Savings lenet = savings("LeNet-5", test::lenet());
  const Savings vgg = savings("VGG-like", test::vgg_like());
  const Savings million = savings("a million weights", test::million_weights());
  const Savings small = savings("activation-heavy", test::activation_heavy());
  EXPECT_GT(lenet.half, 2.4);
  for (const Savings& each : {lenet, vgg, million}) {
    EXPECT_GT(each.half, 2.2);
    EXPECT_GT(each.third, 2.4);
  }
  EXPECT_LT(small.half, 2);
  EXPECT_LT(small.third, 2);
  for (const Savings& each : {lenet, vgg, million, small}) EXPECT_GT(each.pruned, each.third);
}

}  // namespace
}  // namespace flash
