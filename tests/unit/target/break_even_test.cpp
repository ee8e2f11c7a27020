// Up to which share of kept weights pruning pays on targets.
#include "flash/target/break_even.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/target/target_of.hpp"

namespace flash {
namespace {

NetworkGraph two_layers() {
  NetworkGraph graph(16, 8);
  const auto x = graph.append(operators::convolution(16, 64, 3, 1, 8), NetworkGraph::image);
  graph.append(operators::linear(64, 100, 8), x);
  return graph;
}

// Whose energy is a function of the kept shares.
class Toy : public TargetOf<Toy> {
 public:
  std::function<double(std::span<const LayerForm>)> energy;

  static void add_options(SectionBuilder<Toy>&) {}
  std::string_view name() const override { return "toy"; }
  std::string_view description() const override { return "a toy"; }
  bool measures(Metric) const override { return true; }
  std::string why_unbounded(Metric, bool) const override { return ""; }
  Json task(const Space&, NetworkId, std::uint64_t) const override { return {}; }
  std::vector<TaskInput> inputs(const SpaceDefinition&, std::uint64_t) const override { return {}; }
  Json provenance() const override { return {}; }
  std::vector<SettingPair> compared(const Json&, const Json&) const override { return {}; }
  Json attributes() const override { return {}; }
  std::optional<Measurement> modelled(const NetworkGraph&, std::span<const LayerForm> forms) const override {
    Measurement measurement;
    measurement[Metric::energy] = energy(forms);
    return measurement;
  }
};

std::vector<double> of_toy(std::function<double(std::span<const LayerForm>)> energy) {
  Toy toy;
  toy.energy = std::move(energy);
  return break_evens(toy, two_layers(), {}).value();
}

std::vector<double> shares_of(const Target& target, const PruningQuestion& question) {
  return break_evens(target, two_layers(), question).value();
}

TEST(BreakEvens, AreWhereTheCostsCross) {
  // Dense 10; sparse 4 and 12 a share: equal at half.
  const std::vector<double> found = of_toy([](auto forms) {
    double sum = 0;
    for (const LayerForm& form : forms) sum += form.kept == 1 ? 10 : 4 + 12 * form.kept;
    return sum;
  });
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(found[0], 0.5, 1e-4);
  EXPECT_LE(found[0], 0.5);
  EXPECT_EQ(found[1], found[0]);
}

TEST(BreakEvens, AreNothingWhereNoShareGains) {
  EXPECT_EQ(of_toy([](auto) { return 1.0; }), (std::vector<double>{0, 0}));  // costs the same
  EXPECT_EQ(of_toy([](auto forms) { return forms[0].kept < 1 ? 2.0 : 1.0; })[0], 0);
  // The first layer alone gains, at any share.
  EXPECT_EQ(of_toy([](auto forms) { return forms[0].kept; }), (std::vector<double>{1, 0}));
}

TEST(BreakEvens, EndAtTheFirstShareThatCostsMore) {
  const double found = of_toy([](auto forms) {
    const double kept = forms[0].kept;
    return kept == 1 ? 10 : kept < 0.2 ? 1 : kept < 0.3 ? 11 : 5;
  })[0];
  EXPECT_NEAR(found, 0.2, 1e-4);
}

TEST(BreakEvens, OfTheImcChipNeedGroups) {
  const Targets all;
  const Target& imc = all.named("imc");
  EXPECT_EQ(shares_of(imc, {Pruned::weights, 8, Metric::energy}), (std::vector<double>{0, 0}));
  for (const double share : shares_of(imc, {Pruned::filters, 8, Metric::energy})) EXPECT_GT(share, 0.9);
  // Area falls with tiles alone: 4096 x 800 cells are 16 x 4 crossbars, on 4 tiles; the other layer's is one.
  const std::vector<double> area = shares_of(imc, {Pruned::rows, 8, Metric::area});
  EXPECT_EQ(area[0], 0);
  EXPECT_GT(area[1], 0.2);
}

TEST(BreakEvens, OfTheDigitalChipAreHighForEnergyAndHalfForLatency) {
  const Targets all;
  const Target& digital = all.named("digital");
  const PruningQuestion question{Pruned::weights, 8, Metric::energy};
  for (const double share : shares_of(digital, question)) EXPECT_GT(share, 0.8);
  // Half of the units work in a sparse layer; a convolution multiplies most of the time.
  const double latency = shares_of(digital, {Pruned::weights, 8, Metric::latency})[0];
  EXPECT_GT(latency, 0.4);
  EXPECT_LT(latency, 0.6);
}

TEST(BreakEvens, NeedAModelOfTheMetric) {
  const Targets all;
  EXPECT_FALSE(break_evens(all.named("host"), two_layers(), {}));
  EXPECT_FALSE(break_evens(all.named("table"), two_layers(), {}));
  Toy toy;
  toy.energy = [](auto) { return 1.0; };
  EXPECT_THROW(break_evens(toy, two_layers(), {.metric = Metric::latency}), Error);
}

TEST(Modelled, IsWhatADigitalTaskMeasures) {
  const Targets all;
  const Target& digital = all.named("digital");
  const Space space(find_preset("shapes-mini")->definition);
  const NetworkId id = 17;
  const Json values = digital.task(space, id, 5).at("values");
  const NetworkGraph graph = space.lower(space.point(id), 5);
  const Measurement modelled = digital.modelled(graph, dense_forms(graph, 8)).value();
  for (const Metric metric : plain_fitted_metrics)
    EXPECT_EQ(values.at(std::string(key(metric))).get<double>(), modelled[metric]);
}

}  // namespace
}  // namespace flash
