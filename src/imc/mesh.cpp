#include "flash/imc/mesh.hpp"

#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace flash {
namespace {

int least_side(std::int64_t tiles) {
  auto side = static_cast<int>(std::sqrt(static_cast<double>(tiles)));
  while (std::int64_t{side} * side < tiles) ++side;
  return side;
}

}  // namespace

Mesh::Mesh(std::int64_t tiles, int side) : side_(side > 0 ? side : least_side(tiles)) {
  places_.reserve(static_cast<std::size_t>(tiles));
  for (int y = 0; std::ssize(places_) < tiles; ++y)
    for (int x = 0; x < side_ && std::ssize(places_) < tiles; ++x)
      places_.push_back({y % 2 == 0 ? x : side_ - 1 - x, y});
}

Mesh::Mesh(int side, std::span<const int> spots) : side_(side) {
  std::vector<char> taken(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (const int spot : spots) {
    if (spot < 0 || static_cast<std::size_t>(spot) >= taken.size() ||
        taken[static_cast<std::size_t>(spot)]++ > 0)
      throw std::invalid_argument("mesh: a tile has no place of its own");
    places_.push_back({spot % side, spot / side});
  }
}

int Mesh::hops(int from, int to) const {
  const Place a = place(from);
  const Place b = place(to);
  return std::abs(a.x - b.x) + std::abs(a.y - b.y);
}

std::int64_t Mesh::neighbours() const {
  const std::int64_t full = tiles() / side_;  // rows
  const std::int64_t rest = tiles() % side_;  // tiles in the row after them
  std::int64_t pairs = full * (side_ - 1);
  if (rest > 0) pairs += rest - 1;
  if (full > 0) pairs += (full - 1) * side_ + rest;
  return pairs;
}

std::string_view name(Direction direction) {
  switch (direction) {
    case Direction::east:
      return "east";
    case Direction::west:
      return "west";
    case Direction::south:
      return "south";
    case Direction::north:
      return "north";
    case Direction::inject:
      return "inject";
    case Direction::eject:
      return "eject";
  }
  return "";
}

LinkCounter::LinkCounter(const Mesh& mesh) : mesh_(mesh), stride_(static_cast<std::size_t>(mesh.side()) + 1) {
  const auto side = static_cast<std::size_t>(mesh.side());
  for (Ends* ends : {&east_, &west_, &south_, &north_}) ends->resize(side * stride_);
  for (auto* ports : {&inject_, &eject_}) ports->resize(static_cast<std::size_t>(mesh.tiles()));
  row_used_.resize(side);
  column_used_.resize(side);
}

void LinkCounter::add(const Flow& flow, Traffic& traffic) {
  if (flow.from == flow.to || flow.flits == 0) return;
  const Place a = mesh_.place(flow.from);
  const Place b = mesh_.place(flow.to);
  // A stretch's links are named by the routers that they leave: x = a.x .. b.x - 1 towards the east,
  // b.x + 1 .. a.x towards the west.
  if (a.x != b.x) {
    row_used_[static_cast<std::size_t>(a.y)] = 1;
    Ends& ends = a.x < b.x ? east_ : west_;
    const int first = a.x < b.x ? a.x : b.x + 1;
    ends[along(a.y, first)] += flow.flits;
    ends[along(a.y, first + std::abs(a.x - b.x))] -= flow.flits;
  }
  if (a.y != b.y) {
    column_used_[static_cast<std::size_t>(b.x)] = 1;
    Ends& ends = a.y < b.y ? south_ : north_;
    const int first = a.y < b.y ? a.y : b.y + 1;
    ends[along(b.x, first)] += flow.flits;
    ends[along(b.x, first + std::abs(a.y - b.y))] -= flow.flits;
  }
  inject_[static_cast<std::size_t>(flow.from)] += flow.flits;
  eject_[static_cast<std::size_t>(flow.to)] += flow.flits;
  const int hops = std::abs(a.x - b.x) + std::abs(a.y - b.y);
  traffic.flits += flow.flits;
  traffic.flit_hops += flow.flits * hops;
  if (hops > traffic.longest) traffic.longest = hops;
}

template <class Visit>
void LinkCounter::sweep(std::span<const Flow> flows, Visit visit) {
  // Ports first: a flow's tiles are the only ones that have any.
  const auto port = [&](std::vector<std::int64_t>& ports, int tile, Direction direction) {
    std::int64_t& flits = ports[static_cast<std::size_t>(tile)];
    if (flits > 0) visit(LinkLoad{mesh_.place(tile), direction, flits});
    flits = 0;
  };
  for (const Flow& flow : flows) {
    port(inject_, flow.from, Direction::inject);
    port(eject_, flow.to, Direction::eject);
  }
  // Running sums along each line turn ends into loads.
  const auto lines = [&](std::vector<char>& used, Ends& ends, Direction direction, bool is_row) {
    for (int line = 0; line < mesh_.side(); ++line) {
      if (!used[static_cast<std::size_t>(line)]) continue;
      std::int64_t flits = 0;
      for (int at = 0; at <= mesh_.side(); ++at) {
        std::int64_t& end = ends[along(line, at)];
        flits += end;
        end = 0;
        if (flits > 0) visit(LinkLoad{is_row ? Place{at, line} : Place{line, at}, direction, flits});
      }
    }
  };
  lines(row_used_, east_, Direction::east, true);
  lines(row_used_, west_, Direction::west, true);
  lines(column_used_, south_, Direction::south, false);
  lines(column_used_, north_, Direction::north, false);
  row_used_.assign(row_used_.size(), 0);
  column_used_.assign(column_used_.size(), 0);
}

Traffic LinkCounter::count(std::span<const Flow> flows) {
  Traffic traffic;
  for (const Flow& flow : flows) add(flow, traffic);
  sweep(flows, [&](const LinkLoad& load) {
    if (load.flits > traffic.most.flits) traffic.most = load;
  });
  return traffic;
}

std::vector<LinkLoad> LinkCounter::loads(std::span<const Flow> flows) {
  Traffic ignored;
  std::vector<LinkLoad> all;
  for (const Flow& flow : flows) add(flow, ignored);
  sweep(flows, [&](const LinkLoad& load) { all.push_back(load); });
  return all;
}

}  // namespace flash
