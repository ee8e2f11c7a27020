// How large a compressed network may be: so that a file which lies about its sizes costs no more memory than one that
// does not, and the runtime can hold whatever the reader takes. FORMAT.md has the same numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "flash/network/network_graph.hpp"

namespace flash::fcn_limits {

inline constexpr std::uint64_t most_nodes = 10'000;
inline constexpr std::uint64_t most_channels = 131'072;
// Whether a file of so many bytes may tell of so many parameters, those of units that were removed included.
bool allows(std::int64_t parameters, std::size_t file_bytes);
inline constexpr std::uint64_t most_side = 4'096;  // of an image, a window, its stride and padding

// The most values that running an operator lays out at once, padding and all.
std::int64_t laid_out_values(const Operator& op);
// Why an operator is too large, as a phrase that goes on from "the compressed network"; "" where it is not.
std::string_view excess(const Operator& op);
// The same of a whole network in a file of so many bytes.
std::string_view excess(const NetworkGraph& graph, std::size_t file_bytes);

}  // namespace flash::fcn_limits
