// Part of a stratum in a search of choices. Internal to the room.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "choice_goal.hpp"

namespace flash {

struct ChoiceNode {
  double worth = 0;  // no configuration in it is worth more
  std::uint32_t stratum = 0;
  NetworkId first = 0;                 // the lowest number in it, where all are worth the same
  int looks = 0;                       // at the whole stratum; 0: the ends of its tables alone are known
  std::vector<std::uint64_t> options;  // of each slot: bit k where option k is in it
  Values low{}, high{};                // of the sums: configurations outside of these are other nodes'
  Values prices{};                     // Lagrange multipliers that gave the bound
};

// Calls visit(k) for each option of a set, ascending.
template <class Visit>
void for_each_option(std::uint64_t options, const Visit& visit) {
  for (; options != 0; options &= options - 1) visit(static_cast<std::size_t>(std::countr_zero(options)));
}

}  // namespace flash
