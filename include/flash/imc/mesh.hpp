// The mesh network between tiles: places, XY routes, and how many flits each link carries.
//
// Tile k stands at row k / side of a square mesh, counted from the north; even rows run from west to east,
// odd ones back (snake order), so that tiles that follow each other are neighbours. A flit travels along its
// row first, then along the column (XY routing, which cannot deadlock). Since data only ever flow to later
// tiles, no route crosses a place that has no tile, even where the last row is not full. Tiles that are placed
// otherwise (placement.hpp) may leave holes: a router stands there all the same.
#pragma once

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
};

// Counts the loads of all links under a set of flows. A flow adds to whole stretches of a row and a column;
// difference arrays hold the two ends of each, so that a flow costs the same however far it goes.
class LinkCounter {
 public:
  // The mesh must outlive the counter.
  explicit LinkCounter(const Mesh& mesh);

  // A flow from a tile to itself uses no link.
  Traffic count(std::span<const Flow> flows);
  std::vector<LinkLoad> loads(std::span<const Flow> flows);  // all links that carry anything

 private:
  using Ends = std::vector<std::int64_t>;  // along a row (y, x) or a column (x, y): + where a stretch starts

  void add(const Flow& flow, Traffic& traffic);
  template <class Visit>
  void sweep(std::span<const Flow> flows, Visit visit);  // visits every loaded link and clears it

  std::size_t along(int line, int at) const {
    return static_cast<std::size_t>(line) * stride_ + static_cast<std::size_t>(at);
  }

  const Mesh& mesh_;
  std::size_t stride_;
  Ends east_, west_, south_, north_;
  std::vector<std::int64_t> inject_, eject_;  // a tile
  std::vector<char> row_used_, column_used_;
};

}  // namespace flash
