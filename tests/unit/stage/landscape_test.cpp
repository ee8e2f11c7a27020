#include "flash/stage/landscape.hpp"

#include <gtest/gtest.h>

#include "flash/space/families/cell_space.hpp"
#include "flash/stage/plans.hpp"
#include "flash/worker/worker.hpp"

namespace flash {
namespace {

// Plans, performs every task and reads the outcomes back.
TEST(Landscape, TasksAddUpToTheWhole) {
  Job job;
  CellSpace space;
  space.widths = {2, 3};
  space.wm = {1, 2};
  space.depths = {3, 5, 6};
  space.input = {3, 16, 10};
  job.space = space;
  job.sweep.histograms = job.sweep.pareto = true;
  Models models;
  models.space = job.space;
  models.accuracy = AccuracyModel{1.05, 20, -1};
  models.target = "test";
  models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}, {"layers", 0.02}}};
  const Evaluator evaluator{Space(job.space), models, job.objective, {}};

  TaskWorker worker("/no/trainer", 2, [] { return false; });
  Results results;
  const StagePlan stage = plan_landscape(job, models);
  for (const StageTask& task : stage.tasks) {
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = Json::parse(worker({0, task.cost, task.input}));
    results.add(stage.name, task.id, outcome);
  }
  const Landscape whole = landscape(job, models, results);
  ASSERT_EQ(whole.histograms.size(), quantities(evaluator).size());
  for (const Histogram& histogram : whole.histograms) {
    const Histogram expected = count_histogram(evaluator, histogram.quantity);
    EXPECT_EQ(histogram.edges, expected.edges);
    EXPECT_EQ(histogram.counts, expected.counts);
  }
  const std::vector<ParetoFront> expected = pareto_fronts(evaluator);
  ASSERT_EQ(whole.fronts.size(), expected.size());
  for (std::size_t f = 0; f < expected.size(); ++f) {
    ASSERT_EQ(whole.fronts[f].points.size(), expected[f].points.size());
    EXPECT_EQ(front_name(whole.fronts[f]), "accuracy,latency");
    for (std::size_t p = 0; p < expected[f].points.size(); ++p) {
      EXPECT_EQ(whole.fronts[f].points[p].id, expected[f].points[p].id);
      EXPECT_EQ(whole.fronts[f].points[p].evaluation.accuracy, expected[f].points[p].evaluation.accuracy);
    }
  }

  // A histogram of which a part is missing is none.
  StageOutcome failed;
  results.add(stage.name, stage.tasks.front().id, failed);
  EXPECT_EQ(landscape(job, models, results).histograms.size(), whole.histograms.size() - 1);
  // What the job asks for is a matter of its own: a task's number does not depend on it.
  std::size_t asked = 0;
  job.sweep.histograms = false;
  for (const StageTask& task : plan_landscape(job, models).tasks) asked += asks_for_landscape(job, task.id);
  EXPECT_EQ(asked, expected.size());
  job.sweep.pareto = false;
  for (const StageTask& task : stage.tasks) EXPECT_FALSE(asks_for_landscape(job, task.id));
}

}  // namespace
}  // namespace flash
