// What a search over compression has found, as JSON and as text.
#pragma once

#include "flash/core/json.hpp"
#include "flash/joint/joint_search.hpp"

namespace flash {

// As best_json of the network with its cells in that form, with `compression`, an option a cell, and `as_trained`, accuracy
// and metrics without it.
Json joint_json(const JointTables& tables, const JointNetwork& network);
// The whole answer, as of a search without compression, with {complete, top, options, shapes, left_out, opened, models};
// `models` has the errors on networks that their fits have not seen, where there are samples.
Json joint_json(const JointTables& tables, const JointResult& result);
std::string joint_text(const JointTables& tables, const JointResult& result, const Json& answer);

}  // namespace flash
