#include "flash/stage/confirmation.hpp"
#include "flash/stage/stage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "flash/core/error.hpp"
#include "flash/findings/plan.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/search.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/stage/answer.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class Confirmation : public testing::Test {
 protected:
  Confirmation() {
    CellSpace space;
    space.widths = {4, 8};
    space.wm = {1, 2};
    space.depths = {3, 4, 5};
    space.input = {1, 8, 10};
    job_.space = space;
    job_.search.methods = {"random", "annealing"};
    job_.search.seeds = 2;
    job_.objective.metric[Metric::latency] = 1;
    models_.space = job_.space;
    models_.accuracy = AccuracyModel{1.05, 20, -1};
    models_.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-5}}};
    models_.provenance["accuracy"] = {{"rmse_loo", 0.03}};
    sets_.resize(1);
  }
  Space space() const { return Space(job_.space); }
  std::vector<ConfirmNetwork> chosen() const {
    return networks_to_confirm(job_, space(), models_, sets_, results_);
  }
  Evaluator evaluator() const { return Evaluator(space(), models_, job_.objective, sets_.front()); }
  void add_answer(std::uint64_t index, std::uint64_t id) {
    SearchResult result;
    result.method = search_runs(job_, sets_)[index].method;
    result.found = true;
    result.best_id = id;
    result.best = evaluator().at(id);
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = to_json(result);
    results_.add("compare", index, std::move(outcome));
  }

  Job job_;
  Models models_;
  std::vector<Constraints> sets_;
  Results results_;
};

std::size_t count(const std::vector<ConfirmNetwork>& networks, std::string_view role) {
  return static_cast<std::size_t>(std::ranges::count(networks, role, &ConfirmNetwork::role));
}

TEST_F(Confirmation, BeginsWithTheProvenBestAndHoldsRivalsAndControls) {
  const std::vector<ConfirmNetwork> networks = chosen();
  ASSERT_EQ(networks.size(), 12u);
  EXPECT_EQ(networks.front().role, "best");
  EXPECT_EQ(NetworkId{networks.front().id}, solve_exact(evaluator()).best_id);
  EXPECT_EQ(count(networks, "control"), 3u);
  EXPECT_EQ(count(networks, "rival"), 8u);
  std::set<NetworkId> ids;
  for (const ConfirmNetwork& network : networks) ids.insert(network.id);
  EXPECT_EQ(ids.size(), networks.size());
  const Evaluation best = evaluator().at(networks.front().id);
  for (const ConfirmNetwork& network : networks)
    if (network.role == "rival") {
      EXPECT_GE(evaluator().at(network.id).objective, worth_within(best, 0.03, job_.objective));
    }
  EXPECT_EQ(chosen().back().id, networks.back().id);
}

TEST_F(Confirmation, TakesOneAnswerOfAMethodWhereItIsAnother) {
  const auto best = static_cast<std::uint64_t>(solve_exact(evaluator()).best_id);
  add_answer(0, best);
  add_answer(2, best + 1);
  add_answer(3, best + 2);
  const std::vector<ConfirmNetwork> networks = chosen();
  EXPECT_EQ(count(networks, "answer"), 1u);
  const auto answer = std::ranges::find(networks, "answer", &ConfirmNetwork::role);
  EXPECT_EQ(answer->id, best + 1);
  EXPECT_EQ(answer->method, search_runs(job_, sets_)[2].method);
  EXPECT_EQ(networks.size(), 12u);
}

TEST_F(Confirmation, EveryoneMeetsTheConstraintsByTheModels) {
  const auto [least, most] = evaluator().metric_range(Metric::latency);
  sets_.front().metric_max[Metric::latency] = std::sqrt(least * most);
  for (const ConfirmNetwork& network : chosen()) EXPECT_TRUE(evaluator().at(network.id).feasible());
}

TEST_F(Confirmation, OfASmallBudgetTheBestComesFirst) {
  job_.confirm.networks = 1;
  ASSERT_EQ(chosen().size(), 1u);
  EXPECT_EQ(chosen().front().role, "best");
  job_.confirm.networks = 1000;  // more than the space has within reach
  EXPECT_LE(chosen().size(), 1000u);
}

TEST_F(Confirmation, WhatNothingMeetsHasNoBest) {
  sets_.front().metric_max[Metric::latency] = 1e-9;
  EXPECT_TRUE(chosen().empty());
}

TEST_F(Confirmation, NamedNetworksAndTheTop) {
  job_.confirm.named = {"7", "wm=2 depth=3 tc=0,0", "7"};
  const std::vector<ConfirmNetwork> networks = chosen();
  ASSERT_EQ(networks.size(), 2u);
  EXPECT_EQ(networks[0].id, 7u);
  EXPECT_EQ(networks[1].role, "asked");
  for (const char* wrong : {"99999999", "wm=3 depth=3 tc=0,0", "-1", "x"}) {
    job_.confirm.named = {wrong};
    try {
      chosen();
      ADD_FAILURE() << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      EXPECT_THAT(error.what(), testing::HasSubstr(wrong));
    }
  }
  job_.confirm.named.clear();
  job_.confirm.top = 5;
  const std::vector<Ranked> top = solve_exact(
                                      evaluator(), [] { return false; }, 5)
                                      .top;
  const std::vector<ConfirmNetwork> best = chosen();
  ASSERT_EQ(best.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(NetworkId{best[i].id}, top[i].id);
}

TEST_F(Confirmation, SeedsDifferByNetworkAndTraining) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t id = 0; id < 20; ++id)
    for (int k = 0; k < 5; ++k) seeds.insert(confirm_seed(job_, id, k));
  EXPECT_EQ(seeds.size(), 100u);
}

// Two good trainings each, one network without a measurement.
TEST_F(Confirmation, CollectsMeansAndWhatHolds) {
  job_.confirm.networks = 3;
  const std::vector<ConfirmNetwork> networks = chosen();
  ASSERT_EQ(networks.size(), 3u);
  for (std::size_t place = 0; place < 3; ++place) {
    for (int k = 0; k < 2; ++k) {
      TrainingResult result;
      result.ok = true;
      result.accuracy = 0.5 + 0.1 * k;
      result.test_accuracy = 0.4 + 0.1 * k;
      StageOutcome outcome;
      outcome.ok = true;
      outcome.output = to_json(result);
      results_.add("confirm", confirm_task(job_, place, k), std::move(outcome));
    }
    if (place == 2) continue;
    StageOutcome measured;
    measured.ok = true;
    measured.output = {{"latency_ms", 2.0}};
    results_.add("confirm_measure", networks[place].id, std::move(measured));
  }
  const auto confirmed = confirmed_networks(job_, space(), models_, sets_, networks, results_);
  ASSERT_EQ(confirmed.size(), 3u);
  EXPECT_NEAR(confirmed[0].accuracy, 0.55, 1e-12);
  EXPECT_NEAR(confirmed[0].test_accuracy, 0.45, 1e-12);
  EXPECT_NEAR(confirmed[0].deviation, 0.1 / std::sqrt(2), 1e-12);
  EXPECT_NEAR(confirmed[0].held.objective, 0.45 / 2, 1e-12);
  EXPECT_TRUE(confirmed[0].meets_own);
  EXPECT_FALSE(confirmed[2].meets_own);
  EXPECT_TRUE(std::isnan(confirmed[2].held.objective));
}

ConfirmedNetwork made(double predicted, double judged, double tested, double deviation) {
  ConfirmedNetwork network;
  network.network.role = "rival";
  network.predicted.accuracy = network.predicted.objective = predicted;
  network.accuracy_band = 0.1;
  network.trainings.resize(2);
  for (ConfirmTraining& training : network.trainings) training.good = true;
  network.trainings[0].result.test_accuracy = tested - deviation / std::sqrt(2);
  network.trainings[1].result.test_accuracy = tested + deviation / std::sqrt(2);
  network.expected.accuracy = judged;
  network.accuracy = judged;
  network.test_accuracy = network.held.objective = tested;
  network.deviation = deviation;
  network.meets_own = true;
  return network;
}

TEST_F(Confirmation, FiguresOfWhatPredictionsWereWorth) {
  std::vector<ConfirmedNetwork> confirmed{made(0.60, 0.50, 0.50, 0.03), made(0.50, 0.62, 0.60, 0.01),
                                          made(0.45, 0.60, 0.64, 0.02), made(0.40, nan, nan, nan)};
  confirmed.back().held.objective = nan;
  confirmed.back().trainings.clear();
  confirmed.back().meets_own = false;
  confirmed.front().network.role = "best";
  const ConfirmationFigures figures = confirmation_figures(confirmed, Objective{});
  EXPECT_EQ(figures.networks, 3u);
  EXPECT_EQ(figures.trainings, 6u);
  EXPECT_NEAR(figures.rmse, std::sqrt((0.01 + 0.01 + 0.0361) / 3), 1e-12);
  EXPECT_NEAR(figures.bias, (-0.10 + 0.10 + 0.19) / 3, 1e-12);
  EXPECT_NEAR(figures.noise, std::sqrt((0.0009 + 0.0001 + 0.0004) / 3), 1e-12);
  EXPECT_NEAR(figures.spearman, -1, 1e-12);
  EXPECT_NEAR(figures.regret, 1 - 0.50 / 0.60, 1e-12);  // chosen by the judging images, told by the others
  EXPECT_EQ(best_confirmed(confirmed, Objective{}), &confirmed[1]);
  for (ConfirmedNetwork& network : confirmed) network.meets_own = false;
  EXPECT_EQ(best_confirmed(confirmed, Objective{}), nullptr);
  EXPECT_TRUE(std::isnan(confirmation_figures(confirmed, Objective{}).regret));
}

TEST_F(Confirmation, KeepsTheFirstGoodTraining) {
  ConfirmedNetwork network = made(0.6, 0.5, 0.5, 0.03);
  EXPECT_EQ(kept_training(network), &network.trainings[0]);
  network.trainings[0].good = false;
  EXPECT_EQ(kept_training(network), &network.trainings[1]);
  network.trainings[1].good = false;
  EXPECT_EQ(kept_training(network), nullptr);
}

TEST_F(Confirmation, OnlyFirstTrainingsOfAJobThatKeepsAreHandedOn) {
  const Stage& confirm = stage_named(confirm_name);
  job_.confirm.seeds = 2;
  EXPECT_FALSE(confirm.hands_on(job_, 0));
  EXPECT_FALSE(stage_named(confirm_keep_name).asked(job_));
  job_.confirm.keep = "best";
  EXPECT_TRUE(confirm.hands_on(job_, 0));
  EXPECT_FALSE(confirm.hands_on(job_, 1));
  EXPECT_TRUE(confirm.hands_on(job_, 2));
  EXPECT_TRUE(stage_named(confirm_keep_name).asked(job_));
}

TEST_F(Confirmation, TheModelsAnswerSaysWhatIsUndecidedAndWhatBinds) {
  const ExactResult free = solve_exact(evaluator());
  sets_.resize(2);
  sets_[1].name = "hardware";
  sets_[1].metric_max[Metric::latency] = 1e9;
  sets_[1].accuracy_min = free.best.accuracy + 0.01;
  const std::vector<ModelAnswer> answers = model_answers(job_, space(), models_, sets_);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].id, free.best_id);
  EXPECT_TRUE(answers[0].binds.empty());
  ASSERT_EQ(answers[1].binds.size(), 1u);
  EXPECT_TRUE(answers[1].binds.front().starts_with("accuracy >= "));
  std::uint64_t within = 0;
  const double least = worth_within(free.best, 0.03, job_.objective);
  for (std::uint64_t id = 0; id < space().size(); ++id) within += evaluator().at(id).objective >= least;
  EXPECT_TRUE(answers[0].within.complete);
  EXPECT_EQ(static_cast<std::uint64_t>(answers[0].within.count), within);
  EXPECT_GT(answers[0].best.objective, answers[0].random_median);
}

// What a margin has tightened is searched under; verdicts and probabilities are of what was asked.
TEST_F(Confirmation, VerdictsAreOfWhatWasAsked) {
  sets_.front().metric_max[Metric::latency] = 1.5;
  sets_.front().margin = 1;
  sets_.front().asked.emplace().metric_max[Metric::latency] = 2.5;
  models_.metrics[Metric::latency]->support = FitSupport{{}, 0.1, 10, std::vector<double>(4, 0.0)};
  job_.confirm.networks = 1;
  const std::vector<ConfirmNetwork> networks = chosen();
  ASSERT_EQ(networks.size(), 1u);
  StageOutcome measured, trained;
  measured.ok = trained.ok = true;
  measured.output = {{"latency_ms", 2.0}};
  TrainingResult result;
  result.ok = true;
  result.accuracy = result.test_accuracy = 0.5;
  trained.output = to_json(result);
  results_.add("confirm_measure", networks[0].id, std::move(measured));
  results_.add("confirm", confirm_task(job_, 0, 0), std::move(trained));
  const ConfirmedNetwork confirmed =
      confirmed_networks(job_, space(), models_, sets_, networks, results_).front();
  EXPECT_LE(confirmed.predicted.metrics[Metric::latency], 1.5);
  EXPECT_TRUE(confirmed.meets_own);
  EXPECT_EQ(confirmed.held.violation, 0);
  const ModelAnswer answer = model_answers(job_, space(), models_, sets_).front();
  const double latency = answer.best.metrics[Metric::latency];
  const double z = 1.959964 * (2.5 - latency) / (2.228139 * 0.1 * latency);
  EXPECT_NEAR(answer.probability.metric[Metric::latency], 0.5 * std::erfc(-z / std::sqrt(2.0)), 1e-6);
  EXPECT_EQ(confirmed.probability.metric[Metric::latency], answer.probability.metric[Metric::latency]);
  EXPECT_TRUE(std::isnan(answer.probability.accuracy));
  for (const std::string& binds : answer.binds)
    EXPECT_EQ(binds, "latency <= 2.5 ms, searched at <= 1.5 ms for margin 1");
}

TEST_F(Confirmation, AnOptimumInTheCornerOfItsSpaceIsSaid) {
  job_.objective.accuracy = 0;  // the cheapest is the best
  EXPECT_EQ(model_answers(job_, space(), models_, sets_).front().corner, "wm, depth and tc at their least");
  job_.objective.accuracy = 1;
  job_.objective.metric[Metric::latency] = 0;
  EXPECT_EQ(model_answers(job_, space(), models_, sets_).front().corner, "wm, depth and tc at their most");
}

}  // namespace
}  // namespace flash
