// A network of a space in words: "wm=2 depth=9 tc=3,0,12", its axes with their values, between blanks. Depths
// are one value where the space has all cells equally deep, else one a cell; tc is one a cell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flash/space/space.hpp"

namespace flash {

std::string network_text(const Space& space, std::uint64_t id);  // throws Error usage for an id out of range

// Back to the id, whatever the order of the axes. Throws Error usage: an axis that is missing, unknown or
// there twice, a value that is no integer, too many or too few of them, a network that is not in the space.
std::uint64_t parse_network(const Space& space, std::string_view text);

}  // namespace flash
