// Kind simulate: a network on the simulator of an in-memory-computing chip.
#include <optional>
#include <string>

#include "flash/imc/simulate.hpp"
#include "flash/space/families/families.hpp"
#include "flash/worker/task_kind.hpp"

namespace flash {
namespace {

struct SimulateTask {
  static constexpr std::string_view name = "simulate";
  struct Input {
    SpaceDefinition space;
    ImcDesign design;
    NetworkId id = 0;
    std::uint64_t seed = 0;
    std::string placer;  // besides tiles in order; "": none
  };
  struct Output {
    ImcReport in_order;
    std::optional<ImcReport> annealed;
  };

  static Input read(const Json& json) {
    return {space_definition_from_json(json.at("space")), imc_design_from_json(json.at("design")),
            id_from_json(json.at("id")), json.at("seed").get<std::uint64_t>(), json.value("placer", "")};
  }
  static Output run(const Input& input, TaskWorker&) {
    const Space space(input.space);
    const Point point = space.point(input.id);
    Output output{simulate(input.design, space, point, input.seed), std::nullopt};
    if (input.placer == flash::name(Placer::anneal))
      output.annealed = simulate(input.design, space, point, input.seed, {.placer = Placer::anneal});
    return output;
  }
  static Json to_json(const Output& output) {
    Json json = flash::to_json(output.in_order);
    if (!output.annealed) return json;
    const Json annealed = flash::to_json(*output.annealed);
    for (const char* key :
         {"latency_ms", "energy_mj", "area_mm2", "interval_ms", "communication_cycles", "placement"})
      json["annealed"][key] = annealed.at(key);
    return json;
  }
};

}  // namespace

const TaskKind& simulate_kind() {
  static const TaskKindOf<SimulateTask> kind;
  return kind;
}

}  // namespace flash
