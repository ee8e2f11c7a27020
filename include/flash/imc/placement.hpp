// Which tile stands where on the mesh, so that data travel little: a quadratic assignment of tiles to places.
//
//   minimise sum over pairs of tiles (s, t) of V(s, t) * h(pi(s), pi(t))                        [reconstructed]
// with V the flits that the two tell each other over all layers of a network, h the hops between their places.
// Simulated annealing [ours] starts from the mesh's snake, so that its answer is never worse than that.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "flash/imc/mesh.hpp"
#include "flash/imc/network_layout.hpp"

namespace flash {

// in_order: the snake of mesh.hpp. anneal: as above.
enum class Placer { in_order, anneal };
std::string_view name(Placer placer);

// Flits between each pair of tiles that talk, both ways together, from < to, ascending; a tile's flows to
// itself are left out.
std::vector<Flow> pair_volumes(std::span<const Flow> flows);
// Of all layers of a network.
std::vector<Flow> pair_volumes(const NetworkLayout& layout);

// sum V * h of flows or volumes. A flow that goes to many tiles counts for each of them.
std::int64_t flit_hops(const Mesh& mesh, std::span<const Flow> flows);

struct Placement {
  std::vector<int> spots;   // of each tile: y * side + x
  std::int64_t before = 0;  // flit-hops of `start`
  std::int64_t after = 0;   // flit-hops of `spots`, at most `before`
  std::int64_t bound = 0;   // no placement has fewer: least_flit_hops
};

// Swaps tiles, and moves them to places without one, at a cost of O(pairs that they are in) each. The same
// arguments give the same answer; the work is bounded (about a second at 250 tiles), not the time.
// 1 <= tiles of `start`; volumes: of pair_volumes, of these tiles.
Placement anneal_placement(const Mesh& start, std::span<const Flow> volumes, std::uint64_t seed);

// A lower bound on sum V * h over all placements of the tiles on a square of that side. Each tile sees its
// partners, the busiest first, at the nearest places that are left around its own; the assignment of tiles to
// places that is cheapest by this alone (P. Gilmore 1962, E. Lawler 1963) costs at most twice the truth's. On
// more than 1,024 places each tile takes the place that suits it best, whether taken or not. At least sum V:
// each talking pair is one hop apart.
std::int64_t least_flit_hops(int side, int tiles, std::span<const Flow> volumes);

}  // namespace flash
