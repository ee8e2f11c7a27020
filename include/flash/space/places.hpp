// Where in a space's networks something is chosen, and what: the same places for all networks of a space of choices,
// whatever their depth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

struct SpacePlace {
  std::string name;                    // "op_7", "resolution"
  std::vector<std::string> operators;  // the choices
  std::size_t shape = 0;               // the same of places where operators cost the same but for a constant
};

// The places of a space: shape axes with several values, then slots. Slots that strata have in common by their
// Geometry::table_key, whatever an axis says that changes no slot (a resolution), are one place; one that a stratum
// lacks has `not_there` there. Places whose operators cost the same but for a constant share a
// shape. Where slots' options have no names (the skips of cells), or places are beyond 512, there are none.
struct SpacePlaces {
  std::vector<SpacePlace> places;
  std::vector<std::vector<std::size_t>> of_slot;         // [stratum][slot]: its place
  std::vector<std::size_t> of_axis;                      // [shape axis]: its place; none: `no_place`
  static constexpr const char* not_there = "not there";  // what stands at a place that a stratum lacks
  static constexpr std::size_t no_place = static_cast<std::size_t>(-1);

  // What stands at each place; nothing where there are none.
  std::vector<std::uint16_t> operators(const Space& space, const Point& point) const;
};
SpacePlaces places_of(const Space& space);  // Space::places() keeps them

}  // namespace flash
