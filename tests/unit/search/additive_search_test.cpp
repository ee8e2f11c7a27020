// Models whose accuracy rests on an additive score: what holds for NN-Degree holds for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/predict/additive_score.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/model_warnings.hpp"
#include "flash/search/pareto.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;

// Signs at random: slots rise and others fall.
AdditiveScore random_score(const SpaceDefinition& definition, std::uint64_t seed) {
  Philox random(seed, 79);
  AdditiveScore score{link_offset + random.normal(), {}};
  const std::vector<std::string> names{"log wm", "log depth", "log tc", "log macs", "log tc 1"};
  const Space space(definition);
  for (const std::string& name : names) {
    const AdditiveScore::Weight weight{name, 0.3 * random.normal(), 2};
    try {
      bound_score({link_offset, {weight}}, space);
      score.weights.push_back(weight);
    } catch (const Error&) {  // a space without that feature
    }
  }
  return score;
}

Evaluator additive_evaluator(std::uint64_t seed, std::uint64_t most_configurations) {
  const Evaluator theta = random_evaluator(seed, most_configurations);
  Models models = theta.models();
  Objective objective = theta.objective();
  objective.training_free = false;
  models.additive = random_score(models.space, seed);
  models.accuracy = additive_link();
  Philox sums(seed, 81);
  if (objective.is_sum()) objective = sum_at_random(Evaluator(theta.space(), models, {}, {}), sums);
  Constraints constraints = theta.constraints();
  if (std::isfinite(constraints.accuracy_min)) {
    const Evaluator free(theta.space(), models, objective, {});
    constraints.accuracy_min = free.at(Philox(seed, 80).below(free.space().size())).accuracy;
  }
  return Evaluator(theta.space(), std::move(models), objective, constraints);
}

TEST(AdditiveModels, SweepExactAndBruteForceAgree) {
  int uneven = 0, infeasible = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = additive_evaluator(seed, seed % 20 == 0 ? 3000 : 300);
    const BruteForce truth(evaluator);
    const ExactResult exact = solve_exact(
        evaluator, [] { return false; }, 5);
    EXPECT_EQ(exact.best_id, truth.best_id);
    EXPECT_EQ(exact.best.objective, truth.best.objective);
    EXPECT_EQ(exact.found, truth.feasible > 0);
    for (const std::string& kernel : sweep_kernel_names()) {
      const BlockResult sweep = sweep_block(evaluator, {0, evaluator.space().size()}, {5, 1, kernel});
      EXPECT_EQ(sweep.top, exact.top) << kernel;
      EXPECT_EQ(sweep.feasible, truth.feasible) << kernel;
    }
    uneven += !exact.monotone;
    infeasible += !exact.found;
  }
  EXPECT_GE(uneven, 100);
  EXPECT_GE(infeasible, 5);
}

TEST(AdditiveModels, AreWhatTheEvaluatorWeighs) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Evaluator evaluator = additive_evaluator(seed, 3000);
    const Space& space = evaluator.space();
    const auto score = accuracy_score(evaluator.models(), space);
    Philox random(seed);
    for (int k = 0; k < 10; ++k) {
      const NetworkId id = random.below(space.size());
      const Point point = space.point(id);
      const Stratum& stratum = space.stratum(point);
      const double expected = value(*score, stratum.shape, point.options, stratum.slots);
      EXPECT_EQ(evaluator.at(id).nn_degree, expected);
      EXPECT_EQ(evaluator.at(id).accuracy, additive_link()(expected));
    }
  }
}

TEST(AdditiveModels, HistogramsCountEveryConfiguration) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const Evaluator evaluator = additive_evaluator(seed, 1000);
    const BruteForce truth(evaluator);
    for (const Quantity quantity : quantities(evaluator)) {
      EXPECT_NE(quantity, Quantity::nn_degree);
      const Histogram histogram = count_histogram(evaluator, quantity, 1, 7);
      std::vector<std::uint64_t> counts(histogram.counts.size());
      for (const Evaluation& e : truth.all) {
        std::size_t bin = 0;
        while (bin + 1 < counts.size() && value(e, quantity) >= histogram.edges[bin + 1]) ++bin;
        ++counts[bin];
      }
      EXPECT_EQ(histogram.counts, counts) << seed << " " << name(quantity);
    }
  }
}

TEST(AdditiveModels, SurviveJsonAndOlderOnesAreRead) {
  Models models = simple_models(small_space());
  models.additive = random_score(models.space, 1);
  const Json json = to_json(models);
  EXPECT_EQ(json.at("version"), 2);
  const Models back = models_from_json(Json::parse(json.dump()));
  EXPECT_EQ(back.additive, models.additive);
  Json without = to_json(simple_models(small_space()));
  EXPECT_EQ(without.at("version"), 1);
  EXPECT_FALSE(without.contains("additive"));
  EXPECT_FALSE(models_from_json(without).additive);
}

TEST(AdditiveModels, WithoutAFeatureOrALinkAreBadData) {
  const auto refused = [](const Json& json, const std::string& part) {
    try {
      models_from_json(json);
      ADD_FAILURE() << "accepted: " << part;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), testing::HasSubstr(part));
    }
  };
  Models models = simple_models(small_space());
  models.additive = random_score(models.space, 1);
  Json json = to_json(models);
  Json other = json;
  other["additive"]["weights"].push_back({{"feature", "log bits"}, {"weight", 1}, {"centre", 0}});
  refused(other, "'log bits'");
  json["accuracy"] = nullptr;
  refused(json, "no accuracy model");
}

TEST(AdditiveModels, CountForNothingInATrainingFreeSearch) {
  Models models = additive_evaluator(1, 300).models();
  Objective objective;
  objective.training_free = true;
  const Evaluator evaluator(Space(models.space), models, objective, {});
  EXPECT_FALSE(evaluator.models().additive);
  EXPECT_EQ(evaluator.at(0).accuracy,
            evaluator.space().score(score_of(models.reading), evaluator.space().point(0)));
}

// Scores so far below those of any network that they would leave the link's range.
TEST(AdditiveModels, BeyondTheirLinkAreRefused) {
  Models models = additive_evaluator(1, 300).models();
  models.additive = AdditiveScore{-5, {}};
  try {
    const Evaluator evaluator(Space(models.space), models, {}, {});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
  }
}

TEST(AdditiveModels, OfOtherNetworksAreSaidToBe) {
  Models models = simple_models(small_space());
  models.accuracy = additive_link();
  models.additive = random_score(models.space, 3);
  models.accuracy->fitted = {1, 2};
  EXPECT_THAT(warnings(models), testing::Contains(testing::HasSubstr("the additive score is ")));
  EXPECT_THAT(extrapolated(models, Space(models.space), 5), testing::ElementsAre("accuracy"));
}

}  // namespace
}  // namespace flash
