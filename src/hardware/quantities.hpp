// The quantities that are sums over layers, by name; internal to the room.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "flash/hardware/tile_costs.hpp"

namespace flash {

struct CostQuantity {
  std::string_view name;
  std::int64_t Costs::*value;
};
inline constexpr std::array<CostQuantity, 4> cost_quantities{{{"macs", &Costs::macs},
                                                              {"parameters", &Costs::parameters},
                                                              {"traffic", &Costs::traffic},
                                                              {"layers", &Costs::layers}}};

struct TileQuantity {
  std::string_view name;
  double TileCosts::*value;
};
inline constexpr std::array<TileQuantity, 11> tile_quantities{{{"tiles", &TileCosts::tiles},
                                                               {"crossbar_reads", &TileCosts::crossbar_reads},
                                                               {"read_cells", &TileCosts::read_cells},
                                                               {"driven_rows", &TileCosts::driven_rows},
                                                               {"conversions", &TileCosts::conversions},
                                                               {"buffer_bits", &TileCosts::buffer_bits},
                                                               {"compute_cycles", &TileCosts::compute_cycles},
                                                               {"flits", &TileCosts::flits},
                                                               {"partial_flits", &TileCosts::partial_flits},
                                                               {"port_flits", &TileCosts::port_flits},
                                                               {"spread_flits", &TileCosts::spread_flits}}};

}  // namespace flash
