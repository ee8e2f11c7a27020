// Kind simulate: a network on the simulator of an in-memory-computing chip.
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
  };
  using Output = ImcReport;

  static Input read(const Json& json) {
    return {space_definition_from_json(json.at("space")), imc_design_from_json(json.at("design")),
            id_from_json(json.at("id")), json.at("seed").get<std::uint64_t>()};
  }
  static Output run(const Input& input, TaskWorker&) {
    const Space space(input.space);
    return simulate(input.design, space, space.point(input.id), input.seed);
  }
  static Json to_json(const Output& output) { return flash::to_json(output); }
};

}  // namespace

const TaskKind& simulate_kind() {
  static const TaskKindOf<SimulateTask> kind;
  return kind;
}

}  // namespace flash
