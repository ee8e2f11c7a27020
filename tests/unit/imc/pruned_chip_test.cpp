// The forms of a pruned network side by side: what each sends, where its tiles stand, what the links carry.
#include "flash/imc/pruned_chip.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "flash/imc/weight_groups.hpp"
#include "networks.hpp"

namespace flash::test {
namespace {

ImcDesign small_design() {
  ImcDesign design;
  design.tiling.crossbar_rows = design.tiling.crossbar_columns = 64;
  design.tiling.tile_rows = design.tiling.tile_columns = 1;
  return design;
}

NetworkGraph largest_graph() {
  const Space space = preset_space("shapes-mini");
  return space.lower(space.point(space.size() - 1), 1);
}

WeightMasks half_of_the_groups(const ImcDesign& design, const std::vector<MaskedLayer>& layers) {
  const std::vector<WeightGroup> groups = groups_of("cannon", design, layers);
  return best_groups(layers, groups, drawn_scores(groups, 1, 5), kept_weights(dense_masks(layers)) / 2);
}

const PrunedChip& half_pruned() {
  static const PrunedChip chip = [] {
    const ImcDesign design = small_design();
    const NetworkGraph graph = largest_graph();
    return pruned_chip(design, graph, half_of_the_groups(design, masked_layers(graph)));
  }();
  return chip;
}

const PrunedForm& form_of(const PrunedChip& chip, const std::string& form, Placer placer) {
  return *std::ranges::find_if(
      chip.forms, [&](const PrunedForm& one) { return one.form == form && one.placer == placer; });
}

TEST(PrunedChip, AnnealedTilesSendNoFartherAndSparseOnesNoMore) {
  const PrunedChip& chip = half_pruned();
  ASSERT_EQ(chip.forms.size(), 6U);
  for (const char* form : {"dense", "sparse", "compacted"})
    EXPECT_LE(form_of(chip, form, Placer::anneal).sent.all.flit_hops,
              form_of(chip, form, Placer::in_order).sent.all.flit_hops)
        << form;
  const Communication& dense = form_of(chip, "dense", Placer::in_order).sent;
  const Communication& sparse = form_of(chip, "sparse", Placer::in_order).sent;
  EXPECT_EQ(sparse.tiles, dense.tiles);
  EXPECT_LT(sparse.all.energy_mj, 0.9 * dense.all.energy_mj);
  EXPECT_LT(form_of(chip, "compacted", Placer::in_order).sent.tiles, dense.tiles);
}

// What is drawn is what is counted.
TEST(PrunedChip, MapsHaveEachTileAtItsPlaceAndCarryEveryFlitHop) {
  const PrunedChip& chip = half_pruned();
  ASSERT_EQ(chip.maps.size(), chip.forms.size());
  for (std::size_t k = 0; k < chip.forms.size(); ++k) {
    const Json& map = chip.maps[k];
    EXPECT_EQ(map.at("form"), chip.forms[k].form);
    std::set<std::pair<int, int>> places;
    for (const Json& tile : map.at("chip").at("tiles"))
      places.emplace(tile.at("x").get<int>(), tile.at("y").get<int>());
    EXPECT_EQ(std::ssize(places), chip.forms[k].sent.tiles);
    std::int64_t hops = 0;
    for (const Json& link : map.at("chip").at("links"))
      if (link.at("direction") != "inject" && link.at("direction") != "eject")
        hops += link.at("flits").get<std::int64_t>();
    EXPECT_EQ(hops, chip.forms[k].sent.all.flit_hops) << k;
  }
}

TEST(PrunedChip, FormsComeBackFromJson) {
  const PrunedChip& chip = half_pruned();
  const std::vector<PrunedForm> read = pruned_forms_from_json(Json::parse(to_json(chip.forms).dump()));
  ASSERT_EQ(read.size(), chip.forms.size());
  for (std::size_t k = 0; k < read.size(); ++k) {
    EXPECT_EQ(read[k].form, chip.forms[k].form);
    EXPECT_EQ(read[k].placer, chip.forms[k].placer);
    EXPECT_EQ(to_json(read[k].sent), to_json(chip.forms[k].sent));
  }
}

TEST(PrunedChip, MeshesTooSmallAndMasksOfAnotherNetworkAreRefused) {
  ImcDesign design = small_design();
  const NetworkGraph graph = largest_graph();
  const std::vector<MaskedLayer> layers = masked_layers(graph);
  WeightMasks others = dense_masks(layers);
  others.pop_back();
  EXPECT_THROW(pruned_chip(design, graph, others), Error);
  design.mesh_side = 2;
  EXPECT_THROW(pruned_chip(design, graph, dense_masks(layers)), Error);
}

}  // namespace
}  // namespace flash::test
