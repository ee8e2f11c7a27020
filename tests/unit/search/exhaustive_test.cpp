#include "flash/search/exhaustive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "sweep_truth.hpp"

namespace flash {
namespace {

using namespace test;

// Every configuration of many small spaces, bit for bit, whole and in blocks that cut through rows.
TEST(Sweep, EqualsTheEvaluator) {
  int infeasible = 0;
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, 6000);
    const BruteForce truth(evaluator);
    const std::uint32_t sum = checksum(evaluator);
    infeasible += truth.feasible == 0;
    const std::uint64_t size = evaluator.space().size();
    for (const std::size_t top_k : {std::size_t{0}, std::size_t{1}, std::size_t{7}}) {
      for (const std::string& kernel : sweep_kernel_names())
        expect_equal(sweep_block(evaluator, {0, size}, {top_k, 1, kernel}), truth, sum, top_k);
      for (const std::uint64_t target : {std::uint64_t{1}, std::uint64_t{37}, std::uint64_t{1000}}) {
        if (target == 1 && size > 500) continue;
        std::vector<BlockResult> parts;
        for (const IdRange& block : tile(evaluator.space(), target))
          parts.push_back(sweep_block(evaluator, block, {.top_k = top_k}));
        std::ranges::reverse(parts);
        expect_equal(merge(parts, top_k), truth, sum, top_k);
      }
    }
  }
  EXPECT_GE(infeasible, 5);
}

// Rows longer than a chunk.
TEST(Sweep, LongRows) {
  CellSpace definition = small_space({1, 150}, {3, 12});
  definition.wm = {1};
  Models models = simple_models(definition, 200);
  Constraints constraints;
  const Evaluator free{Space(definition), models, {}, {}};
  const Extremes range = extremes(free);
  constraints.accuracy_min = (range.least_accuracy + range.most_accuracy) / 2;
  constraints.metric_max[Metric::latency] = 0.7 * range.most_latency;
  Objective peak, all;
  peak.metric[Metric::peak_memory] = 1;
  for (const Metric m : exact_metrics) all.metric[m] = 0.5;
  Constraints memory = constraints;
  memory.metric_max[Metric::peak_memory] =
      free.in_full(free.space().size() * 2 / 3).metrics[Metric::peak_memory];
  for (const auto& [objective, some] :
       {std::pair{Objective{}, Constraints{}}, std::pair{Objective{}, constraints},
        std::pair{peak, Constraints{}}, std::pair{all, memory}, std::pair{Objective{}, memory}}) {
    const Evaluator evaluator{Space(definition), models, objective, some};
    const BruteForce truth(evaluator);
    for (const std::string& kernel : sweep_kernel_names())
      expect_equal(sweep_block(evaluator, {0, evaluator.space().size()}, {50, 1, kernel}), truth,
                   checksum(evaluator), 50);
  }
}

// A part of flash-63b that begins and ends within rows, large enough for the pilot to set a floor and for
// threads to share it.
TEST(Sweep, KernelsAndThreadsAgreeOnALargeBlock) {
  const SpaceDefinition& definition = find_preset("flash-63b")->definition;
  Models models = simple_models(definition, 150);
  models.metrics[Metric::area] = MetricModel{5, {{"parameters", 2e-5}, {"layers", 0.1}}};
  const IdRange block{30'000'001'234ULL, 2'500'000};
  const Evaluator free{Space(definition), models, {}, {}};
  std::vector<Evaluation> all;
  for (std::uint64_t id = block.first_id; id < block.first_id + block.count; ++id) all.push_back(free.at(id));
  const auto median = [&](auto value) {
    std::vector<double> values;
    for (const Evaluation& e : all) values.push_back(value(e));
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
  };
  Constraints floor, both;
  floor.accuracy_min = both.accuracy_min = median([](const Evaluation& e) { return e.accuracy; });
  both.metric_max[Metric::latency] = median([](const Evaluation& e) { return e.metrics[Metric::latency]; });
  both.metric_max[Metric::area] = 1.1 * median([](const Evaluation& e) { return e.metrics[Metric::area]; });
  for (const Constraints& constraints : {Constraints{}, floor, both}) {
    const Evaluator evaluator{Space(definition), models, {}, constraints};
    std::uint64_t feasible = 0;
    std::vector<Ranked> ranked;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Evaluation e = evaluator.judge(all[i].nn_degree, all[i].metrics);
      if (!e.feasible()) continue;
      ++feasible;
      ranked.push_back({block.first_id + i, e.objective});
    }
    std::ranges::stable_sort(ranked, std::greater{}, &Ranked::objective);
    const std::uint32_t sum = sweep_block(evaluator, block, {.kernel = "portable"}).checksum;
    for (const std::string& kernel : sweep_kernel_names())
      for (const unsigned threads : {1U, 3U})
        for (const std::size_t top_k : {std::size_t{1}, std::size_t{100}, std::size_t{20'000}}) {
          const BlockResult result = sweep_block(evaluator, block, {top_k, threads, kernel});
          EXPECT_EQ(result.feasible, feasible);
          EXPECT_EQ(result.checksum, sum);
          std::vector<Ranked> expected = ranked;
          expected.resize(std::min(top_k, ranked.size()));
          EXPECT_EQ(result.top, expected);
        }
  }
}

// Rows of as many options as vectors have lanes, one less and one more; values at and next to a bound.
TEST(Sweep, EdgesOfVectorsAndBounds) {
  for (const int most : {0, 14, 15, 16, 17, 31, 32}) {
    CellSpace definition = small_space({4, 8}, {12});
    definition.wm = {1};
    definition.skips.max = most;
    const Models models = simple_models(definition, 60);
    const Evaluator free{Space(definition), models, {}, {}};
    const std::uint64_t size = free.space().size();
    for (const std::uint64_t id : {std::uint64_t{0}, size / 3, size - 1})
      for (const double side : {0.0, 1.0, 1e9}) {
        Constraints constraints;
        constraints.metric_max[Metric::latency] = std::nextafter(free.at(id).metrics[Metric::latency], side);
        constraints.metric_max[Metric::energy] = std::nextafter(free.at(id).metrics[Metric::energy], side);
        constraints.accuracy_min = std::nextafter(free.at(id / 2).accuracy, 1 - side);
        const Evaluator evaluator{Space(definition), models, {}, constraints};
        const BruteForce truth(evaluator);
        for (const std::string& kernel : sweep_kernel_names())
          expect_equal(sweep_block(evaluator, {0, size}, {9, 1, kernel}), truth, checksum(evaluator), 9);
      }
  }
}

TEST(Sweep, RefusesAnUnknownKernel) {
  EXPECT_THROW(sweep_block(random_evaluator(4), {0, 1}, {.kernel = "avx1024"}), std::invalid_argument);
}

TEST(Tile, CoversTheSpaceOnce) {
  const Space space(small_space());
  for (const std::uint64_t target : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{100},
                                     std::uint64_t{999}, space.size(), ~std::uint64_t{0}}) {
    std::uint64_t next = 0;
    for (const IdRange& block : tile(space, target)) {
      EXPECT_EQ(block.first_id, next);
      EXPECT_GT(block.count, 0U);
      if (target > 1 && target < space.size()) {
        EXPECT_NEAR(static_cast<double>(block.count), static_cast<double>(target),
                    0.1 * static_cast<double>(target));
      }
      next += block.count;
    }
    EXPECT_EQ(next, space.size());
  }
}

TEST(Merge, RefusesGapsOverlapsAndNothing) {
  BlockResult a, b;
  a.block = {10, 5};
  b.block = {15, 5};
  EXPECT_EQ(merge({b, a}, 1).block.count, 10U);
  b.block.first_id = 16;
  EXPECT_THROW(merge({a, b}, 1), Error);
  b.block.first_id = 14;
  EXPECT_THROW(merge({a, b}, 1), Error);
  EXPECT_THROW(merge({a, a}, 1), Error);
  EXPECT_THROW(merge({}, 1), Error);
}

TEST(Sweep, ErrorsOfItsThreadsComeThrough) {
  const SpaceDefinition& definition = find_preset("flash-63b")->definition;
  const Evaluator evaluator{Space(definition), simple_models(definition), {}, {}};
  for (const unsigned threads : {1U, 3U}) {
    const SweepOptions options{.threads = threads,
                               .stop = []() -> bool { throw std::runtime_error("broken"); }};
    EXPECT_THROW(sweep_block(evaluator, {0, evaluator.space().size()}, options), std::runtime_error);
  }
}

// Of a block that would take a minute, a piece or two are swept before the stop.
TEST(Sweep, IsStoppedInTheMiddle) {
  const SpaceDefinition& definition = find_preset("flash-63b")->definition;
  const Evaluator evaluator{Space(definition), simple_models(definition), {}, {}};
  for (const unsigned threads : {1U, 3U}) {
    std::atomic<int> questions = 0;
    const SweepOptions options{.threads = threads, .stop = [&] { return ++questions > 2; }};
    try {
      sweep_block(evaluator, {0, evaluator.space().size()}, options);
      FAIL() << "it was not stopped";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::stopped);
    }
    EXPECT_LE(questions, 2 + static_cast<int>(threads));
  }
}

TEST(BlockResult, SurvivesJson) {
  BlockResult result = sweep_block(random_evaluator(4), {3, 50}, {.top_k = 3});
  result.checksum = ~std::uint32_t{0};
  const Json json = to_json(result);
  const BlockResult again = block_result_from_json(Json::parse(json.dump()));
  EXPECT_EQ(to_json(again), json);
  EXPECT_EQ(again.checksum, result.checksum);
  for (const auto& [key, value] : json.items()) {
    Json damaged = json;
    damaged.erase(key);
    EXPECT_THROW(block_result_from_json(damaged), Error) << key;
    damaged[key] = "what";
    EXPECT_THROW(block_result_from_json(damaged), Error) << key;
  }
  Json damaged = json;
  damaged["top"] = {1, 2};
  EXPECT_THROW(block_result_from_json(damaged), Error);
}

}  // namespace
}  // namespace flash
