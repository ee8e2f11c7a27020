// The mesh network: how long the flows of real layers and dense random traffic take, by formula, flit by flit,
// and as BookSim 2 says; routers of few channels; what placement saves.
//   bench_noc [FOLDER with reference.json]    without a folder: without BookSim
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <numeric>
#include <string>

#include "../unit/imc/networks.hpp"
#include "flash/imc/contention.hpp"
#include "flash/imc/flit_network.hpp"
#include "flash/imc/placement.hpp"

namespace flash {
namespace {

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double real(std::int64_t count) { return static_cast<double>(count); }
double ratio(std::int64_t a, std::int64_t b) { return b == 0 ? 1 : real(a) / real(b); }

struct Chip {
  NetworkLayout layout;
  Mesh mesh;
};

// Regular cells, every layer with as many skips as `density` says, the largest of each stratum's options.
Chip chip(const Tiling& tiling, std::vector<int> widths, int depth, int side, double density) {
  CellSpace definition;
  definition.widths = std::move(widths);
  definition.wm = {1};
  definition.depths = {depth};
  definition.head_norm = false;
  definition.input = {3, side, 10};
  const Space space(definition);
  const Stratum& stratum = space.strata().front();
  std::vector<std::int64_t> options;
  for (const std::int64_t count : stratum.options)
    options.push_back(static_cast<std::int64_t>(density * real(count - 1)));
  NetworkLayout layout(tiling, space.lower({stratum.index, options}, 1));
  Mesh mesh(layout.tiles());
  return {std::move(layout), std::move(mesh)};
}

Tiling small_tiles() {
  Tiling tiling;
  tiling.crossbar_rows = tiling.crossbar_columns = 64;
  tiling.tile_rows = tiling.tile_columns = 2;
  return tiling;
}

struct Sums {
  std::int64_t formula = 0, exact = 0, reference = 0;
  int layers = 0, near_reference = 0, near_exact = 0;
};
bool near(std::int64_t a, std::int64_t b) { return std::abs(ratio(a, b) - 1) <= 0.15; }

void compare(const Chip& chip, const std::vector<double>& reference, const ImcDesign& design, Sums& all) {
  LinkCounter counter(chip.mesh);
  LayerFlows flows;
  Sums sums;
  for (std::size_t i = 0; i < chip.layout.convolutions().size(); ++i) {
    chip.layout.flows_into(i, flows);
    const Traffic traffic = counter.count(flows.flows);
    if (traffic.flits == 0) continue;
    const std::int64_t formula = communication_cycles(design, traffic);
    const std::int64_t exact = exact_communication_cycles(design, chip.mesh, flows.flows);
    std::printf("  layer %2zu: busiest link %7lld, formula %7lld, flit by flit %7lld (%.3f)", i,
                static_cast<long long>(traffic.most.flits), static_cast<long long>(formula),
                static_cast<long long>(exact), ratio(formula, exact));
    ++sums.layers;
    sums.near_exact += near(formula, exact);
    if (i < reference.size()) {
      const auto known = static_cast<std::int64_t>(reference[i]);
      std::printf(", BookSim %7lld: %.3f, %.3f", static_cast<long long>(known), ratio(formula, known),
                  ratio(exact, known));
      sums.reference += known;
      sums.near_reference += near(formula, known);
    }
    std::printf("\n");
    sums.formula += formula;
    sums.exact += exact;
  }
  std::printf("  sum: formula / flit by flit %.3f, within 15 %%: %d of %d", ratio(sums.formula, sums.exact),
              sums.near_exact, sums.layers);
  if (sums.reference > 0)
    std::printf("; formula / BookSim %.3f, within 15 %%: %d of %d; flit by flit / BookSim %.3f",
                ratio(sums.formula, sums.reference), sums.near_reference, sums.layers,
                ratio(sums.exact, sums.reference));
  std::printf("\n");
  all.formula += sums.formula, all.exact += sums.exact, all.layers += sums.layers;
  all.near_exact += sums.near_exact;
}

void real_layers(const std::string& folder) {
  Json reference;
  if (!folder.empty()) reference = Json::parse(std::ifstream(folder + "/reference.json"));
  const auto known = [&](const char* name) {
    std::vector<double> cycles;
    if (!folder.empty())
      for (const Json& layer : reference["networks"][name]["layers"])
        cycles.push_back(layer["booksim_cycles"].get<double>());
    return cycles;
  };
  const ImcDesign design;
  Sums all;
  std::printf("vggs\n");
  compare(chip(Tiling(), {32, 64, 128}, 3, 32, 0), known("vggs"), design, all);
  std::printf("dense\n");
  compare(chip(Tiling(), {16, 32, 64}, 5, 32, 1), known("dense"), design, all);
  std::printf("small\n");
  compare(chip(small_tiles(), {32, 64, 128}, 3, 16, 0), known("small"), design, all);
  std::printf("held out: 16, 32, 64, 5 layers a cell, half of the skips, small tiles\n");
  compare(chip(small_tiles(), {16, 32, 64}, 5, 16, 0.5), {}, design, all);
  std::printf("held out: 48, 96, 3 layers a cell, all skips, small tiles\n");
  compare(chip(small_tiles(), {48, 96}, 3, 16, 1), {}, design, all);
  std::printf("all: formula / flit by flit %.3f, layers within 15 %%: %d of %d\n",
              ratio(all.formula, all.exact), all.near_exact, all.layers);
}

void few_channels() {
  std::printf("cycles a flit, one flow between neighbours: formula, flit by flit\n");
  const Mesh mesh(2);
  const std::vector<Flow> flow{{0, 1, 4096}};
  LinkCounter counter(mesh);
  for (const auto& [vcs, depth] : {std::pair{1, 1}, {1, 2}, {1, 4}, {2, 2}, {2, 4}, {4, 1}, {8, 4}}) {
    ImcDesign design;
    design.router_vcs = vcs;
    design.router_depth = depth;
    std::printf("  %dx%d: %.3f, %.3f\n", vcs, depth,
                real(communication_cycles(design, counter.count(flow))) / 4096,
                real(exact_communication_cycles(design, mesh, flow)) / 4096);
  }
}

void dense_traffic() {
  std::printf("dense traffic: busiest link, formula, flit by flit\n");
  for (const int side : {4, 8, 12}) {
    const int tiles = side * side;
    const Mesh mesh(tiles);
    LinkCounter counter(mesh);
    for (int kind = 0; kind < 6; ++kind) {
      Philox random(static_cast<std::uint64_t>(kind));
      std::vector<Flow> flows;
      std::vector<int> order(static_cast<std::size_t>(tiles));
      std::iota(order.begin(), order.end(), 0);
      for (std::size_t k = order.size() - 1; k > 0; --k) std::swap(order[k], order[random.below(k + 1)]);
      for (int a = 0; a < tiles; ++a) {
        if (kind == 0)
          for (int b = 0; b < tiles; ++b) flows.push_back({a, b, 16});
        else if (kind == 1)
          for (int k = 0; k < 10; ++k)
            flows.push_back({a, static_cast<int>(random.below(static_cast<std::uint64_t>(tiles))), 100});
        else
          flows.push_back({a, order[static_cast<std::size_t>(a)], 1000});
      }
      const Traffic traffic = counter.count(flows);
      const ImcDesign design;
      const std::int64_t formula = communication_cycles(design, traffic);
      const std::int64_t exact = exact_communication_cycles(design, mesh, flows);
      std::printf("  %2d x %-2d %-14s %7lld %7lld %7lld: %.3f, %.3f\n", side, side,
                  kind == 0   ? "all to all"
                  : kind == 1 ? "random tens"
                              : "permutation",
                  static_cast<long long>(traffic.most.flits), static_cast<long long>(formula),
                  static_cast<long long>(exact), ratio(traffic.most.flits, exact), ratio(formula, exact));
    }
  }
}

void placements() {
  std::printf("placement: flit-hops of the snake, annealed, no placement has fewer; times fewer; seconds\n");
  struct Case {
    std::vector<int> widths;
    int depth, side;
    double density;
  };
  for (const Case& of : {Case{{16, 32}, 3, 16, 0.5},
                         {{32, 48}, 3, 16, 0},
                         {{16, 32, 64}, 3, 16, 0.5},
                         {{32, 64}, 3, 16, 1},
                         {{32, 64, 128}, 3, 16, 0},
                         {{16, 32, 64}, 8, 16, 0.6}}) {
    const Chip it = chip(small_tiles(), of.widths, of.depth, of.side, of.density);
    const std::vector<Flow> volumes = pair_volumes(it.layout);
    const double start = seconds();
    const Placement placement = anneal_placement(it.mesh, volumes, 1);
    const double took = seconds() - start;
    std::printf("  %4lld tiles: %9lld %9lld %9lld  %.2f  %.2f s\n", static_cast<long long>(it.layout.tiles()),
                static_cast<long long>(placement.before), static_cast<long long>(placement.after),
                static_cast<long long>(placement.bound), ratio(placement.before, placement.after), took);
  }
}

}  // namespace
}  // namespace flash

int main(int count, char** arguments) {
  flash::few_channels();
  flash::placements();
  flash::dense_traffic();
  flash::real_layers(count > 1 ? arguments[1] : "");
  return 0;
}
