// Networks of a space as what stands at each of its places.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flash/devices/encoding.hpp"
#include "flash/space/space.hpp"

namespace flash {

// The places of a space: shape axes with several values, then slots. Slots that strata have in common by their
// Geometry::table_key, whatever an axis says that changes no slot (a resolution), are one place; one that a stratum
// lacks has there an operator of its own, "not there". Places whose operators cost the same but for a constant share a
// shape. Where slots' options have no names (the skips of cells), or places are beyond 512, there are none.
struct SpacePlaces {
  std::vector<Encoding::Place> places;
  std::vector<std::vector<std::size_t>> of_slot;  // [stratum][slot]: its place
  std::vector<std::size_t> of_axis;               // [shape axis]: its place; none: `no_place`
  static constexpr std::size_t no_place = static_cast<std::size_t>(-1);

  // What stands at each place.
  std::vector<std::uint16_t> operators(const Space& space, const Point& point) const;
};
SpacePlaces places_of(const Space& space);

// Without places the features of hardware models (feature_names) stand for the networks.
Encoding encode(const Space& space, std::span<const Point> networks);

}  // namespace flash
