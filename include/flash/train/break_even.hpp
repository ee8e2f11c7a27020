// Break-evens of this machine: from which share of kept weights on our sparse layers are no slower than LibTorch's.
#pragma once

#include <cstdint>

#include "flash/network/network_graph.hpp"
#include "flash/task/break_even.hpp"

namespace flash {

// Each layer with weights by itself, on one thread: dense as `flash calibrate` runs networks on the host (a TorchScript
// file of that layer, oneDNN's convolutions) and sparse by fcn/runtime.hpp, at each share with as many random weights kept
// at random places. Timed in turns, so that a disturbance falls on all of them; the medians count. A turn lasts a
// millisecond at least, many passes of a quick layer. Throws Error bad_job for settings that cannot be.
BreakEvenResult measure_break_evens(const NetworkGraph& graph, const BreakEvenSettings& settings,
                                    std::uint64_t seed);

}  // namespace flash
