// Units of a pruned network that do nothing, left out.
#pragma once

#include "flash/fcn/compressed_network.hpp"

namespace flash {

// The same function to rounding, of fewer units [ours]. A unit, an output of a convolution or linear operator that one
// further such operator alone reads, through norms, activations, pools and flattens, goes where nothing of that one's
// weights reads it; or where all of its own weights are 0: what it always puts out goes into the biases of the operator
// that reads it, and where it cannot (there are none, they are quantised, or there is padding, which is 0) the unit
// stays, unless that is 0. One unit a layer stays. Left alone are groups, weights that are decomposed (whose basis'
// blocks such columns and rows would cut), and what adds, gathers or scales read. What the network had before stays in
// `original`.
CompressedNetwork without_dead_units(const CompressedNetwork& network);

}  // namespace flash
