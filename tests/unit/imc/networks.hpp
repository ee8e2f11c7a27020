// Networks and designs drawn at random, for the tests of the room.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/imc/parameters.hpp"
#include "flash/imc/simulate.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/families.hpp"

namespace flash::test {

// As jobs draw their candidates: strata and skip densities uniformly, one network in four with one density.
inline std::vector<Point> draw_networks(const Space& space, std::size_t count, std::uint64_t seed) {
  Philox random(seed);
  std::vector<Point> networks;
  while (networks.size() < count) {
    const Stratum& stratum = space.strata()[random.below(space.strata().size())];
    std::vector<std::int64_t> options;
    const double common = random.uniform() * 1.2 - 0.1;
    const bool same = random.below(4) == 0;
    for (const std::int64_t option_count : stratum.options) {
      const double density = std::clamp(same ? common : random.uniform(), 0.0, 1.0);
      options.push_back(std::llround(density * static_cast<double>(option_count - 1)));
    }
    networks.push_back({stratum.index, options});
  }
  return networks;
}

inline Space preset_space(const char* name, Block block = Block::regular) {
  CellSpace definition = CellSpace::from(find_preset(name)->definition);
  definition.block = block;
  return Space(definition);
}

// A few networks of every family and block kind.
struct Case {
  Space space;
  std::vector<Point> networks;
};
inline std::vector<Case> all_kinds(std::size_t count, std::uint64_t seed) {
  std::vector<Case> cases;
  for (const char* name : {"flash-63b", "shapes-mini", "cifar-small", "mnist-mlp"}) {
    const bool is_mlp = std::string_view(name) == "mnist-mlp";
    for (const Block block : {Block::regular, Block::depthwise}) {
      if (is_mlp && block == Block::depthwise) continue;
      Case next{preset_space(name, block), {}};
      next.networks = draw_networks(next.space, count, seed++);
      cases.push_back(std::move(next));
    }
  }
  return cases;
}

// The simulator's first design, which small examples are worked out on: each of its terms is one product.
inline ImcDesign first_design() { return read_imc_design(FLASH_SOURCE_DIR "/data/targets/imc-v1.toml"); }

inline ImcDesign random_design(Philox& random) {
  const auto among = [&](std::initializer_list<int> values) {
    return *(values.begin() + random.below(values.size()));
  };
  ImcDesign design;
  design.cell = random.below(2) == 0 ? "rram" : "sram";
  design.adc = random.below(2) == 0 ? "flash" : "sar";
  design.duplicate = random.below(2) == 0 ? "none" : "tile";
  design.gated = random.below(2) == 0;
  design.activity = random.uniform();
  design.accumulation_cycles = among({0, 1, 3});
  design.router_vcs = among({1, 2, 8});
  design.router_depth = among({1, 4});
  Tiling& tiling = design.tiling;
  tiling.crossbar_rows = among({48, 64, 100, 128, 256, 512});
  tiling.crossbar_columns = among({48, 64, 100, 128, 256, 512});
  tiling.tile_rows = among({1, 2, 3, 4, 8});
  tiling.tile_columns = among({1, 2, 3, 4, 8});
  tiling.weight_bits = among({4, 6, 8, 16});
  tiling.cell_bits = design.cell == "sram" ? 1 : among({1, 2, 3, 4});
  tiling.activation_bits = among({4, 8, 12});
  tiling.partial_sum_bits = among({8, 16, 24});
  tiling.columns_per_adc = among({1, 3, 8, 16});
  tiling.adc_cycles = among({1, 2});
  tiling.link_bits = among({16, 32, 64, 128});
  tiling.packet_flits = among({1, 2, 5});
  design.adc_bits = among({3, 4, 8});
  design.router_stages = among({1, 2, 4});
  design.pipeline_cycles = among({0, 8, 20});
  if (random.below(2) == 0) design.clock_ghz = 0.1 + 0.05 * random.uniform();
  design.node_nm = among({22, 32, 45});
  design.leakage.idle = random.uniform();
  return design;
}

}  // namespace flash::test
