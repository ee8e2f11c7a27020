// Stage compare: every search method under each constraint set with every seed.
#include "evaluator_input.hpp"
#include "flash/stage/stage.hpp"
#include "flash/worker/kinds.hpp"
#include "stage_text.hpp"

namespace flash {
namespace {

class CompareStage : public Stage {
 public:
  std::string_view name() const override { return "compare"; }
  std::string_view words() const override { return "runs of the search methods that are compared"; }

  // Task id: index in search_runs.
  StagePlan plan(Findings& findings) const override {
    const Job& job = findings.job();
    const std::vector<Constraints>& sets = findings.sets();
    StagePlan plan;
    plan.name = name();
    plan.inputs = evaluation_inputs(job, findings.models(), sets);
    plan.inputs.push_back({"seed", std::to_string(job.seed)});
    plan.inputs.push_back({"search.evaluations", std::to_string(job.search.evaluations)});
    std::vector<EvaluatorInput> evaluators;
    for (const Constraints& set : sets) evaluators.emplace_back(job, findings.models(), set);
    for (const SearchRun& run : search_runs(job, sets)) {
      const Json input = task_input<SearchTask>({run.method, search_seed(job, run), job.search.evaluations});
      plan.tasks.push_back(evaluators[run.set].task(plan.tasks.size(), 1, input));
    }
    return plan;
  }
  std::string report(const ArchiveContents& archive, const ReportOptions& options) const override {
    return comparison_text(archive, options);
  }
  std::size_t tasks(const Forecast& forecast) const override {
    return search_runs(forecast.job, forecast.sets).size();
  }
};

}  // namespace

const Stage& compare_stage() {
  static const CompareStage stage;
  return stage;
}

}  // namespace flash
