// Stage sweep: every configuration evaluated under each constraint set, which proves the optimum.
#include "evaluator_input.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "flash/worker/kinds.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

constexpr const char* sweep_name = "sweep";

class SweepStage : public Stage {
 public:
  std::string_view name() const override { return sweep_name; }
  std::string_view words() const override {
    return "pieces of the space, all of whose configurations are evaluated";
  }
  StagePlan plan(Findings& findings) const override {
    return plan_sweep(findings.job(), findings.space(), findings.models(), findings.sets());
  }
  std::string left_out(const Job& job, const Space& space) const override {
    if (!space.numbered())
      return "the space has 2^63 networks or more: no sweep can go through them; the exact search proves the optimum";
    if (space.count() <= job.sweep.max_size) return "";
    return "the space is larger than sweep.max_size: no sweep; the exact search proves the optimum";
  }
  bool divides() const override { return true; }
  std::string report(const ArchiveContents& archive, const ReportOptions&) const override {
    return sweep_text(archive);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    if (!left_out(forecast.job, forecast.space).empty()) return 0;
    return tile(forecast.space, forecast.job.sweep.block).size() * forecast.sets.size();
  }
};

}  // namespace

StagePlan plan_sweep(const Job& job, const Space& space, const Models& models,
                     const std::vector<Constraints>& sets) {
  StagePlan plan;
  plan.name = sweep_name;
  plan.inputs = evaluation_inputs(job, models, sets);
  const std::vector<IdRange> blocks = tile(space, job.sweep.block);
  for (const Constraints& constraints : sets) {
    const EvaluatorInput evaluator(job, models, constraints);
    for (const IdRange& block : blocks) {
      const Json input = task_input<SweepTask>({static_cast<std::size_t>(job.sweep.top), block});
      plan.tasks.push_back(evaluator.task(plan.tasks.size(), static_cast<double>(block.count), input));
    }
  }
  return plan;
}

const Stage& sweep_stage() {
  static const SweepStage stage;
  return stage;
}

}  // namespace flash
