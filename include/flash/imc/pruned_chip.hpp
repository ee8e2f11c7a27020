// The forms in which a pruned network can lie on a chip, each with its tiles in order and annealed [reconstructed, after
// CANNON; see communication.hpp].
#pragma once

#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/imc/communication.hpp"

namespace flash {

struct PrunedForm {
  // dense; sparse: pruned, on the tiles of the dense network; compacted: on tiles for the rows that hold a weight
  std::string form;
  Placer placer = Placer::in_order;
  Communication sent;
};

struct PrunedChip {
  std::vector<PrunedForm> forms;  // three, each in order and annealed
  // [{"form", "placer", "chip": {"side", "tiles", "links"}}, ...], chips as chip_map.hpp says, with partial sums
  Json maps;
};

// Throws Error bad_data where masks are of another network, bad_job where the dense network does not fit on the mesh.
PrunedChip pruned_chip(const ImcDesign& design, const NetworkGraph& graph, const WeightMasks& masks);

Json to_json(const std::vector<PrunedForm>& forms);
std::vector<PrunedForm> pruned_forms_from_json(const Json& json);

}  // namespace flash
