// The imc simulator: latency, energy and area of one network on a design, and where they come from.
//
// Layers run one after the other. For each convolution
//   compute       = ceil(positions / copies) * activation bits * columns an ADC * (cycles a conversion + accumulation
//                   cycles) + pipeline cycles (all its crossbars work at once, its columns take turns at the ADCs;
//                   copies of its weights fill its own tiles);
//   load          = activations of all rows and results, over the bus of the chip's side to and from its tiles, as
//                   NeuroSim has it: what several positions read is brought for each of them;
//   communication = as contention.hpp has it: the most loaded link, and the longest route's first flit;
// the latency is the sum of the three over all convolutions. Batch norms are folded into weights and thresholds.
//
// A design that balances gives the slowest layers whole copies, which share its positions (balance.hpp).
// In a pipeline each layer works on an image of its own: an image every `interval_ms`, the time of the slowest layer.
// Constants and what they were held against: data/targets/README.md.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "flash/hardware/metric.hpp"
#include "flash/imc/design.hpp"
#include "flash/imc/network_layout.hpp"
#include "flash/imc/placement.hpp"
#include "flash/space/space.hpp"

namespace flash {

enum class EnergyPart { cells, rows, columns, adc, shift_add, buffers, wires, routers, links, leakage };
inline constexpr std::size_t energy_parts = 10;
std::string_view name(EnergyPart part);
using Energy = std::array<double, energy_parts>;  // mJ

enum class AreaPart {
  cells,
  writers,
  row_drivers,
  columns,
  adc,
  shift_add,
  buffers,
  control,
  routers,
  links
};
inline constexpr std::size_t area_parts = 10;
std::string_view name(AreaPart part);
using Area = std::array<double, area_parts>;  // mm2

struct ImcLayer {
  int cell = 0;
  int index = 0;  // within the cell; the head's is the cell's depth
  int part = 0;   // 0, 1, 2 in a depthwise block, else 0
  std::int64_t tiles = 0;
  std::int64_t crossbars = 0;
  double utilisation = 0;         // of the cells in its tiles, those that hold weights, 0 .. 1
  std::int64_t copies = 1;        // of its weights in its tiles
  std::int64_t whole_copies = 1;  // of these tiles, which `tiles` and `crossbars` count (balance.hpp)
  std::int64_t compute_cycles = 0;
  std::int64_t load_cycles = 0;
  std::int64_t communication_cycles = 0;
  Traffic traffic;
  Energy energy{};

  std::int64_t cycles() const { return compute_cycles + load_cycles + communication_cycles; }
};

// How a network is put on a chip and its data's way through it is timed.
struct ImcOptions {
  Placer placer = Placer::in_order;
  bool exact_network = false;  // communication flit by flit, not by formula (contention.hpp)
};

struct ImcReport {
  Measurement measurement;
  std::int64_t tiles = 0;
  std::int64_t crossbars = 0;
  double utilisation = 0;
  int mesh_side = 0;
  double period_ns = 0;
  std::int64_t compute_cycles = 0;
  std::int64_t load_cycles = 0;
  std::int64_t communication_cycles = 0;
  double leakage_mw = 0;  // of all tiles at work
  double interval_ms = 0;
  std::size_t bottleneck = 0;  // the slowest layer
  std::vector<ImcLayer> layers;
  bool over_limit = false;  // a balanced chip that is too large without a copy already
  ImcOptions options;
  Placement placement;  // empty where tiles lie in order
  Energy energy{};      // sum over the layers
  Area area{};
};

// `seed` draws the channels that skips take, as in training. The same arguments give the same report. Throws
// Error bad_job where the network does not fit on the mesh.
ImcReport simulate(const ImcDesign& design, const Space& space, const Point& point, std::uint64_t seed,
                   const ImcOptions& options = {});

// Any network, its layers in these forms (network_layout.hpp); none: dense, of the design's bits.
ImcReport simulate(const ImcDesign& design, NetworkGraph graph, std::span<const LayerForm> forms = {},
                   const ImcOptions& options = {});

// How often each layer stands on the chip; empty where each stands there once.
std::vector<std::int64_t> whole_copies(const ImcReport& report);

Json to_json(const ImcReport& report);

}  // namespace flash
