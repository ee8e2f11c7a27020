// The sweep of spaces of many choices, whose rows join slots, against evaluating everything.
#include <gtest/gtest.h>

#include <algorithm>

#include "choices.hpp"
#include "row_bounds.hpp"
#include "sweep_tables.hpp"
#include "sweep_truth.hpp"

namespace flash {
namespace {

using namespace test;

// Ceilings on some metrics, each met exactly by some network or lying between them.
Constraints random_ceilings(const Evaluator& evaluator, Philox& random) {
  Constraints constraints;
  for (const Metric m : evaluator.metrics())
    if (random.below(2) == 0) {
      const double value = evaluator.at(random.below(evaluator.space().size())).metrics[m];
      constraints.metric_max[m] = value * (random.below(2) == 0 ? 1 : 0.7 + 0.6 * random.uniform());
    }
  return constraints;
}

// Accuracy over some of the metrics; sometimes accuracy alone.
Objective random_ratio(Philox& random, bool training_free) {
  Objective objective;
  objective.training_free = training_free;
  for (const Metric m : plain_metrics) objective.metric[m] = random.below(3) == 0 ? 1 : 0;
  return objective;
}

// Of an additive score the checksum is the portable kernel's.
std::uint32_t checksum_of(const Evaluator& evaluator) {
  if (!evaluator.models().additive) return checksum(evaluator);
  return sweep_block(evaluator, {0, evaluator.space().size()}, {.top_k = 0, .kernel = "portable"}).checksum;
}

// Whole, by every kernel, and in blocks that cut through rows.
void expect_truth(const Evaluator& evaluator) {
  const BruteForce truth(evaluator);
  const std::uint32_t sum = checksum_of(evaluator);
  const std::uint64_t size = evaluator.space().size();
  for (const std::size_t top_k : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
    for (const std::string& kernel : sweep_kernel_names())
      expect_equal(sweep_block(evaluator, {0, size}, {top_k, 1, kernel}), truth, sum, top_k);
    for (const std::uint64_t target : {std::uint64_t{37}, std::uint64_t{1000}}) {
      std::vector<BlockResult> parts;
      for (const IdRange& block : tile(evaluator.space(), target))
        parts.push_back(sweep_block(evaluator, block, {.top_k = top_k}));
      expect_equal(merge(parts, top_k), truth, sum, top_k);
    }
  }
}

TEST(ChoiceSweep, EqualsTheEvaluatorOnRandomSpaces) {
  int infeasible = 0, additive = 0, maxima = 0, ceilings = 0, strata = 0, joined = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Philox random(seed, 81);
    const Drawn drawn = draw_choices(random, seed % 10 == 0 ? 20'000 : 2000);
    const auto score = draw_additive(drawn, random);
    SCOPED_TRACE(to_json(drawn.definition).dump());
    const Evaluator first = asked_at_random(drawn.definition, seed, random, "capacity", score);
    expect_truth(first);
    const Evaluator second(first.space(), first.models(),
                           random_ratio(random, first.objective().training_free),
                           random_ceilings(first, random));
    expect_truth(second);
    infeasible += !BruteForce(first).best.feasible();
    additive += score.has_value();
    maxima += std::isfinite(second.constraints().metric_max[Metric::peak_memory]);
    ceilings += std::ranges::count_if(second.constraints().metric_max,
                                      [](double max) { return std::isfinite(max); }) >= 3;
    strata += first.space().strata().size() > 1;
    SweepRows rows(first);
    rows.set_stratum(first.space().strata().back());
    joined += rows.options().size() < first.space().strata().back().cells();
  }
  EXPECT_GE(infeasible, 10);
  EXPECT_GE(additive, 80);
  EXPECT_GE(maxima, 20);
  EXPECT_GE(ceilings, 20);
  EXPECT_GE(strata, 100);
  EXPECT_GE(joined, 150);
}

// Where single precision were not trusted, configurations would be decided one by one, a hundred times as slowly.
TEST(ChoiceSweep, SinglePrecisionWillDo) {
  int strata = 0, left = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Philox random(seed, 82);
    const Drawn drawn = draw_choices(random, 6000);
    const auto score = draw_additive(drawn, random);
    const Evaluator evaluator = asked_at_random(drawn.definition, seed, random, "capacity", score);
    SweepRows rows(evaluator);
    SweepTables tables(evaluator);
    RowBounds bounds(evaluator);
    for (const Stratum& stratum : evaluator.space().strata()) {
      rows.set_stratum(stratum);
      tables.set_stratum(rows.tables());
      ++strata;
      left += !tables.trusted() || !bounds.set_stratum(rows.tables());
    }
  }
  EXPECT_GE(strata, 1000);
  EXPECT_LE(left, strata / 50);
}

// ProxylessNAS's operators at 12 or 13 positions, no two of them alike, and models.
Models few_choices() {
  SpaceDefinition definition = find_preset("proxylessnas")->definition;
  std::vector<std::string> stages{"16 x1 s2 = convolution k3", "16 x1..2"};
  for (int channels = 20; channels <= 60; channels += 4)
    stages.push_back(std::to_string(channels) + (channels % 16 == 0 ? " x1 s2" : " x1"));
  definition.settings["stages"] = stages;
  definition.settings["shape_skips"] = "projection";
  Models models = simple_models(definition, 60);
  models.reading = "capacity";
  // Shares of no common measure, so that values lie close.
  models.metrics[Metric::latency] = MetricModel{
      0.5, {{"macs", 1.31e-8}, {"layers", 0.0217}, {"traffic", 1.73e-7}, {"parameters", 1.19e-6}}};
  models.metrics[Metric::energy] =
      MetricModel{1, {{"parameters", 1.07e-5}, {"macs", 1.63e-8}, {"traffic", 1.1e-7}}};
  return models;
}

// Bounds between values that single precision does not tell apart.
TEST(ChoiceSweep, CountsExactlyAtSharpBounds) {
  const Models models = few_choices();
  const Evaluator free{Space(models.space), models, {}, {}};
  const IdRange block{4'000'005'678, 300'000};
  std::vector<Evaluation> all;
  for (std::uint64_t id = block.first_id; id < block.first_id + block.count; ++id) all.push_back(free.at(id));
  const auto sharp_bounds = [&](const auto& value) {
    std::vector<double> values, bounds;
    for (const Evaluation& e : all) values.push_back(value(e));
    std::ranges::sort(values);
    const double hair = 2e-8 * (values.back() - values.front());
    for (std::size_t i = 1; i < values.size() && bounds.size() < 60; ++i)
      if (const double gap = values[i] - values[i - 1]; i % 100 < 10 && gap > hair / 100 && gap < hair)
        bounds.push_back(values[i - i % 2]);
    EXPECT_EQ(bounds.size(), 60U);
    return bounds;
  };
  const auto expect = [&](const Constraints& constraints) {
    const Evaluator evaluator{free.space(), models, {}, constraints};
    const auto feasible = static_cast<std::uint64_t>(std::ranges::count_if(
        all, [&](const Evaluation& e) { return evaluator.judge(e.nn_degree, e.metrics).feasible(); }));
    for (const std::string& kernel : sweep_kernel_names())
      EXPECT_EQ(sweep_block(evaluator, block, {0, 1, kernel}).feasible, feasible);
  };
  for (const Metric m : {Metric::latency, Metric::energy})
    for (const double bound : sharp_bounds([m](const Evaluation& e) { return e.metrics[m]; })) {
      Constraints constraints;
      constraints.metric_max[m] = bound;
      expect(constraints);
    }
  for (const double bound : sharp_bounds([](const Evaluation& e) { return e.accuracy; })) {
    Constraints constraints;
    constraints.accuracy_min = bound;
    expect(constraints);
  }
}

// Blocks that begin and end within rows of 16,807 configurations, one of them in two strata; large enough for the pilot
// to set a floor and for threads to share them.
TEST(ChoiceSweep, KernelsAndThreadsAgreeOnLargeBlocks) {
  const Models models = few_choices();
  const Space space(models.space);
  const std::vector<Metric> all(all_metrics().begin(), all_metrics().end());
  const Evaluator free{space, models, {}, {}, all};
  ASSERT_EQ(space.strata().size(), 2U);
  SweepRows rows(free);
  rows.set_stratum(space.strata().back());
  EXPECT_EQ(rows.options().back(), 16'807);

  Objective accuracy, powers;
  for (double& exponent : accuracy.metric) exponent = 0;
  powers.accuracy = 2;
  powers.metric[Metric::energy] = 0;
  powers.metric[Metric::peak_memory] = 0.5;
  for (const IdRange block : {IdRange{small_id(space.strata().back().first_id) - 200'123, 400'000},
                              IdRange{5'000'001'234, 800'000}}) {
    std::vector<Evaluation> truth;
    for (std::uint64_t id = block.first_id; id < block.first_id + block.count; ++id)
      truth.push_back(free.at(id));
    const auto quantile = [&](double share, const auto& value) {
      std::vector<double> values;
      for (const Evaluation& e : truth) values.push_back(value(e));
      const auto at =
          values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size()));
      std::ranges::nth_element(values, at);
      return *at;
    };
    const auto ceiling = [&](Constraints& constraints, Metric m, double share) {
      constraints.metric_max[m] = quantile(share, [m](const Evaluation& e) { return e.metrics[m]; });
    };
    Constraints one, two, three, floor;
    ceiling(one, Metric::latency, 0.3);
    ceiling(two, Metric::parameters, 0.5);
    ceiling(two, Metric::peak_memory, 0.8);
    ceiling(three, Metric::latency, 0.6);
    ceiling(three, Metric::energy, 0.5);
    ceiling(three, Metric::macs, 0.7);
    floor.accuracy_min = quantile(0.4, [](const Evaluation& e) { return e.accuracy; });
    ceiling(floor, Metric::latency, 0.7);
    for (const Constraints& constraints : {Constraints{}, one, two, three, floor})
      for (const Objective& objective : {Objective{}, accuracy, powers}) {
        const Evaluator evaluator{space, models, objective, constraints};
        std::uint64_t feasible = 0;
        std::vector<Ranked> ranked;
        for (std::size_t i = 0; i < truth.size(); ++i) {
          const Evaluation e = evaluator.judge(truth[i].nn_degree, truth[i].metrics);
          if (!e.feasible()) continue;
          ++feasible;
          ranked.push_back({block.first_id + i, e.objective});
        }
        std::ranges::stable_sort(ranked, std::greater{}, &Ranked::objective);
        const std::uint32_t sum = sweep_block(evaluator, block, {.kernel = "portable"}).checksum;
        const auto expect = [&](const BlockResult& result, std::size_t top_k) {
          EXPECT_EQ(result.feasible, feasible);
          EXPECT_EQ(result.checksum, sum);
          std::vector<Ranked> expected = ranked;
          expected.resize(std::min(top_k, ranked.size()));
          EXPECT_EQ(result.top, expected);
        };
        for (const std::string& kernel : sweep_kernel_names())
          for (const unsigned threads : {1U, 3U})
            for (const std::size_t top_k : {std::size_t{1}, std::size_t{5000}})
              expect(sweep_block(evaluator, block, {top_k, threads, kernel}), top_k);
        std::vector<BlockResult> parts;
        for (std::uint64_t first = 0; first < block.count; first += 99'991)
          parts.push_back(sweep_block(
              evaluator, {block.first_id + first, std::min<std::uint64_t>(99'991, block.count - first)},
              {.top_k = 40}));
        expect(merge(parts, 40), 40);
      }
  }
}

}  // namespace
}  // namespace flash
