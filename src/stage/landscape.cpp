#include "flash/stage/landscape.hpp"

#include <optional>

#include "evaluator_input.hpp"
#include "flash/core/error.hpp"
#include "flash/stage/plans.hpp"
#include "flash/stage/stage.hpp"
#include "flash/worker/kinds.hpp"

namespace flash {
namespace {

constexpr const char* landscape_name = "landscape";
constexpr std::uint64_t slices = 8;               // tasks of a histogram
constexpr std::uint64_t first_front = 1'000'000;  // id of the first front's task

Evaluator unconstrained(const Job& job, const Models& models) {
  return {Space(job.space), models, job.objective, Constraints{}};
}

// What there are histograms of: nothing where there are too many networks to be counted one by one.
std::vector<Quantity> counted(const Evaluator& evaluator) {
  return evaluator.space().numbered() ? quantities(evaluator) : std::vector<Quantity>{};
}

// Outcomes of tasks [first, first + count); nothing where one is missing or failed.
std::vector<const Json*> outputs(const Results& results, std::uint64_t first, std::uint64_t count) {
  const Results::Stage& stage = results.stage(landscape_name);
  std::vector<const Json*> found;
  for (std::uint64_t id = first; id < first + count; ++id) {
    const auto outcome = stage.find(id);
    if (outcome == stage.end() || !outcome->second.ok) return {};
    found.push_back(&outcome->second.output);
  }
  return found;
}

std::optional<Histogram> merged_histogram(const Results& results, std::uint64_t first) {
  std::optional<Histogram> sum;
  for (const Json* output : outputs(results, first, slices)) {
    Histogram part = histogram_from_json(*output);
    if (!sum) {
      sum = std::move(part);
      continue;
    }
    if (part.edges != sum->edges || part.quantity != sum->quantity)
      throw Error(ExitCode::bad_data, "the journal holds parts of different histograms as one");
    for (std::size_t bin = 0; bin < part.counts.size(); ++bin) sum->counts[bin] += part.counts[bin];
    sum->seconds += part.seconds;
  }
  return sum;
}

class LandscapeStage : public Stage {
 public:
  std::string_view name() const override { return landscape_name; }
  std::string_view words() const override { return "pieces of the space for histograms and fronts"; }
  StagePlan plan(Findings& findings) const override {
    return plan_landscape(findings.job(), findings.models());
  }
  bool asked(const Job& job) const override { return job.sweep.histograms || job.sweep.pareto; }
  bool asks_for(const Job& job, TaskId task) const override { return asks_for_landscape(job, task); }
  std::size_t tasks(const Forecast& forecast) const override {
    return landscape_tasks(forecast.job, forecast.evaluator);
  }
};

}  // namespace

StagePlan plan_landscape(const Job& job, const Models& models) {
  StagePlan plan;
  plan.name = landscape_name;
  plan.inputs = evaluation_inputs(job, models, {});
  const Evaluator evaluator = unconstrained(job, models);
  const auto size = static_cast<double>(evaluator.space().count());
  const EvaluatorInput tasks(job, models, Constraints{});
  std::uint64_t id = 0;
  for (const Quantity quantity : counted(evaluator)) {
    // The edges here and not where the task runs, so that all machines count in the same bins.
    HistogramTask::Input input{std::string(name(quantity)),
                               histogram_edges(evaluator, quantity, histogram_bins), slices};
    const double cost = (quantity == Quantity::objective ? 10 : 1) * size;
    for (; input.slice < slices; ++input.slice)
      plan.tasks.push_back(tasks.task(id++, cost, task_input<HistogramTask>(input)));
  }
  id = first_front;
  // A front is one task, the longest: first.
  for (const std::vector<Metric>& metrics : reported_fronts(evaluator))
    plan.tasks.push_back(tasks.task(id++, 20 * size, task_input<ParetoTask>({metrics})));
  return plan;
}

bool asks_for_landscape(const Job& job, TaskId task) {
  return task < first_front ? job.sweep.histograms : job.sweep.pareto;
}

std::size_t landscape_tasks(const Job& job, const Evaluator& evaluator) {
  return (job.sweep.histograms ? slices * counted(evaluator).size() : 0) +
         (job.sweep.pareto ? reported_fronts(evaluator).size() : 0);
}

Landscape landscape(const Job& job, const Models& models, const Results& results) {
  Landscape found;
  if (results.stage(landscape_name).empty()) return found;
  const Evaluator evaluator = unconstrained(job, models);
  for (std::uint64_t q = 0; q < counted(evaluator).size(); ++q)
    if (auto histogram = merged_histogram(results, q * slices))
      found.histograms.push_back(std::move(*histogram));
  for (std::uint64_t f = 0; f < reported_fronts(evaluator).size(); ++f)
    for (const Json* output : outputs(results, first_front + f, 1))
      found.fronts.push_back(ParetoTask::output(evaluator, *output));
  return found;
}

std::string front_name(const ParetoFront& front) {
  std::string text = "accuracy";
  for (const Metric m : front.metrics) text.append(",").append(name(m));
  return text;
}

const Stage& landscape_stage() {
  static const LandscapeStage stage;
  return stage;
}

}  // namespace flash
