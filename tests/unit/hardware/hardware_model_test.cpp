#include "flash/hardware/hardware_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../python.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/presets.hpp"

namespace flash {
namespace {

using Values = std::vector<double>;

class FitMetric : public testing::Test {
 protected:
  const Space space{find_preset("shapes-mini")->definition};

  std::vector<Configuration> draw(int count, std::uint64_t seed) const {
    Philox random(seed);
    std::vector<Configuration> networks;
    for (int i = 0; i < count; ++i) {
      const Stratum& stratum = space.strata()[random.below(space.strata().size())];
      networks.push_back(space.configuration(stratum.first_id + random.below(stratum.size)));
    }
    return networks;
  }

  // Values of a known model, each off by a relative error.
  Values measure(const MetricModel& model, const std::vector<Configuration>& networks, double noise,
                 std::uint64_t seed = 9) const {
    Philox random(seed);
    Values values;
    for (const Configuration& network : networks)
      values.push_back(model(space, network) * (1 + noise * random.normal()));
    return values;
  }

  MetricFit fit(const std::vector<Configuration>& networks, const Values& measured) const {
    return fit_metric(space, networks, measured, {}, {});
  }
};

const MetricModel known{0.2, {{"macs", 3e-8}, {"layers", 0.03}, {"traffic.0", 2e-6}}};

TEST_F(FitMetric, RecoversAKnownModelFromExactMeasurements) {
  const std::vector<Configuration> networks = draw(30, 1);
  const std::vector<Configuration> unseen = draw(50, 2);
  const MetricFit result =
      fit_metric(space, networks, measure(known, networks, 0), unseen, measure(known, unseen, 0));
  EXPECT_LT(result.fit.mape, 1e-6);
  EXPECT_LT(result.holdout.mape, 1e-6);
  EXPECT_NEAR(result.holdout.r2, 1, 1e-9);
  EXPECT_EQ(result.holdout.networks, 50u);
  EXPECT_GT(result.holdout.spearman, 0.999);
}

TEST_F(FitMetric, PredictsUnseenNetworksAboutAsWellAsTheNoiseAllows) {
  const std::vector<Configuration> networks = draw(25, 3);
  const std::vector<Configuration> unseen = draw(100, 4);
  const MetricFit result =
      fit_metric(space, networks, measure(known, networks, 0.04), unseen, measure(known, unseen, 0.04, 10));
  EXPECT_LT(result.fit.mape, 0.05);
  EXPECT_LT(result.holdout.mape, 0.06);
  EXPECT_LE(result.model.terms.size(), 8u);  // of 16 features
}

TEST_F(FitMetric, NeverTakesNegativeCoefficients) {
  // Falls with the MACs, which no non-negative combination can follow: the best is nearly constant.
  const std::vector<Configuration> networks = draw(20, 5);
  Values measured;
  for (const Configuration& network : networks)
    measured.push_back(100 / network_features(space, network, {"layers"})[0]);
  const MetricFit result = fit(networks, measured);
  EXPECT_GT(result.model.intercept, 0);
  for (const MetricModel::Term& term : result.model.terms) EXPECT_GT(term.coefficient, 0);
}

TEST_F(FitMetric, TakesAConstantForAConstant) {
  const MetricFit result = fit(draw(10, 6), Values(10, 7.5));
  EXPECT_NEAR(result.model.intercept, 7.5, 1e-12);
  EXPECT_TRUE(result.model.terms.empty());
  EXPECT_TRUE(std::isnan(result.fit.r2));
  EXPECT_TRUE(std::isnan(result.holdout.mape));
}

TEST_F(FitMetric, WorksWithTheFewestNetworks) {
  const std::vector<Configuration> networks = draw(4, 7);
  const MetricFit result = fit(networks, measure(known, networks, 0.02));
  EXPECT_TRUE(std::isfinite(result.fit.mape));
}

TEST_F(FitMetric, GivesModelsThatAreSumsOverCells) {
  const std::vector<Configuration> networks = draw(25, 8);
  const MetricModel model = fit(networks, measure(known, networks, 0.05)).model;
  for (const Configuration& network : draw(20, 9)) {
    const Stratum& stratum = space.stratum_of(space.id(network));
    double sum = model.intercept;
    double by_feature = model.intercept;
    for (int cell = 0; cell < 3; ++cell) {
      const int tc = network.skips[static_cast<std::size_t>(cell)];
      sum += model.cell_value(space.definition(), stratum, cell, tc);
      for (const MetricModel::Term& term : model.terms)
        by_feature += term.coefficient * cell_feature(space.definition(), stratum, cell, tc, term.feature);
    }
    EXPECT_EQ(model(space, network), sum);
    EXPECT_NEAR(by_feature, sum, 1e-12 * sum);
  }
}

TEST_F(FitMetric, IsDeterministic) {
  const std::vector<Configuration> networks = draw(25, 10);
  const Values measured = measure(known, networks, 0.1);
  EXPECT_EQ(to_json(fit(networks, measured).model), to_json(fit(networks, measured).model));
}

TEST_F(FitMetric, RefusesWhatIsNoMeasurement) {
  const std::vector<Configuration> networks = draw(6, 11);
  const Values good = measure(known, networks, 0.01);
  for (const double wrong :
       {0.0, -1.0, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    Values measured = good;
    measured[3] = wrong;
    try {
      fit(networks, measured);
      ADD_FAILURE() << "accepted " << wrong;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), testing::HasSubstr("measurement 3"));
    }
    EXPECT_THROW(fit_metric(space, networks, good, networks, measured), Error);
  }
  const std::span<const Configuration> all(networks);
  EXPECT_THROW(fit_metric(space, all.first(3), std::span(good).first(3), {}, {}), Error);
  EXPECT_THROW(fit_metric(space, all, std::span(good).first(5), {}, {}), Error);
}

TEST(Quality, EqualsItsDefinitionsInNumPy) {
  Philox random(12);
  Values measured, predicted;
  for (int i = 0; i < 30; ++i) {
    measured.push_back(1 + 10 * random.uniform());
    predicted.push_back(measured.back() * (1 + 0.2 * random.normal()));
  }
  const FitQuality result = quality(measured, predicted);
  const auto answer = ask_python(R"(
m, p = np.array(data['m']), np.array(data['p'])
result = [1 - np.sum((p - m)**2) / np.sum((m - m.mean())**2), np.mean(np.abs(p / m - 1)), np.max(np.abs(p / m - 1)),
          scipy.stats.spearmanr(m, p)[0]])",
                                 Json{{"m", measured}, {"p", predicted}});
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  EXPECT_NEAR(result.r2, (*answer)[0].get<double>(), 1e-12);
  EXPECT_NEAR(result.mape, (*answer)[1].get<double>(), 1e-12);
  EXPECT_NEAR(result.max_error, (*answer)[2].get<double>(), 1e-12);
  EXPECT_NEAR(result.spearman, (*answer)[3].get<double>(), 1e-12);
}

TEST(Quality, IsAbsentWithoutData) {
  const FitQuality result = quality({}, {});
  EXPECT_EQ(result.networks, 0u);
  EXPECT_TRUE(to_json(result)["mape"].is_null());
  EXPECT_THROW(quality(Values{1, 2}, Values{1}), Error);
}

TEST(MetricModelJson, ComesBackExactly) {
  const Json json = to_json(known);
  EXPECT_EQ(to_json(metric_model_from_json(Json::parse(json.dump()))), json);
}

TEST(MetricModelJson, RefusesDamage) {
  const auto refused = [](const char* text) {
    try {
      metric_model_from_json(Json::parse(text));
      return false;
    } catch (const Error& error) {
      return error.code() == ExitCode::bad_data;
    }
  };
  EXPECT_FALSE(refused(R"({"intercept": 0, "terms": []})"));
  EXPECT_TRUE(refused(R"([])"));
  EXPECT_TRUE(refused(R"({"terms": []})"));
  EXPECT_TRUE(refused(R"({"intercept": 0})"));
  EXPECT_TRUE(refused(R"({"intercept": -1, "terms": []})"));
  EXPECT_TRUE(refused(R"({"intercept": null, "terms": []})"));
  EXPECT_TRUE(refused(R"({"intercept": 0, "terms": {}})"));
  EXPECT_TRUE(refused(R"({"intercept": 0, "terms": [3]})"));
  EXPECT_TRUE(refused(R"({"intercept": 0, "terms": [{"feature": "macs"}]})"));
  EXPECT_TRUE(refused(R"({"intercept": 0, "terms": [{"feature": 1, "coefficient": 1}]})"));
  EXPECT_TRUE(refused(R"({"intercept": 0, "terms": [{"feature": "macs", "coefficient": -1}]})"));
}

}  // namespace
}  // namespace flash
