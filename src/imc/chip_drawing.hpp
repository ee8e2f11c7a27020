// Collects what a drawing of the chip shows, as chip_map.hpp writes it; internal to the room.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <tuple>

#include "flash/core/json.hpp"
#include "flash/imc/mesh.hpp"

namespace flash {

class ChipDrawing {
 public:
  struct Layer {
    std::size_t cell = 0;
    int index = 0, part = 0;
  };
  // The mesh must outlive the drawing.
  ChipDrawing(const Mesh& mesh, bool multicast) : mesh_(mesh), counter_(mesh, multicast) {}

  void tile(int tile, const Layer& layer);  // in the order of the layers
  void carry(std::span<const Flow> flows);  // of one layer
  Json json() const;

 private:
  const Mesh& mesh_;
  LinkCounter counter_;
  Json tiles_ = Json::array();
  std::map<std::tuple<int, int, Direction>, std::int64_t> links_;  // by row, column and direction
};

}  // namespace flash
