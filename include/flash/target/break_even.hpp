// Where pruning begins to pay on a target that has a model [ours].
#pragma once

#include <optional>
#include <vector>

#include "flash/target/target.hpp"

namespace flash {

struct PruningQuestion {
  Pruned what = Pruned::weights;
  int bits = 8;  // of a weight, pruned or not
  Metric metric = Metric::energy;
};

// Of each layer with weights the largest share of them, in [0, 1], such that the network costs no more with that share of
// the layer kept than with all of it, and so with each smaller share that was tried; the other layers are dense. 0 where
// no share gains: none costs less. Within 1e-4. Nothing where the target has no model; Error usage where it does not
// model the metric.
std::optional<std::vector<double>> break_evens(const Target& target, const NetworkGraph& graph,
                                               const PruningQuestion& question);

}  // namespace flash
