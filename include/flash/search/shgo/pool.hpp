// SHGO's minimiser pool.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "flash/search/shgo/complex.hpp"
#include "flash/search/shgo/function.hpp"

namespace flash::shgo {

// The feasible vertices that are better than all of their neighbours, best first; of equal ones the first
// counts as better, so that a plateau has one start. `same[v]` is the first vertex evaluated at the same
// point as v: such vertices (integer variables have many) are one. Where no vertex is feasible: the one that
// misses by least.
std::vector<std::size_t> minimiser_pool(std::span<const Value> values, std::span<const std::size_t> same,
                                        const std::vector<Edge>& edges);

}  // namespace flash::shgo
