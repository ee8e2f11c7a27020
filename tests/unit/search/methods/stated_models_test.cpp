// The fitted models that data/models holds are usable as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "flash/core/random.hpp"
#include "flash/search/exact.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

// Hierarchical SHGO comes within 1 % under floors on accuracy and ceilings on latency that a random network
// just keeps.
void expect_near_the_optimum(const Models& models, Objective objective) {
  const Evaluator free(Space(models.space), models, objective, {});
  Philox random(5);
  for (int draw = 0; draw < 8; ++draw) {
    const Evaluation network = free.at(random.below(free.space().size()));
    Constraints constraints;
    if (draw % 4 != 1) constraints.accuracy_min = network.accuracy;
    if (draw % 4 > 0) constraints.metric_max[Metric::latency] = network.metrics[Metric::latency];
    objective.accuracy = draw < 4 ? 1 : 20;
    const Evaluator evaluator(Space(models.space), models, objective, constraints);
    const SearchResult found = search(evaluator, "shgo-hierarchical", 0, {});
    ASSERT_TRUE(found.found);
    EXPECT_GE(found.best.objective, 0.99 * solve_exact(evaluator).best.objective) << draw;
  }
}

TEST(StatedModels, AreSearchedAndProved) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(FLASH_SOURCE_DIR "/data/models")) {
    SCOPED_TRACE(entry.path().string());
    const Models models = read_models(entry.path());
    EXPECT_TRUE(models.provenance.contains("hardware"));
    found.push_back(entry.path().stem().string());
    Objective objective;
    objective.training_free = !models.accuracy;
    const Evaluator evaluator(Space(models.space), models, objective, {});
    const ExactResult best = solve_exact(evaluator);
    EXPECT_TRUE(best.complete);
    EXPECT_TRUE(best.found);
    EXPECT_LE(best.largest_cut_bound, best.best.objective * (1 + rounding_slack));
    if (models.space == find_preset("flash-63b")->definition) expect_near_the_optimum(models, objective);
  }
  EXPECT_THAT(found, testing::IsSupersetOf({"flash-63b-host", "flash-63b-imc"}));
}

}  // namespace
}  // namespace flash
