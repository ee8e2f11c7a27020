#include "flash/findings/fit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "../cell_networks.hpp"
#include "flash/core/error.hpp"
#include "flash/findings/machines.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class FitPredictors : public testing::Test {
 protected:
  FitPredictors() : space_(find_preset("shapes-mini")->definition) { job_.space = space_.definition(); }

  void add(const test::CellNetwork& network, double accuracy) {
    TrainedSample sample;
    sample.point = test::point_of(space_, network);
    sample.id = small_id(space_.id(*sample.point));
    sample.result.ok = sample.good = true;
    sample.result.accuracy = accuracy;
    samples_.push_back(sample);
  }
  const AccuracyFit& used(const std::vector<PredictorFit>& fits) {
    return std::ranges::find_if(fits, &PredictorFit::used)->fit;
  }
  std::string refusal() {
    try {
      fit_predictors(job_, space_, samples_);
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
  }

  Job job_;
  const Space space_;
  std::vector<TrainedSample> samples_;
};

TEST_F(FitPredictors, KeepANetworkThatNamesAllImages) {
  for (int depth = 3; depth <= 7; ++depth) add({1, {depth, depth, depth}, {4, 4, 4}}, 0.5 + 0.05 * depth);
  add({2, {7, 7, 7}, {9, 9, 9}}, 1.0);
  const auto fits = fit_predictors(job_, space_, samples_);
  EXPECT_EQ(fits.front().samples, 6u);
  EXPECT_LT(used(fits).rmse_fit, 0.1);
}

// Without skips all networks have the NN-Mass 0: that rival has no fit, the others have.
TEST_F(FitPredictors, ARivalThatIsTheSameOfAllNetworksIsAbsent) {
  for (const int wm : {1, 2})
    for (const int depth : {3, 5, 7})
      add({wm, {depth, depth, depth}, {0, 0, 0}}, 0.4 + 0.1 * wm + 0.01 * depth);
  add({1, {5, 5, 5}, {8, 0, 0}}, 0.56);
  for (const PredictorFit& fit : fit_predictors(job_, space_, samples_))
    EXPECT_EQ(std::isnan(fit.fit.rmse_loo), fit.predictor == "nn_mass") << fit.predictor;
}

TEST_F(FitPredictors, SayWhatIsMissing) {
  for (int i = 0; i < 3; ++i) add({1, {3, 3, 3}, {i, 0, 0}}, 0.5);
  EXPECT_THAT(refusal(), HasSubstr("at least 4 trained networks and has 3"));
  EXPECT_THAT(refusal(), HasSubstr("train.epochs"));
  samples_.assign(5, samples_.front());
  EXPECT_THAT(refusal(), HasSubstr("at least 3 different predictor values are needed, there are 1"));
}

// Of more than most_on_device networks the others test the fit: they change nothing of it.
TEST(FitHardware, OfADeviceAtMostAThousandNetworksAreFitted) {
  Job job;
  job.space = find_preset("shapes-mini")->definition;
  const Space space(job.space);
  const Metric metric = metric_on(Metric::latency, "pixel3"), on_target = Metric::latency;
  std::vector<MeasuredSample> samples;
  for (NetworkId k = 0; k < most_on_device + 20; ++k) {
    MeasuredSample sample;
    sample.id = k * (space.size() / (most_on_device + 20));
    NetworkFeatures network = job.hardware.setup().network(space, sample.id);
    sample.point = std::move(network.point);
    sample.features = std::move(network.values);
    sample.good = true;
    const double usual = 0.05 + 2e-7 * static_cast<double>(space.counts(*sample.point).macs);
    sample.result.metrics[metric] = sample.result.metrics[on_target] = k < most_on_device ? usual : 3 * usual;
    samples.push_back(std::move(sample));
  }
  std::vector<std::size_t> done;
  const auto watch = [&](std::size_t fitted, std::size_t all) {
    EXPECT_EQ(all, 2u);
    done.push_back(fitted);
  };
  const HardwareFit fits = fit_hardware(job, samples, std::array{metric, on_target}, watch);
  EXPECT_THAT(done, testing::ElementsAre(0, 1, 2));
  const auto stop = [](std::size_t fitted, std::size_t) {
    if (fitted == 1) throw Error(ExitCode::stopped, "stop");
  };
  EXPECT_THROW(fit_hardware(job, samples, std::array{metric, on_target}, stop), Error);
  EXPECT_EQ(fits[metric]->fit.networks, most_on_device);
  EXPECT_EQ(fits[metric]->holdout.networks, 20u);
  EXPECT_GT(fits[metric]->fit.r2, 0.999);
  EXPECT_NEAR(fits[metric]->holdout.mape, 2.0 / 3, 0.01);
  EXPECT_EQ(fits[on_target]->fit.networks, most_on_device + 20);  // whoever measures decides on the number
}

class Remeasured : public testing::Test {
 protected:
  Remeasured() : space_(find_preset("shapes-mini")->definition) {
    job_.space = space_.definition();
    for (NetworkId k = 0; k < 20; ++k) plan_.ids.push_back(k * (space_.size() / 20));
    plan_.fit = 16;
  }
  double usual(NetworkId id) const {
    return 0.05 + 2e-7 * static_cast<double>(space_.counts(space_.point(id)).macs);
  }
  static StageOutcome outcome(double latency, const std::string& processor = "one") {
    StageOutcome outcome;
    outcome.ok = true;
    outcome.host = "node";
    Machine machine;
    machine.processor = processor;
    outcome.output = {{"latency_ms", latency}, {"machine", to_json(machine)}};
    return outcome;
  }
  void measure_all() {
    for (const NetworkId id : plan_.ids) results_.add("calibrate", id, outcome(usual(id)));
  }
  std::vector<NetworkId> far_out() const { return networks_far_out(job_, space_, plan_, results_); }
  std::vector<MeasuredSample> samples() const { return measured_samples(job_, space_, plan_, results_); }

  Job job_;
  const Space space_;
  NetworkPlan plan_;
  Results results_;
};

TEST_F(Remeasured, AreThoseFarOutOnceAllAreMeasured) {
  measure_all();
  EXPECT_TRUE(far_out().empty());
  const NetworkId slow = plan_.ids[5], held_out = plan_.ids[18], failed = plan_.ids[7];
  results_.add("calibrate", slow, outcome(1.8 * usual(slow)));
  results_.add("calibrate", held_out, outcome(0.5 * usual(held_out)));
  StageOutcome crashed;
  crashed.error = "crashed";
  results_.add("calibrate", failed, crashed);
  EXPECT_EQ(far_out(), (std::vector{slow, held_out}));
  plan_.ids.push_back(3);  // not measured yet
  EXPECT_TRUE(far_out().empty());
}

TEST_F(Remeasured, TakeTheSmallerLatency) {
  measure_all();
  const NetworkId slow = plan_.ids[0], fast = plan_.ids[1], failed = plan_.ids[2];
  results_.add("calibrate", slow, outcome(3 * usual(slow)));
  results_.add(remeasure_name, slow, outcome(usual(slow), "another"));
  results_.add(remeasure_name, fast, outcome(2 * usual(fast)));
  StageOutcome crashed;
  crashed.error = "crashed";
  results_.add(remeasure_name, failed, crashed);
  const std::vector<MeasuredSample> taken = samples();
  EXPECT_EQ(taken[0].result.metrics[Metric::latency], usual(slow));
  EXPECT_EQ(taken[0].latency_first, 3 * usual(slow));
  EXPECT_EQ(taken[0].result.machine->processor, "another");
  EXPECT_EQ(taken[1].result.metrics[Metric::latency], usual(fast));
  EXPECT_EQ(taken[1].latency_again, 2 * usual(fast));
  EXPECT_EQ(taken[2].result.metrics[Metric::latency], usual(failed));
  EXPECT_TRUE(std::isnan(taken[2].latency_again));
  EXPECT_TRUE(std::isnan(taken[3].latency_first));
  job_.hardware.remeasure = false;
  EXPECT_EQ(samples()[0].result.metrics[Metric::latency], 3 * usual(slow));
}

TEST_F(Remeasured, MachinesAreTold) {
  measure_all();
  EXPECT_EQ(mixed_processors(measuring_machines(samples())), "");
  results_.add("calibrate", plan_.ids[4], outcome(1, "two"));
  const std::vector<MeasuringMachine> machines = measuring_machines(samples());
  ASSERT_EQ(machines.size(), 2u);
  EXPECT_EQ(machines[0].networks, 19u);
  EXPECT_EQ(machines[0].hosts, std::set<std::string>{"node"});
  EXPECT_THAT(mixed_processors(machines), HasSubstr("different processors: one (19), two (1)"));
  StageOutcome silent;
  silent.ok = true;
  silent.output = {{"latency_ms", 1}};
  results_.add("calibrate", plan_.ids[4], silent);
  EXPECT_EQ(measuring_machines(samples()).size(), 1u);  // a result of a version that did not say
}

}  // namespace
}  // namespace flash
