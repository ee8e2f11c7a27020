// A cell in NAS-Bench-201's own form: the nodes behind the first in their order, a + between them, and of each the
// operators from all nodes before it, "|nor_conv_3x3~0|+|none~0|skip_connect~1|". Internal to the room.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace flash {

// `options`: positions in `operators`, edge by edge, ordered by the node that they lead to.
std::string cell_text(std::span<const std::string> operators, std::span<const std::int64_t> options);

bool is_cell_text(std::string_view text);  // whether it is meant to be one: it begins with a bar

// The other way. `nodes`: of the cell, the one that it reads included. Throws std::invalid_argument: another number of
// nodes or edges, an edge from another node than its place says, an operator that there is not.
std::vector<std::int64_t> read_cell_text(std::span<const std::string> operators, int nodes,
                                         std::string_view text);

}  // namespace flash
