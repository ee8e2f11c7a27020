// Names of the parts, and a report as JSON.
#include "flash/imc/simulate.hpp"

namespace flash {
namespace {

template <class Part, class Values>
Json by_part(const Values& values) {
  Json json = Json::object();
  for (std::size_t part = 0; part < values.size(); ++part)
    json[std::string(name(static_cast<Part>(part)))] = values[part];
  return json;
}

Json layer_json(const ImcLayer& layer) {
  const LinkLoad& most = layer.traffic.most;
  Json json{{"cell", layer.cell},
            {"index", layer.index},
            {"part", layer.part},
            {"tiles", layer.tiles},
            {"crossbars", layer.crossbars},
            {"utilisation", layer.utilisation},
            {"copies", layer.copies},
            {"compute_cycles", layer.compute_cycles},
            {"load_cycles", layer.load_cycles},
            {"communication_cycles", layer.communication_cycles},
            {"flits", layer.traffic.flits},
            {"flit_hops", layer.traffic.flit_hops},
            {"longest_route_hops", layer.traffic.longest},
            {"most_loaded_link",
             {{"x", most.at.x},
              {"y", most.at.y},
              {"direction", std::string(name(most.direction))},
              {"flits", most.flits}}},
            {"energy_mj", by_part<EnergyPart>(layer.energy)}};
  if (layer.whole_copies > 1) json["whole_copies"] = layer.whole_copies;
  return json;
}

}  // namespace

std::string_view name(EnergyPart part) {
  static constexpr std::array<std::string_view, energy_parts> names{
      "cells", "rows", "columns", "adc", "shift_add", "buffers", "wires", "routers", "links", "leakage"};
  return names[static_cast<std::size_t>(part)];
}

std::string_view name(AreaPart part) {
  static constexpr std::array<std::string_view, area_parts> names{
      "cells",     "writers", "row_drivers", "columns", "adc",
      "shift_add", "buffers", "control",     "routers", "links"};
  return names[static_cast<std::size_t>(part)];
}

Json to_json(const ImcReport& report) {
  Json json = Json::object();
  for (const Metric metric : plain_fitted_metrics)
    json[std::string(key(metric))] = report.measurement[metric];
  json["tiles"] = report.tiles;
  json["crossbars"] = report.crossbars;
  json["utilisation"] = report.utilisation;
  json["mesh_side"] = report.mesh_side;
  json["period_ns"] = report.period_ns;
  json["compute_cycles"] = report.compute_cycles;
  json["load_cycles"] = report.load_cycles;
  json["communication_cycles"] = report.communication_cycles;
  json["leakage_mw"] = report.leakage_mw;
  json["interval_ms"] = report.interval_ms;
  json["images_per_s"] = report.interval_ms > 0 ? Json(1e3 / report.interval_ms) : Json();
  json["bottleneck"] = report.bottleneck;
  if (report.over_limit) json["over_area_limit"] = true;
  json["energy_by_part_mj"] = by_part<EnergyPart>(report.energy);
  json["area_by_part_mm2"] = by_part<AreaPart>(report.area);
  if (!report.placement.spots.empty())
    json["placement"] = {{"placer", std::string(name(report.options.placer))},
                         {"flit_hops_in_order", report.placement.before},
                         {"flit_hops", report.placement.after},
                         {"no_placement_below", report.placement.bound}};
  json["noc"] = report.options.exact_network ? "exact" : "formula";
  json["layers"] = Json::array();
  for (const ImcLayer& layer : report.layers) json["layers"].push_back(layer_json(layer));
  return json;
}

}  // namespace flash
