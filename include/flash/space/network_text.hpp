// How a network is written: in words, as JSON, as the columns of a table. Axes with their values, in the
// order of the geometry: shape axes, then slot axes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/space/space.hpp"

namespace flash {

// "wm=2 depth=9 tc=3,0,12": axes apart by blanks, the values of one name (each cell's tc) by commas.
std::string network_text(const Space& space, const Point& point);
// As others write it who use the same space (NAS-Bench-201's cells); "" where there is no such form. Tables and reports
// have the form above, which every family has.
std::string foreign_text(const Space& space, const Point& point);
// The other way, from either form; the order of the axes does not matter, and one value may stand for several that are
// alike. Throws Error usage, naming the axis: one that is missing, unknown or there twice, a value that it has not.
Point parse_network(const Space& space, std::string_view text);

// The same, or an id in digits. Throws Error usage; also for digits where the space is not numbered.
NetworkId named_network(const Space& space, std::string_view text);

// A network for people, behind the word "network": its number, or in words where the space is not numbered.
std::string network_name(const Space& space, NetworkId id);
// The files of one begin with it: "network-17"; where the space is not numbered "network-" and 16 hexadecimal
// digits of the SHA-256 of its words.
std::string network_stem(const Space& space, NetworkId id);
// Throws Error usage where `id` is of a space that is not numbered, saying how to name networks instead.
void require_numbered(const Space& space, std::string_view id);

// {"wm": 2, "depth": 9, "tc": [3, 0, 12]}: a list where several places of the geometry share a name, and of
// slots always. An axis with an older name stands under both.
Json network_json(const Space& space, const Point& point);

// A column for each value: "wm", "depth" ("depth_0", ... where there are several), "tc_0", ...
struct NetworkColumn {
  std::string name;
  std::string unit;
  std::string doc;
  bool integer = true;  // all of its values are
};
std::vector<NetworkColumn> network_columns(const Space& space);
// In the order of the columns; "" where the network's stratum has no such slot.
std::vector<std::string> network_values(const Space& space, const Point& point);
// The other way. Throws Error usage.
Point network_of_values(const Space& space, const std::vector<std::string>& values);

}  // namespace flash
