// Features that say which operator stands where, against what networks say of themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/features.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"
#include "flash/space/places.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

Space space_of(const std::string& preset) { return Space(find_preset(preset)->definition); }

Point random_point(const Space& space, Philox& random) {
  return space.point((static_cast<NetworkId>(random()) << 40) % space.count());
}

TEST(PlaceFeatures, OnesAtEveryPlaceAndCountsOverAll) {
  const Space space = space_of("fbnet");
  const Point point =
      parse_network(space,
                    "op=k3_e6,skip,k3_e6,skip,skip,skip,skip,skip,skip,skip,skip,skip,skip,skip,skip,"
                    "skip,skip,skip,skip,skip,skip,k5_e3");
  EXPECT_THAT(
      network_features(space, point, {"op_0=k3_e6", "op_1=k3_e6", "op=k3_e6", "op=skip", "op_21=k5_e3"}),
      testing::ElementsAre(1, 0, 2, 19, 1));
}

TEST(PlaceFeatures, OfDepthsAndResolutionsBelongToTheStratum) {
  const Space space = space_of("mobilenet-v3");
  Philox random(3, 0);
  for (int k = 0; k < 20; ++k) {
    const Point point = random_point(space, random);
    const Json network = network_json(space, point);
    const std::vector<std::uint16_t> stands = space.places().operators(space, point);
    for (std::size_t p = 0; p < stands.size(); ++p) {
      const SpacePlace& place = space.places().places[p];
      for (std::size_t o = 0; o < place.operators.size(); ++o) {
        const std::string feature = std::string(place.name).append("=").append(place.operators[o]);
        EXPECT_EQ(network_features(space, point, {feature}).front(), stands[p] == o ? 1 : 0) << feature;
      }
    }
    const std::string resolution = std::string("resolution=").append(network["resolution"].dump());
    EXPECT_EQ(stratum_features(space, space.stratum(point), {resolution}).front(), 1) << resolution;
  }
}

// The tables of a search: base, then slot by slot.
TEST(PlaceFeatures, TablesAddUpToTheModel) {
  for (const char* preset :
       {"nasbench201", "fbnet", "proxylessnas", "mobilenet-v3", "ofa-mobilenet-v2", "resnet-cifar"}) {
    SCOPED_TRACE(preset);
    const Space space = space_of(preset);
    Philox random(5, 0);
    MetricModel model{1, {{"macs", 1e-9}}};
    for (const SpacePlace& place : space.places().places)
      for (const std::string& name : place.operators)
        if (random.below(2) == 0)
          model.terms.push_back({std::string(place.name).append("=").append(name), random.normal()});
    EXPECT_EQ(model.names_places(), !space.places().places.empty());
    FeatureColumns columns(space, {});
    for (int k = 0; k < 10; ++k) {
      const Point point = random_point(space, random);
      const Stratum& stratum = space.stratum(point);
      double sum = model.base(columns, stratum);
      for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot)
        sum += model.slot_values(columns, stratum, slot)[static_cast<std::size_t>(point.options[slot])];
      EXPECT_NEAR(sum, model(space, point), 1e-9 * std::abs(sum));
    }
  }
}

TEST(PlaceFeatures, OfWhatIsNotThereAreRefused) {
  const Space space = space_of("nasbench201");
  for (const char* feature : {"op_9=none", "op_0=pool", "depth=3", "=none", "op_0="}) try {
      network_features(space, space.point(0), {feature});
      ADD_FAILURE() << feature;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr(std::string("no feature '") + feature));
    }
  const Space cells = space_of("flash-63b");  // whose skips have no names
  EXPECT_TRUE(cells.places().places.empty());
  EXPECT_THROW(network_features(cells, cells.point(0), {"tc=3"}), Error);
}

}  // namespace
}  // namespace flash
