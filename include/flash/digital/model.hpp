// What a network costs on a digital accelerator, layer by layer [ours; the constants' sources: flash options --digital].
//
// Layers run one after the other, each in three steps that follow each other: its weights come from DRAM once an image,
// in the form in which they are stored; those of powers of two are rebuilt, so many shift-and-adds a coefficient as the
// basis has columns; then all units multiply. A weight stays in its register for all places of the image. With W weights
// and M multiply-accumulates, of which a layer stores and computes the shares s and c and reads activations for r,
//
//   dense      s = c = r = rows_kept * filters_kept                           stored: s W bits + extra_bits
//   sparse     s = c = kept, r = 1 - (1 - kept)^reuse                         s W (bits + index_bits) + extra_bits
//   shift_add  s = kept, c = r = rows_kept * filters_kept                     s W (bits + index_bits) + extra_bits
//
//   energy   = DRAM * bytes stored + MAC * c M * (weight bits * activation bits / 64) + registers * c M * activation bytes
//            + SRAM * (r M / reuse + results) * activation bytes + index * (bits of places read) + shift-and-adds
//   latency  = bytes stored / bandwidth + shift-and-adds / units + c M * slower / (units * busy)
//
// An activation that comes from SRAM serves as many weights as `reuse` says, and comes for a sparse layer where any of
// them is kept, at random places. The energy of a multiplier grows as its cells, the product of both numbers' bits;
// rebuilt weights have 8. Activations have as many bits as weights where these have more. Below 8 x 8 bits a
// multiplication is no quicker, above it takes so many steps as the product is larger. A sparse layer reads a weight's
// place at each multiplication, which it chooses the activation by; one of powers of two reads it once. Activations for
// which SRAM is too small while a layer reads and writes them go through DRAM as well. Biases, norms and operators without
// weights are not counted, nor is leakage. The area is the design's, whatever runs on it.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "flash/digital/design.hpp"
#include "flash/hardware/layer_form.hpp"
#include "flash/hardware/metric.hpp"

namespace flash {

enum class DigitalPart { weights, spilled, sram, registers, macs, indices, rebuilding };
inline constexpr std::size_t digital_parts = 7;
std::string_view name(DigitalPart part);
using DigitalEnergy = std::array<double, digital_parts>;  // mJ

struct DigitalLayer {
  double stored_bytes = 0;  // weights with places and bases
  double macs = 0;          // that are computed
  double shift_adds = 0;
  double fetch_cycles = 0, rebuild_cycles = 0, compute_cycles = 0;
  DigitalEnergy energy{};
  double cycles() const { return fetch_cycles + rebuild_cycles + compute_cycles; }
};

struct DigitalReport {
  Measurement measurement;
  std::vector<DigitalLayer> layers;  // those with weights
  DigitalEnergy energy{};            // sum over the layers
};

// Forms of a network's layers as check_forms wants them.
DigitalReport run_on(const DigitalDesign& design, const NetworkGraph& graph,
                     std::span<const LayerForm> forms);

Json to_json(const DigitalReport& report);

}  // namespace flash
