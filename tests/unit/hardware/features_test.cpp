#include "flash/hardware/features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/metric.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

// The share of a cell at each option.
std::vector<double> column(FeatureColumns& columns, std::string_view name, const Stratum& stratum,
                           std::size_t cell) {
  std::vector<double> values(static_cast<std::size_t>(stratum.options[cell]));
  columns.add(values, 1, name, stratum, cell);
  return values;
}

std::size_t option(const Point& network, std::size_t cell) {
  return static_cast<std::size_t>(network.options[cell]);
}

TEST(Features, NameTheTotalsAndEachCell) {
  EXPECT_THAT(
      feature_names(Space(find_preset("shapes-mini")->definition)),
      testing::ElementsAre("macs", "parameters", "traffic", "layers", "vector_macs", "joins",              //
                           "macs.0", "parameters.0", "traffic.0", "layers.0", "vector_macs.0", "joins.0",  //
                           "macs.1", "parameters.1", "traffic.1", "layers.1", "vector_macs.1", "joins.1",  //
                           "macs.2", "parameters.2", "traffic.2", "layers.2", "vector_macs.2", "joins.2"));
  EXPECT_THAT(feature_names(Space(find_preset("mnist-mlp")->definition)),
              testing::ElementsAre("macs", "parameters", "traffic", "layers", "vector_macs", "joins"));
}

TEST(Features, OfProcessorsAreFilledUpChannelsAndJoins) {
  CellSpace cells;
  cells.widths = {16, 20};
  cells.wm = {1};
  cells.depths = {4};
  cells.input = {3, 8, 10};
  const Space space(cells);
  const auto of = [&](const char* network) {
    return network_features(space, parse_network(space, network), {"vector_macs", "joins", "joins.0"});
  };
  // 3x3 of 3 -> 16, then three of 16 -> 16 at side 8; 16 -> 32 and three of 32 -> 32 at side 4; 32 -> 16 at the end.
  const double plain = 9.0 * 64 * (3 * 16 + 3 * 16 * 16) + 9.0 * 16 * (16 * 32 + 3 * 32 * 32);
  const std::vector<double> none = of("wm=1 depth=4 tc=0,0");
  EXPECT_EQ(none[0], plain + 80.0 * 16);
  EXPECT_EQ(none[1], 0);
  const std::vector<double> some = of("wm=1 depth=4 tc=1,3");
  EXPECT_EQ(some[1], 4);  // layers 2 and 3 of both
  EXPECT_EQ(some[2], 2);
  // 17 channels are read as 32, 23 as 32.
  EXPECT_EQ(some[0] - none[0], 9.0 * 64 * 2 * 16 * 16);
}

TEST(Features, OfANetworkAreItsCosts) {
  const Space space(find_preset("shapes-mini")->definition);
  Philox random(2);
  for (int i = 0; i < 50; ++i) {
    const Point network = space.point(random.below(space.size()));
    const Counts costs = counts(space.lower(network, 1));
    const std::vector<double> values =
        network_features(space, network, {"layers", "macs", "traffic", "parameters"});
    EXPECT_EQ(values[0], static_cast<double>(costs.layers));
    EXPECT_EQ(values[1], static_cast<double>(costs.macs));
    EXPECT_EQ(values[2], static_cast<double>(costs.traffic));
    EXPECT_EQ(values[3], static_cast<double>(costs.parameters));
    const std::vector<double> parts = network_features(space, network, {"macs.0", "macs.1", "macs.2"});
    EXPECT_EQ(parts[0] + parts[1] + parts[2], values[1]);
  }
}

TEST(Features, AreSumsOverCells) {
  const Space space(find_preset("cifar-small")->definition);
  const Point network = space.point(123'456'789);
  FeatureColumns columns(space, {});
  for (const std::string& name : feature_names(space)) {
    const std::vector<std::vector<double>> shares = slot_features(space, network, {name});
    ASSERT_EQ(shares.size(), 3u);
    double sum = 0;
    for (std::size_t cell = 0; cell < 3; ++cell) {
      const double share = column(columns, name, space.stratum(network), cell)[option(network, cell)];
      EXPECT_EQ(shares[cell], std::vector<double>{share}) << name;
      sum += share;
    }
    EXPECT_EQ(sum, network_features(space, network, {name})[0]) << name;
  }
}

TEST(Features, NeverFallWithTheSkips) {
  const Space space(find_preset("shapes-mini")->definition);
  const Stratum& stratum = space.strata().back();
  FeatureColumns columns(space, {});
  for (const std::string& name : feature_names(space))
    for (std::size_t cell = 0; cell < 3; ++cell) {
      const std::vector<double> values = column(columns, name, stratum, cell);
      EXPECT_GT(values.size(), 40u);
      EXPECT_TRUE(std::ranges::is_sorted(values)) << name << " of cell " << cell;
    }
}

TEST(Features, RefuseUnknownNames) {
  const Space space(find_preset("shapes-mini")->definition);
  FeatureColumns columns(space, {});
  for (const char* name : {"", "mac", "macs.", "macs.3", "macs.-1", "macs.x", "macs.0x", "macs.0.1", ".0",
                           "flops.0", "macs.99999999999999999999"}) {
    const auto expect_refused = [&](const auto& act) {
      try {
        act();
        ADD_FAILURE() << "accepted '" << name << "'";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_data);
        EXPECT_THAT(error.what(), testing::HasSubstr(std::string("'") + name + "'"));
      }
    };
    for (std::size_t cell = 0; cell < 3; ++cell)
      expect_refused([&] { column(columns, name, space.strata()[0], cell); });
    expect_refused([&] { network_features(space, space.point(0), {name}); });
  }
}

TEST(Metric, HasNameUnitAndKey) {
  EXPECT_EQ(name(Metric::latency), "latency");
  EXPECT_EQ(unit(Metric::energy), "mJ");
  EXPECT_EQ(key(Metric::area), "area_mm2");
  Measurement measurement;
  EXPECT_NE(measurement[Metric::energy], measurement[Metric::energy]);  // NaN until measured
  measurement[Metric::energy] = 3;
  EXPECT_EQ(*(measurement.begin() + 1), 3);
  EXPECT_EQ(ceiling_key(Metric::energy), "energy_max_mj");
  EXPECT_EQ(ceiling_key(Metric::macs), "macs_max");
  EXPECT_EQ(ceiling_key(Metric::peak_memory), "peak_memory_max_kib");
}

}  // namespace
}  // namespace flash
