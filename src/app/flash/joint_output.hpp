// What a search over compression has found, as JSON and as text.
#pragma once

#include "flash/core/json.hpp"
#include "flash/joint/joint_search.hpp"

namespace flash {

// {id, network, compression: an option a cell, objective, accuracy, accuracy_as_trained, then the metrics by their keys,
// those as trained in `as_trained`, feasible, and the network's values on the axes}.
Json joint_json(const JointTables& tables, const JointNetwork& network);
// The whole answer: {method, found, best, top, shapes, left_out, opened, evaluations, boxes, largest_cut_bound, seconds,
// complete, options, models, constraints}; `models` has the errors on networks that their fits have not seen.
Json joint_json(const JointTables& tables, const JointResult& result);
std::string joint_text(const Json& answer);

}  // namespace flash
