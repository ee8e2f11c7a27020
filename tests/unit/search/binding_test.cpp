#include "flash/search/binding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/search/exact.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;
using testing::HasSubstr;

TEST(Binding, NamesTheConstraintThatIsMissedByMost) {
  Evaluation evaluation;
  evaluation.accuracy = 0.8;
  evaluation.metrics[Metric::latency] = 3;
  evaluation.metrics[Metric::energy] = 5;
  Constraints constraints;
  constraints.accuracy_min = 0.88;
  constraints.metric_max[Metric::latency] = 2.5;
  const auto binding = binding_constraint(evaluation, constraints);
  ASSERT_TRUE(binding);
  EXPECT_EQ(binding->option(), "latency_max_ms");
  EXPECT_EQ(binding->bound, 2.5);
  EXPECT_EQ(binding->value, 3);
  EXPECT_DOUBLE_EQ(binding->miss, 0.2);
  constraints.metric_max[Metric::latency] = 2.9;
  EXPECT_EQ(binding_constraint(evaluation, constraints)->option(), "accuracy_min");
  constraints.metric_max[Metric::energy] = 4;
  EXPECT_EQ(binding_constraint(evaluation, constraints)->option(), "energy_max_mj");
  EXPECT_FALSE(binding_constraint(evaluation, {}));
  constraints = {};
  constraints.metric_max[Metric::energy] = 5;
  EXPECT_FALSE(binding_constraint(evaluation, constraints));
}

// The miss is the violation that searches minimise, and what is best alone is the best that there is.
TEST(Binding, AgreesWithBruteForceOnRandomSpaces) {
  int checked = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    const Evaluator evaluator = random_evaluator(seed, 300);
    const BruteForce truth(evaluator);
    const auto binding = binding_constraint(truth.best, evaluator.constraints());
    EXPECT_EQ(binding ? binding->miss : 0, truth.best.violation);
    for (const ConstraintCheck& check : best_alone(evaluator)) {
      double best = check.metric ? 1e300 : 0;
      for (const Evaluation& evaluation : truth.all)
        best = check.metric ? std::min(best, evaluation.metrics[*check.metric])
                            : std::max(best, evaluation.accuracy);
      EXPECT_NEAR(check.value, best, 1e-12 * best);
      ++checked;
    }
  }
  EXPECT_GE(checked, 200);
}

TEST(Binding, SaysWhatIsMissedAndWhatTheSpaceCanDo) {
  const CellSpace definition = small_space();
  Constraints constraints;
  constraints.accuracy_min = 0.999;
  constraints.metric_max[Metric::latency] = 100;
  const Evaluator evaluator(Space(definition), simple_models(definition), {}, constraints);
  const ExactResult result = solve_exact(evaluator);
  const std::string text = binding_text(evaluator, result.best_id);
  EXPECT_THAT(text, HasSubstr("id " + id_text(result.best_id) + " has accuracy 0."));
  EXPECT_THAT(text, HasSubstr(" % below accuracy_min = 0.999"));
  EXPECT_THAT(text, HasSubstr("accuracy is at most 0."));
  EXPECT_THAT(text, HasSubstr("so that nothing meets accuracy_min"));
  EXPECT_THAT(text, HasSubstr("latency is at least "));
  const Json json = binding_json(evaluator, result.best_id);
  EXPECT_EQ(json.at("binding").at("option"), "accuracy_min");
  EXPECT_EQ(json.at("binding").at("miss"), result.best.violation);
  EXPECT_EQ(json.at("alone").size(), 2U);
  EXPECT_EQ(json.at("alone")[1].at("met"), true);
  const Evaluator free(Space(definition), simple_models(definition), {}, {});
  EXPECT_TRUE(binding_json(free, 0).is_null());
}

}  // namespace
}  // namespace flash
