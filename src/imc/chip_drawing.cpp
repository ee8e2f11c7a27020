#include "chip_drawing.hpp"

#include <string>

namespace flash {

void ChipDrawing::tile(int tile, const Layer& layer) {
  const Place at = mesh_.place(tile);
  tiles_.push_back(
      {{"x", at.x}, {"y", at.y}, {"cell", layer.cell}, {"index", layer.index}, {"part", layer.part}});
}

void ChipDrawing::carry(std::span<const Flow> flows) {
  for (const LinkLoad& load : counter_.loads(flows))
    links_[{load.at.y, load.at.x, load.direction}] += load.flits;
}

Json ChipDrawing::json() const {
  Json json{{"side", mesh_.side()}, {"tiles", tiles_}, {"links", Json::array()}};
  for (const auto& [link, flits] : links_)
    json["links"].push_back({{"x", std::get<1>(link)},
                             {"y", std::get<0>(link)},
                             {"direction", std::string(name(std::get<2>(link)))},
                             {"flits", flits}});
  return json;
}

}  // namespace flash
