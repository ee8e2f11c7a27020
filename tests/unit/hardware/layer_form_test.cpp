// Forms of layers: what they may be, and what the places of kept weights cost.
#include "flash/hardware/layer_form.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"

namespace flash {
namespace {

NetworkGraph two_layers() {
  NetworkGraph graph(3, 8);
  auto x = graph.append(operators::convolution(3, 4, 3, 1, 8), NetworkGraph::image);
  x = graph.append(operators::relu(4, 8), x);
  graph.append(operators::linear(4, 10, 8), x);
  return graph;
}

TEST(LayerForms, AreOneALayerWithWeights) {
  const NetworkGraph graph = two_layers();
  std::vector<LayerForm> forms = dense_forms(graph, 8);
  ASSERT_EQ(forms.size(), 2U);
  EXPECT_EQ(forms[1].bits, 8);
  EXPECT_EQ(forms[1].kept, 1);
  EXPECT_NO_THROW(check_forms(graph, forms));
  forms.pop_back();
  EXPECT_THROW(check_forms(graph, forms), Error);
}

TEST(LayerForms, ThatCannotBeAreNamed) {
  const auto refusal = [](auto change) {
    const NetworkGraph graph = two_layers();
    std::vector<LayerForm> forms = dense_forms(graph, 8);
    change(forms[1]);
    try {
      check_forms(graph, forms);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::internal);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  const auto names_layer_1 = testing::HasSubstr("that of layer 1 has ");
  EXPECT_THAT(refusal([](LayerForm& form) { form.bits = 0; }), names_layer_1);
  EXPECT_THAT(refusal([](LayerForm& form) { form.kept = 0; }), names_layer_1);
  EXPECT_THAT(refusal([](LayerForm& form) { form.rows_kept = 1.01; }), names_layer_1);
  EXPECT_THAT(refusal([](LayerForm& form) { form.filters_kept = std::nan(""); }), names_layer_1);
  EXPECT_THAT(refusal([](LayerForm& form) { form.index_bits = -1; }), names_layer_1);
  EXPECT_THAT(refusal([](LayerForm& form) { form.extra_bits = std::nan(""); }), names_layer_1);
}

// log2 of the number of ways to choose k of n, a kept weight, comes near as n grows.
TEST(LayerForms, PlacesCostAtLeastTheirEntropy) {
  for (const double kept : {0.5, 0.1, 1.0 / 85, 1.0 / 167}) {
    const double n = 1e7, k = std::round(n * kept);
    const double ways = (std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) / std::log(2.0);
    EXPECT_NEAR(least_index_bits(kept), ways / k, 1e-3);
  }
  EXPECT_EQ(least_index_bits(1), 0);
  EXPECT_DOUBLE_EQ(least_index_bits(0.5), 2);
}

TEST(LayerForms, WhatIsPrunedTogetherNeedsNoPlaces) {
  const LayerForm weights = pruned_form(Pruned::weights, 0.25, 4);
  EXPECT_EQ(weights.kind, LayerForm::Kind::sparse);
  EXPECT_EQ(weights.index_bits, least_index_bits(0.25));
  EXPECT_EQ(weights.rows_kept, 1);
  const LayerForm rows = pruned_form(Pruned::rows, 0.25, 4);
  EXPECT_EQ(rows.kind, LayerForm::Kind::dense);
  EXPECT_EQ(rows.rows_kept, 0.25);
  EXPECT_EQ(rows.index_bits, 0);
  EXPECT_EQ(pruned_form(Pruned::filters, 0.25, 4).filters_kept, 0.25);
}

}  // namespace
}  // namespace flash
