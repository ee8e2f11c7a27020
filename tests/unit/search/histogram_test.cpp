#include "flash/search/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <numeric>

#include "flash/core/error.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

std::vector<Evaluation> evaluate_all(const Evaluator& evaluator) {
  std::vector<Evaluation> all;
  for (std::uint64_t id = 0; id < evaluator.space().size(); ++id) all.push_back(evaluator.at(id));
  return all;
}

// One by one, by the definition of a bin.
std::vector<std::uint64_t> brute_force(const std::vector<Evaluation>& all, Quantity quantity,
                                       const std::vector<double>& edges) {
  std::vector<std::uint64_t> counts(edges.size() - 1);
  for (const Evaluation& evaluation : all) {
    const double v = value(evaluation, quantity);
    std::size_t bin = 0;
    while (bin + 1 < counts.size() && v >= edges[bin + 1]) ++bin;
    ++counts[bin];
  }
  return counts;
}

std::uint64_t total(const std::vector<std::uint64_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

// Edges that are values of the space: those where a rounding too many or too few shows.
std::vector<double> edges_on_values(const std::vector<Evaluation>& all, Quantity quantity, Philox& random) {
  std::vector<double> edges;
  for (int i = 0; i < 9; ++i) edges.push_back(value(all[random.below(all.size())], quantity));
  for (const Evaluation& e : {all.front(), all.back()}) edges.push_back(value(e, quantity));
  std::ranges::sort(edges);
  const auto repeated = std::ranges::unique(edges);
  edges.erase(repeated.begin(), repeated.end());
  if (edges.size() == 1) edges.push_back(edges.front());
  return edges;
}

// Every quantity of many small spaces: families, depth modes, readings, one to four cells, exponents, falling
// accuracies, metrics that fall with the skips, training-free searches.
TEST(Histogram, CountsWhatTheEvaluatorGives) {
  std::size_t with_metrics = 0, single = 0;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, 3000);
    const std::vector<Evaluation> all = evaluate_all(evaluator);
    Philox random(seed, 5);
    const std::vector<HistogramPart> parts = histogram_parts(evaluator.space());
    for (const Quantity quantity : quantities(evaluator)) {
      SCOPED_TRACE(name(quantity));
      const Histogram histogram = count_histogram(evaluator, quantity, 1, 1 + random.below(40));
      single += histogram.counts.size() == 1;
      with_metrics += quantity == Quantity::area;
      EXPECT_TRUE(std::ranges::is_sorted(histogram.edges));
      EXPECT_EQ(total(histogram.counts), all.size());
      ASSERT_EQ(histogram.counts, brute_force(all, quantity, histogram.edges));
      const std::vector<double> edges = edges_on_values(all, quantity, random);
      ASSERT_EQ(count_histogram(evaluator, quantity, edges, parts, 1).counts,
                brute_force(all, quantity, edges));
    }
  }
  EXPECT_GE(with_metrics, 150U);
  EXPECT_GE(single, 30U);
}

// Rectangles of many rows and columns, and rows that parts cut anywhere.
TEST(Histogram, PartsAddUpWhateverTheThreads) {
  for (const auto& widths : {std::vector<int>{1, 9, 40}, std::vector<int>{60, 40}, std::vector<int>{300}}) {
    CellSpace definition = small_space(widths, {3, 6});
    definition.wm = {1};
    Models models = simple_models(definition, 120);
    models.metrics[Metric::area] = MetricModel{1, {{"parameters", 1e-3}}};
    for (const double exponent : {1.0, 0.6}) {
      Objective objective;
      objective.accuracy = exponent;
      objective.metric[Metric::latency] = objective.metric[Metric::area] = exponent;
      const Evaluator evaluator{Space(definition), models, objective, {}};
      const std::vector<Evaluation> all = evaluate_all(evaluator);
      std::vector<HistogramPart> parts;  // of 7 rows
      for (const Stratum& stratum : evaluator.space().strata()) {
        const auto row = static_cast<std::uint64_t>(stratum.options.back());
        for (std::uint64_t first = 0; first < small_id(stratum.size) / row; first += 7) {
          const std::uint64_t rows = std::min<std::uint64_t>(7, small_id(stratum.size) / row - first);
          parts.push_back({stratum.index, first, rows, rows * row});
        }
      }
      for (const Quantity quantity : quantities(evaluator)) {
        SCOPED_TRACE(name(quantity));
        const Histogram whole = count_histogram(evaluator, quantity);
        EXPECT_EQ(whole.counts, brute_force(all, quantity, whole.edges));
        for (const unsigned threads : {1U, 3U})
          EXPECT_EQ(count_histogram(evaluator, quantity, whole.edges, parts, threads).counts, whole.counts);
      }
    }
  }
}

TEST(Histogram, PartsTileTheSpace) {
  CellSpace definition = small_space({700, 1500, 1}, {5});
  definition.wm = {1};
  for (const Space& space : {Space(definition), Space(small_space())}) {
    std::vector<HistogramPart> parts = histogram_parts(space);
    EXPECT_TRUE(std::ranges::is_sorted(parts, std::greater{}, &HistogramPart::size));
    std::ranges::sort(parts, {}, [](const HistogramPart& p) { return std::pair(p.stratum, p.first_row); });
    std::vector<std::uint64_t> next(space.strata().size());
    std::uint64_t size = 0;
    for (const HistogramPart& part : parts) {
      EXPECT_EQ(part.first_row, next[part.stratum]);
      next[part.stratum] += part.rows;
      size += part.size;
    }
    EXPECT_EQ(size, space.size());
  }
}

// An accuracy so flat that many configurations lie within the predictor's rounding of an edge.
TEST(Histogram, FlatAccuracy) {
  CellSpace definition = small_space();
  for (const double b : {1e-4, -1e-4, 1e-9, 0.0}) {
    SCOPED_TRACE(b);
    const Evaluator evaluator{Space(definition), simple_models(definition, b), {}, {}};
    const std::vector<Evaluation> all = evaluate_all(evaluator);
    const Histogram histogram = count_histogram(evaluator, Quantity::accuracy);
    EXPECT_EQ(histogram.counts.size(), std::abs(b) > 1e-5 ? 100U : 1U);
    EXPECT_EQ(histogram.counts, brute_force(all, Quantity::accuracy, histogram.edges));
  }
}

TEST(Histogram, ConstraintsDoNotMatter) {
  const CellSpace definition = small_space();
  Constraints constraints;
  constraints.metric_max[Metric::latency] = 0.6;
  const Evaluator free{Space(definition), simple_models(definition), {}, {}};
  const Evaluator bounded{Space(definition), simple_models(definition), {}, constraints};
  for (const Quantity quantity : quantities(free))
    EXPECT_EQ(count_histogram(free, quantity).counts, count_histogram(bounded, quantity).counts);
}

TEST(Histogram, IsStoppedBetweenParts) {
  const Evaluator evaluator = random_evaluator(3, 3000);
  const std::vector<HistogramPart> parts(20, histogram_parts(evaluator.space()).front());
  for (const Quantity quantity : quantities(evaluator)) {
    for (const unsigned threads : {1U, 3U}) {
      std::atomic<int> questions = 0;
      const auto stop = [&] { return ++questions > 2; };
      try {
        count_histogram(evaluator, quantity, histogram_edges(evaluator, quantity, 5), parts, threads, stop);
        FAIL() << "it was not stopped";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::stopped);
      }
      EXPECT_LE(questions, 2 + static_cast<int>(threads));
    }
  }
}

TEST(Histogram, SurvivesJson) {
  const Evaluator evaluator = random_evaluator(3, 3000);
  const Json json = to_json(count_histogram(evaluator, Quantity::objective));
  EXPECT_EQ(to_json(histogram_from_json(Json::parse(json.dump()))), json);
  for (const auto& [key, wrong] : {std::pair<const char*, Json>{"quantity", "colour"},
                                   {"quantity", 1},
                                   {"edges", Json::array({1, 2})},
                                   {"counts", Json::array()},
                                   {"seconds", "long"}}) {
    Json damaged = json;
    damaged[key] = wrong;
    EXPECT_THROW(histogram_from_json(damaged), Error) << key;
    damaged.erase(key);
    EXPECT_THROW(histogram_from_json(damaged), Error) << key;
  }
}

}  // namespace
}  // namespace flash
