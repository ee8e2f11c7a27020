// Networks of spaces of cells as tests speak of them: width multiplier, and depth and tc of each cell.
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "flash/space/families/cell_space.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/space.hpp"

namespace flash::test {

struct CellNetwork {
  int wm = 1;
  std::vector<int> depths;  // of each cell, alike where the space has one for all
  std::vector<int> skips;   // tc of each cell
  bool operator==(const CellNetwork&) const = default;
};

inline std::string text_of(const CellNetwork& network) {
  const auto list = [](const std::vector<int>& values) {
    std::string text;
    for (const int value : values) text.append(text.empty() ? "" : ",").append(std::to_string(value));
    return text;
  };
  const std::vector<int>& depths = network.depths;
  const bool alike = !depths.empty() && std::ranges::count(depths, depths.front()) == std::ssize(depths);
  return "wm=" + std::to_string(network.wm) + " depth=" + (alike ? list({depths.front()}) : list(depths)) +
         " tc=" + list(network.skips);
}

inline std::ostream& operator<<(std::ostream& out, const CellNetwork& network) {
  return out << text_of(network);
}

// Throws Error usage where the space has no such network.
inline Point point_of(const Space& space, const CellNetwork& network) {
  return parse_network(space, text_of(network));
}

inline CellNetwork network_of(const Space& space, const Point& point) {
  const Json json = network_json(space, point);
  CellNetwork network{json.at("wm"), {}, json.at("tc")};
  const Json& depth = json.at("depth");
  if (depth.is_array())
    network.depths = depth.get<std::vector<int>>();
  else
    network.depths.assign(network.skips.size(), depth.get<int>());
  return network;
}

// Of a stratum, whose networks share them.
inline std::vector<int> depths_of(const Space& space, const Stratum& stratum) {
  return network_of(space, space.point(stratum.first_id)).depths;
}
inline std::vector<int> widths_of(const Space& space, const Stratum& stratum) {
  std::vector<int> widths = CellSpace::from(space.definition()).widths;
  for (int& width : widths) width *= network_of(space, space.point(stratum.first_id)).wm;
  return widths;
}

}  // namespace flash::test
