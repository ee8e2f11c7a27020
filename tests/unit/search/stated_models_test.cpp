// The fitted models that data/models holds are usable as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "flash/search/exact.hpp"

namespace flash {
namespace {

TEST(StatedModels, AreSearchedExactly) {
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
  }
  EXPECT_THAT(found, testing::IsSupersetOf({"flash-63b-host", "flash-63b-imc"}));
}

}  // namespace
}  // namespace flash
