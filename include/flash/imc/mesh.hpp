// The mesh network between tiles: places, XY routes, and how many flits each link carries.
//
// Tile k stands at row k / side of a square mesh, counted from the north; even rows run from west to east,
// odd ones back (snake order), so that tiles that follow each other are neighbours. A flit travels along its
// row first, then along the column (XY routing, which cannot deadlock). Since data only ever flow to later
// tiles, no route crosses a place that has no tile, even where the last row is not full. Tiles that are placed
// otherwise (placement.hpp) may leave holes: a router stands there all the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace flash {

struct Place {
  int x = 0;  // from the west
  int y = 0;  // from the north
  bool operator==(const Place&) const = default;
};

class Mesh {
 public:
  // The least square mesh that holds `tiles` >= 1, or one of that side. 1 <= side, tiles <= side * side.
  explicit Mesh(std::int64_t tiles, int side = 0);
  // Tile k stands at spots[k] = y * side + x, each taken once. Throws std::invalid_argument otherwise.
  Mesh(int side, std::span<const int> spots);

  int side() const { return side_; }
  std::int64_t tiles() const { return static_cast<std::int64_t>(places_.size()); }
  Place place(int tile) const { return places_[static_cast<std::size_t>(tile)]; }
  int spot(int tile) const { return place(tile).y * side_ + place(tile).x; }
  int hops(int from, int to) const;  // between routers
  std::int64_t neighbours() const;   // pairs of tiles that a link joins, in snake order

 private:
  int side_;
  std::vector<Place> places_;
};

// Data from one tile to another in one phase.
struct Flow {
  int from = 0;
  int to = 0;
  std::int64_t flits = 0;
  int value =
      -1;  // flows that follow each other with the same one, not -1, bring the same data to many tiles
};

// Whether both bring the same data, so that a multicast sends them once.
inline bool same_value(const Flow& a, const Flow& b) {
  return a.value >= 0 && a.value == b.value && a.from == b.from && a.flits == b.flits;
}

// A link leaves the router at a place in a direction; `inject` leads from the tile into its router, `eject`
// back.
enum class Direction { east, west, south, north, inject, eject };
std::string_view name(Direction direction);

struct LinkLoad {
  Place at;
  Direction direction = Direction::inject;
  std::int64_t flits = 0;
};

struct Traffic {
  LinkLoad most;               // the most loaded link; of equal ones the first in a fixed order
  std::int64_t flits = 0;      // that leave a tile
  std::int64_t flit_hops = 0;  // over links between routers
  int longest = 0;             // hops of the longest route that is used
  // The most over all links of its flits and waiting_share of those that stand behind flits that go elsewhere,
  //   F + waiting_share * sum over inputs i of f_i (1 - f_i / F_i)                                      [ours]
  // f_i: what comes to the link from input i of its router, F_i: all that comes by that input.
  double contended = 0;
};

// Fitted to flit-level simulations of permutations, random and dense traffic and layers on meshes of 3 x 3 to
// 12 x 12, none of them those of tests/bench/noc_bench.cpp [ours].
inline constexpr double waiting_share = 0.72;

// Counts the loads of all links under a set of flows, hop by hop, and where they turn.
class LinkCounter {
 public:
  // The mesh must outlive the counter. Multicast: flows of one value (same_value) share the links of their XY
  // tree: each carries the value once, as does the port where it leaves its tile.
  explicit LinkCounter(const Mesh& mesh, bool multicast = false);

  // A flow from a tile to itself uses no link.
  Traffic count(std::span<const Flow> flows);
  std::vector<LinkLoad> loads(std::span<const Flow> flows);  // all links that carry anything

 private:
  static constexpr std::size_t ports = 5, local = 4;  // of a router: east, west, south, north, its tile
  struct Router {
    std::array<std::array<std::int64_t, ports>, ports> turns{};  // [input][output], an input by its direction
    std::array<std::int64_t, ports> out{};
    std::int64_t inject = 0;
    std::array<int, ports> last{-1, -1, -1, -1, -1};  // value that was counted last at each output
    bool used = false;
  };

  void add(const Flow& flow, int value, Traffic& traffic);
  void add_all(std::span<const Flow> flows, Traffic& traffic);
  double waiting(std::size_t spot, std::size_t out) const;
  template <class Visit>
  void visit(std::span<const Flow> flows, Visit visit) const;  // every loaded link
  void clear();

  const Mesh& mesh_;
  bool multicast_;
  std::vector<Router> routers_;  // by spot
  std::vector<std::size_t> used_;
};

}  // namespace flash
