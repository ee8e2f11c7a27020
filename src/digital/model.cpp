#include "flash/digital/model.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace flash {
namespace {

using Kind = LayerForm::Kind;

constexpr double bits_per_byte = 8;
constexpr double mac_cells = 64;    // of 8 x 8 bits
constexpr double rebuilt_bits = 8;  // of a weight made of powers of two and a basis of 8 bits
constexpr double mj_per_pj = 1e-9;
constexpr double mm2_per_um2 = 1e-6;
constexpr double bytes_per_kib = 1024;

double& at(DigitalEnergy& energy, DigitalPart part) { return energy[static_cast<std::size_t>(part)]; }

double values_in(const Operator& op) {
  return static_cast<double>(op.in) * static_cast<double>(op.side_in) * static_cast<double>(op.side_in);
}

DigitalLayer run_layer(const DigitalDesign& design, const Operator& op, const LayerForm& form) {
  const DigitalDesign::Energies& price = design.energy;
  const auto weights = static_cast<double>(op.weights());
  const double blocks = form.rows_kept * form.filters_kept;
  const double stored = weights * (form.kind == Kind::dense ? blocks : form.kept);
  const double computed = form.kind == Kind::sparse ? form.kept : blocks;
  const double read = form.kind == Kind::sparse ? 1 - std::pow(1 - form.kept, design.reuse) : blocks;
  const double place = form.kind == Kind::dense ? 0 : form.index_bits;
  const double weight_bits = form.kind == Kind::shift_add ? rebuilt_bits : static_cast<double>(form.bits);
  const double activation_bits = std::max(static_cast<double>(design.activation_bits), weight_bits);
  const double activation_bytes = activation_bits / bits_per_byte;
  const double cells = weight_bits * activation_bits / mac_cells;
  const double results = static_cast<double>(op.values_out()) * form.filters_kept * activation_bytes;
  const double spilled =
      std::max(0.0, values_in(op) * activation_bytes + results - design.sram_kib * bytes_per_kib);

  DigitalLayer layer;
  layer.stored_bytes = (stored * (form.bits + place) + form.extra_bits) / bits_per_byte;
  layer.macs = static_cast<double>(op.macs()) * computed;
  if (form.kind == Kind::shift_add) layer.shift_adds = stored * design.basis_width;
  const double busy = form.kind == Kind::sparse ? design.sparse_busy : 1;
  layer.fetch_cycles = (layer.stored_bytes + spilled) * design.clock_ghz / design.dram_gb_s;
  layer.rebuild_cycles = layer.shift_adds / design.shift_add_units;
  layer.compute_cycles = layer.macs * std::max(1.0, cells) / (design.mac_units * busy);

  at(layer.energy, DigitalPart::weights) = layer.stored_bytes * price.dram_byte;
  at(layer.energy, DigitalPart::spilled) = spilled * price.dram_byte;
  at(layer.energy, DigitalPart::sram) =
      (static_cast<double>(op.macs()) * read / design.reuse * activation_bytes + results) * price.sram_byte;
  at(layer.energy, DigitalPart::registers) = layer.macs * activation_bytes * price.register_byte;
  at(layer.energy, DigitalPart::macs) = layer.macs * cells * price.mac;
  at(layer.energy, DigitalPart::indices) =
      (form.kind == Kind::sparse ? layer.macs : stored) * place * price.index_bit;
  at(layer.energy, DigitalPart::rebuilding) = layer.shift_adds * price.shift_add;
  for (double& part : layer.energy) part *= mj_per_pj;
  return layer;
}

double area_mm2(const DigitalDesign& design) {
  const DigitalDesign::Areas& price = design.area;
  return (design.mac_units * price.mac + design.shift_add_units * price.shift_add +
          design.sram_kib * bytes_per_kib * price.sram_byte) *
         mm2_per_um2;
}

Json by_part(const DigitalEnergy& energy) {
  Json json = Json::object();
  for (std::size_t part = 0; part < digital_parts; ++part)
    json[std::string(name(static_cast<DigitalPart>(part)))] = energy[part];
  return json;
}

}  // namespace

std::string_view name(DigitalPart part) {
  static constexpr std::array<std::string_view, digital_parts> names{
      "weights", "spilled", "sram", "registers", "macs", "indices", "rebuilding"};
  return names[static_cast<std::size_t>(part)];
}

DigitalReport run_on(const DigitalDesign& design, const NetworkGraph& graph,
                     std::span<const LayerForm> forms) {
  check_forms(graph, forms);
  DigitalReport report;
  double cycles = 0;
  for (const NetworkGraph::Node& node : graph.nodes()) {
    if (!node.op.has_matrix()) continue;
    const DigitalLayer& layer =
        report.layers.emplace_back(run_layer(design, node.op, forms[report.layers.size()]));
    cycles += layer.cycles();
    for (std::size_t part = 0; part < digital_parts; ++part) report.energy[part] += layer.energy[part];
  }
  report.measurement[Metric::latency] = cycles / design.clock_ghz * 1e-6;
  report.measurement[Metric::energy] = std::accumulate(report.energy.begin(), report.energy.end(), 0.0);
  report.measurement[Metric::area] = area_mm2(design);
  return report;
}

Json to_json(const DigitalReport& report) {
  Json json = Json::object();
  for (const Metric metric : plain_fitted_metrics)
    json[std::string(key(metric))] = report.measurement[metric];
  json["energy_by_part_mj"] = by_part(report.energy);
  json["layers"] = Json::array();
  for (const DigitalLayer& layer : report.layers)
    json["layers"].push_back({{"stored_bytes", layer.stored_bytes},
                              {"macs", layer.macs},
                              {"shift_adds", layer.shift_adds},
                              {"fetch_cycles", layer.fetch_cycles},
                              {"rebuild_cycles", layer.rebuild_cycles},
                              {"compute_cycles", layer.compute_cycles},
                              {"energy_mj", by_part(layer.energy)}});
  return json;
}

}  // namespace flash
