#include "flash/hardware/features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/metric.hpp"
#include "flash/space/presets.hpp"
#include "flash/topology/costs.hpp"

namespace flash {
namespace {

TEST(Features, NameTheTotalsAndEachCell) {
  EXPECT_THAT(feature_names(find_preset("shapes-mini")->definition),
              testing::ElementsAre("macs", "parameters", "traffic", "layers",          //
                                   "macs.0", "parameters.0", "traffic.0", "layers.0",  //
                                   "macs.1", "parameters.1", "traffic.1", "layers.1",  //
                                   "macs.2", "parameters.2", "traffic.2", "layers.2"));
  EXPECT_THAT(feature_names(find_preset("mnist-mlp")->definition),
              testing::ElementsAre("macs", "parameters", "traffic", "layers"));
}

TEST(Features, OfANetworkAreItsCosts) {
  const Space space(find_preset("shapes-mini")->definition);
  Philox random(2);
  for (int i = 0; i < 50; ++i) {
    const Configuration network = space.configuration(random.below(space.size()));
    const Costs costs = network_costs(space, network);
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
  const Configuration network = space.configuration(123'456'789);
  const Stratum& stratum = space.stratum_of(123'456'789);
  for (const std::string& name : feature_names(space.definition())) {
    double sum = 0;
    for (int cell = 0; cell < 3; ++cell)
      sum += cell_feature(space.definition(), stratum, cell, network.skips[static_cast<std::size_t>(cell)],
                          name);
    EXPECT_EQ(sum, network_features(space, network, {name})[0]) << name;
  }
}

TEST(Features, NeverFallWithTheSkips) {
  const Space space(find_preset("shapes-mini")->definition);
  const Stratum& stratum = space.strata().back();
  for (const std::string& name : feature_names(space.definition()))
    for (int cell = 0; cell < 3; ++cell)
      for (int tc = 1; tc < 40; ++tc)
        EXPECT_GE(cell_feature(space.definition(), stratum, cell, tc, name),
                  cell_feature(space.definition(), stratum, cell, tc - 1, name));
}

TEST(Features, RefuseUnknownNames) {
  const SpaceDefinition definition = find_preset("shapes-mini")->definition;
  const Space space(definition);
  for (const char* name : {"", "mac", "macs.", "macs.3", "macs.-1", "macs.x", "macs.0x", "macs.0.1", ".0",
                           "flops.0", "macs.99999999999999999999"}) {
    for (int cell = 0; cell < 3; ++cell) {
      try {
        cell_feature(definition, space.strata()[0], cell, 0, name);
        ADD_FAILURE() << "accepted '" << name << "'";
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ExitCode::bad_data);
        EXPECT_THAT(error.what(), testing::HasSubstr(std::string("'") + name + "'"));
      }
    }
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
