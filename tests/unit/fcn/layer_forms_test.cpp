// What targets are told of a compressed network, against plain counts.
#include "flash/fcn/layer_forms.hpp"

#include <gtest/gtest.h>

#include <set>

#include "flash/fcn/file.hpp"
#include "sample_networks.hpp"

namespace flash {
namespace {

using Form = CompressedMatrix::Form;
using Kind = LayerForm::Kind;

constexpr Kind kinds[] = {Kind::sparse, Kind::sparse, Kind::shift_add};

TEST(LayerFormsOfNetworks, AreCountedFromTheirWeights) {
  for (const Form form : forms) {
    const CompressedNetwork network = network_of(form, 8);
    constexpr std::size_t beside = 4;
    const std::vector<LayerForm> found = layer_forms(network, beside);
    EXPECT_NO_THROW(check_forms(network.graph, found));
    std::size_t layer = 0;
    for (std::size_t k = 0; k < network.nodes.size(); ++k) {
      if (!network.graph.nodes()[k].op.has_matrix()) continue;
      const CompressedMatrix& matrix = network.nodes[k].weights;
      const LayerForm& of_layer = found[layer++];
      const std::vector<float> dense = matrix.dense();
      std::vector<std::size_t> alive;
      for (std::size_t r = 0; r < matrix.rows; ++r)
        if (std::ranges::any_of(std::span(dense).subspan(r * matrix.columns, matrix.columns),
                                [](float weight) { return weight != 0; }))
          alive.push_back(r);
      std::set<std::pair<std::size_t, std::size_t>> rows;
      for (std::size_t k = 0; k < alive.size(); ++k)
        for (std::size_t c = 0; c < matrix.columns; ++c)
          if (dense[alive[k] * matrix.columns + c] != 0) rows.insert({k / beside, c});
      const auto all_rows = static_cast<double>((alive.size() + beside - 1) / beside * matrix.columns);
      EXPECT_DOUBLE_EQ(of_layer.filters_kept,
                       static_cast<double>(alive.size()) / static_cast<double>(matrix.rows));
      EXPECT_DOUBLE_EQ(of_layer.rows_kept, static_cast<double>(rows.size()) / all_rows);
      EXPECT_EQ(of_layer.kind, kinds[static_cast<std::size_t>(form)]);
      if (form == Form::shift_add) {
        EXPECT_EQ(of_layer.bits, 4);
        EXPECT_GT(of_layer.kept, 0.8);  // 16 of 17 powers are not 0
        EXPECT_EQ(of_layer.extra_bits, static_cast<double>(matrix.shift_add.blocks.size()) * (9 * 8 + 40));
        continue;
      }
      EXPECT_EQ(of_layer.bits, form == Form::levels ? 3 : 32);
      EXPECT_DOUBLE_EQ(of_layer.kept, static_cast<double>(matrix.kept()) / static_cast<double>(dense.size()));
      // A bitmap is always possible.
      EXPECT_LE(of_layer.index_bits * static_cast<double>(matrix.kept()),
                static_cast<double>((dense.size() + 7) / 8 * 8));
    }
    EXPECT_EQ(layer, found.size());
  }
}

CompressedNetwork of_weights(const std::vector<float>& weights, std::size_t rows) {
  const auto columns = weights.size() / rows;
  NetworkGraph graph(static_cast<int>(columns), 1);
  graph.append(operators::linear(static_cast<int>(columns), static_cast<int>(rows), 1), NetworkGraph::image);
  CompressedNetwork network{std::move(graph), {}, {}, {}};
  CompressedNode node;
  node.weights = {.rows = rows, .columns = columns, .values = weights, .levels = {}, .shift_add = {}};
  network.nodes.push_back(std::move(node));
  return network;
}

TEST(LayerFormsOfNetworks, WithoutZerosAreDense) {
  const LayerForm form = layer_forms(of_weights(std::vector<float>(6, 1), 2))[0];
  EXPECT_EQ(form.kind, Kind::dense);
  EXPECT_EQ(form.kept, 1);
  EXPECT_EQ(form.index_bits, 0);
}

// Four of eight filters, which are the whole of a crossbar's columns, and every second input of the others.
TEST(LayerFormsOfNetworks, OfWhichFiltersAndRowsArePrunedAreDense) {
  std::vector<float> weights(8 * 10);
  for (std::size_t k = 0; k < weights.size(); ++k) weights[k] = k < 40 && k % 2 == 0 ? 1.0F : 0.0F;
  LayerForm form = layer_forms(of_weights(weights, 8), 4)[0];
  EXPECT_EQ(form.kind, Kind::dense);
  EXPECT_EQ(form.filters_kept, 0.5);
  EXPECT_EQ(form.rows_kept, 0.5);
  EXPECT_EQ(form.kept, 0.25);
  weights[0] = 0;  // one more: the row is kept
  form = layer_forms(of_weights(weights, 8), 4)[0];
  EXPECT_EQ(form.kind, Kind::sparse);
  EXPECT_EQ(form.rows_kept, 0.5);
}

TEST(LayerFormsOfNetworks, OfZerosAloneKeepOneWeight) {
  const LayerForm form = layer_forms(of_weights(std::vector<float>(60, 0), 2))[0];
  EXPECT_DOUBLE_EQ(form.kept, 1.0 / 60);
  EXPECT_DOUBLE_EQ(form.filters_kept, 0.5);
}

// Random places: near their entropy, by a code that a circuit decodes.
TEST(LayerFormsOfNetworks, PlacesCostNearlyTheLeast) {
  Philox random(9);
  for (const double kept : {0.3, 0.1, 0.02}) {
    std::vector<float> weights(40'000);
    for (float& weight : weights) weight = random.uniform() < kept ? 1.0F : 0.0F;
    const LayerForm form = layer_forms(of_weights(weights, 100))[0];
    const double least = least_index_bits(form.kept);
    EXPECT_GT(form.index_bits, least * 0.99);
    EXPECT_LT(form.index_bits, least * 1.15);
  }
}

}  // namespace
}  // namespace flash
