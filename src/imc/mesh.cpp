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

}  // namespace flash
