// Where a table knows all accuracies, every method goes by them.
#include <gtest/gtest.h>

#include <algorithm>

#include "../spaces.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

TEST(KnownMethods, GoByTheTable) {
  Philox random{21};
  for (const bool cells : {true, false}) {
    Models models = test::simple_models(test::small_space({2, 3}, {3, 4}));
    if (!cells) {
      models.space = find_preset("nasbench201")->definition;
      models.reading = "capacity";
      models.metrics[Metric::latency] = MetricModel{0.5, {{"macs", 1e-7}, {"layers", 0.02}}};
      models.metrics[Metric::energy].reset();
    }
    std::vector<double> accuracies;
    const Space space(models.space);
    for (std::uint64_t id = 0; id < space.size(); ++id) accuracies.push_back(0.1 + 0.8 * random.uniform());
    models.known_accuracies = std::make_shared<const std::vector<double>>(accuracies);
    Constraints constraints;
    constraints.metric_max[Metric::latency] =
        Evaluator(space, models, Objective{}, Constraints{}).at(space.size() / 2).metrics[Metric::latency];
    const Evaluator evaluator(space, models, Objective{}, constraints);
    NetworkId best = 0;
    for (std::uint64_t id = 1; id < space.size(); ++id)
      if (better(evaluator.at(id), id, evaluator.at(best), best)) best = id;
    for (const SearchMethod* method : search_methods()) {
      const SearchResult result = search(evaluator, method->name, 3, {.evaluations = 3000});
      const Evaluation e = evaluator.at(result.best_id);
      EXPECT_TRUE(result.found) << method->name;
      EXPECT_EQ(result.best.objective, e.objective) << method->name;
      EXPECT_EQ(e.accuracy, accuracies[static_cast<std::size_t>(result.best_id)]) << method->name;
      EXPECT_LE(e.objective, evaluator.at(best).objective) << method->name;
      EXPECT_TRUE(!method->proves || result.best_id == best) << method->name;
      EXPECT_GT(e.objective, (cells ? 0.25 : 0.6) * evaluator.at(best).objective) << method->name;
    }
  }
}

}  // namespace
}  // namespace flash
