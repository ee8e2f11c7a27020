#include "flash/hardware/hardware_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../cell_networks.hpp"
#include "../python.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using Values = std::vector<double>;

class FitMetric : public testing::Test {
 protected:
  const Space space{find_preset("shapes-mini")->definition};

  std::vector<Point> draw(int count, std::uint64_t seed) const {
    Philox random(seed);
    std::vector<Point> networks;
    for (int i = 0; i < count; ++i) {
      const Stratum& stratum = space.strata()[random.below(space.strata().size())];
      networks.push_back(space.point(stratum.first_id + random.below(small_id(stratum.size))));
    }
    return networks;
  }

  // Values of a known model, each off by a relative error.
  Values measure(const MetricModel& model, const std::vector<Point>& networks, double noise,
                 std::uint64_t seed = 9) const {
    Philox random(seed);
    Values values;
    for (const Point& network : networks)
      values.push_back(model(space, network) * (1 + noise * random.normal()));
    return values;
  }

  MetricFit fit(const std::vector<Point>& networks, const Values& measured) const {
    return fit(networks, measured, {}, {});
  }
  MetricFit fit(std::span<const Point> networks, std::span<const double> measured,
                std::span<const Point> unseen, std::span<const double> unseen_measured) const {
    const std::vector<std::string> names = feature_names(space);
    return fit_metric(names, fit_data(space, names, networks, measured),
                      fit_data(space, names, unseen, unseen_measured));
  }
};

const MetricModel known{0.2, {{"macs", 3e-8}, {"layers", 0.03}, {"traffic.0", 2e-6}}};

TEST_F(FitMetric, RecoversAKnownModelFromExactMeasurements) {
  const std::vector<Point> networks = draw(30, 1);
  const std::vector<Point> unseen = draw(50, 2);
  const MetricFit result = fit(networks, measure(known, networks, 0), unseen, measure(known, unseen, 0));
  EXPECT_LT(result.fit.mape, 1e-6);
  EXPECT_LT(result.holdout.mape, 1e-6);
  EXPECT_NEAR(result.holdout.r2, 1, 1e-9);
  EXPECT_EQ(result.holdout.networks, 50u);
  EXPECT_GT(result.holdout.spearman, 0.999);
}

TEST_F(FitMetric, PredictsUnseenNetworksAboutAsWellAsTheNoiseAllows) {
  const std::vector<Point> networks = draw(25, 3);
  const std::vector<Point> unseen = draw(100, 4);
  const MetricFit result =
      fit(networks, measure(known, networks, 0.04), unseen, measure(known, unseen, 0.04, 10));
  EXPECT_LT(result.fit.mape, 0.05);
  EXPECT_LT(result.holdout.mape, 0.06);
  EXPECT_LE(result.model.terms.size(), 8u);  // of 16 features
}

// Of more than 500 networks the least squares are those of a triangle, which says the same. Three times the same, in the
// same parts of every cross-validation, are such.
TEST_F(FitMetric, ManyNetworksAreFittedAsFewAre) {
  const std::vector<Point> few = draw(400, 3);
  const Values measured = measure(known, few, 0.04);
  std::vector<Point> many;
  Values measured_many;
  for (int copy = 0; copy < 3; ++copy) {
    many.insert(many.end(), few.begin(), few.end());
    measured_many.insert(measured_many.end(), measured.begin(), measured.end());
  }
  const MetricModel of_few = fit(few, measured).model, of_many = fit(many, measured_many).model;
  for (const Point& network : draw(50, 4))
    EXPECT_NEAR(of_many(space, network) / of_few(space, network), 1, 1e-9);
}

TEST_F(FitMetric, NeverTakesNegativeCoefficients) {
  // Falls with the MACs, which no non-negative combination can follow: the best is nearly constant.
  const std::vector<Point> networks = draw(20, 5);
  Values measured;
  for (const Point& network : networks)
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
  const std::vector<Point> networks = draw(4, 7);
  const MetricFit result = fit(networks, measure(known, networks, 0.02));
  EXPECT_TRUE(std::isfinite(result.fit.mape));
}

TEST_F(FitMetric, GivesModelsThatAreSumsOverCells) {
  const std::vector<Point> networks = draw(25, 8);
  const MetricModel model = fit(networks, measure(known, networks, 0.05)).model;
  std::vector<std::string> names;
  for (const MetricModel::Term& term : model.terms) names.push_back(term.feature);
  FeatureColumns columns(space, {});
  for (const Point& network : draw(20, 9)) {
    const std::vector<Values> shares = slot_features(space, network, names);
    double sum = model.intercept;
    double by_feature = model.intercept;
    for (std::size_t cell = 0; cell < 3; ++cell) {
      const Values values = model.slot_values(columns, space.stratum(network), cell);
      sum += values[static_cast<std::size_t>(network.options[cell])];
      for (std::size_t t = 0; t < names.size(); ++t)
        by_feature += model.terms[t].coefficient * shares[cell][t];
    }
    EXPECT_EQ(model(space, network), sum);
    EXPECT_NEAR(by_feature, sum, 1e-12 * sum);
  }
}

TEST_F(FitMetric, IsDeterministic) {
  const std::vector<Point> networks = draw(25, 10);
  const Values measured = measure(known, networks, 0.1);
  EXPECT_EQ(to_json(fit(networks, measured).model), to_json(fit(networks, measured).model));
}

TEST_F(FitMetric, RefusesWhatIsNoMeasurement) {
  const std::vector<Point> networks = draw(6, 11);
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
    EXPECT_THROW(fit(networks, good, networks, measured), Error);
  }
  const std::span<const Point> all(networks);
  EXPECT_THROW(fit(all.first(3), std::span(good).first(3), {}, {}), Error);
  EXPECT_THROW(fit(all, std::span(good).first(5), {}, {}), Error);
}

// What a user wants of a band: that it holds what the next network is measured at, although the features were
// chosen by the same networks.
TEST_F(FitMetric, ItsBandHoldsTheMeasurementsOfNewNetworks) {
  for (const int count : {8, 25, 60}) {
    int within = 0, all = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      const std::vector<Point> networks = draw(count, 100 + seed);
      const std::vector<Point> unseen = draw(50, 200 + seed);
      const MetricModel model = fit(networks, measure(known, networks, 0.1, 300 + seed)).model;
      const Values measured = measure(known, unseen, 0.1, 400 + seed);
      for (std::size_t i = 0; i < unseen.size(); ++i, ++all) {
        const Prediction prediction = predict(model, space, unseen[i]);
        within += std::abs(prediction.value - measured[i]) <= prediction.band;
      }
    }
    EXPECT_NEAR(static_cast<double>(within) / all, 0.95, 0.04) << count << " networks";
  }
}

// The band against its definition, worked out in NumPy on the columns that were kept.
TEST_F(FitMetric, GivesThePredictionBandOfWeightedLeastSquares) {
  const std::vector<Point> networks = draw(30, 13);
  const Values measured = measure(known, networks, 0.05);
  const MetricModel model = fit(networks, measured).model;
  ASSERT_TRUE(model.support);
  std::vector<std::string> names;
  for (const MetricModel::Term& term : model.terms) names.push_back(term.feature);
  ASSERT_EQ(names.size() + 1, model.terms.size() + (model.intercept > 0 ? 1 : 0))
      << "the test needs an intercept";
  const FitData data = fit_data(space, names, networks, measured);
  const auto answer =
      ask_python(R"(
y = np.array(data['y'])
X = np.column_stack([np.ones(len(y)), np.array(data['X'])])
R = X / y[:, None]
w, *_ = np.linalg.lstsq(R, np.ones(len(y)), rcond=None)
dof = len(y) - R.shape[1]
inverse = np.linalg.inv((R / np.linalg.norm(R, axis=0)).T @ (R / np.linalg.norm(R, axis=0)))
scaled = X / np.linalg.norm(R, axis=0)
variance = (X @ w)**2 + np.einsum('ij,jk,ik->i', scaled, inverse, scaled)
result = list(scipy.stats.t.ppf(0.975, dof) * data['sigma'] * np.sqrt(variance)))",
                 Json{{"y", measured}, {"X", data.features}, {"sigma", model.support->sigma}});
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  for (std::size_t i = 0; i < networks.size(); ++i) {
    const double expected = (*answer)[i].get<double>();
    EXPECT_NEAR(predict(model, space, networks[i]).band, expected, 1e-6 * expected);
  }
}

TEST_F(FitMetric, SaysWhereItExtrapolates) {
  std::vector<Point> small;
  for (const Point& network : draw(200, 14)) {
    const test::CellNetwork named = test::network_of(space, network);
    if (named.wm == 1 && named.depths.front() <= 5) small.push_back(network);
  }
  const MetricModel model = fit(small, measure(known, small, 0.01)).model;
  for (const Point& network : small) EXPECT_FALSE(predict(model, space, network).extrapolated);
  const Point large = test::point_of(space, {2, {7, 7, 7}, {40, 80, 160}});
  const Prediction beyond = predict(model, space, large);
  EXPECT_TRUE(beyond.extrapolated);
  EXPECT_GT(beyond.band, predict(model, space, small.front()).band);
  EXPECT_EQ(beyond.value, model(space, large));
}

TEST(FitSupport, KnowsTheConvexHull) {
  FitSupport support;
  support.networks = {{0, 0}, {10, 0}, {0, 10}};  // a triangle
  for (const auto& inside : {Values{0, 0}, Values{5, 5}, Values{2, 3}, Values{9.9, 0.05}, Values{5.05, 5.05}})
    EXPECT_FALSE(support.outside(inside)) << inside[0] << ' ' << inside[1];
  for (const auto& outside : {Values{6, 6}, Values{-0.5, 1}, Values{11, 0}, Values{9, 3}, Values{1e9, 1e9}})
    EXPECT_TRUE(support.outside(outside)) << outside[0] << ' ' << outside[1];
  support.networks = {{3, 1}, {3, 2}};  // all share the first feature
  EXPECT_FALSE(support.outside(Values{3, 1.5}));
  EXPECT_TRUE(support.outside(Values{4, 1.5}));
}

TEST(FitSupport, ComesBackExactlyAndRefusesDamage) {
  MetricModel model = known;
  model.terms.resize(1);
  model.support = FitSupport{{{1.0 / 3}, {2}}, 0.01, 2, {1, 0.5, 0.5, 2}};
  const Json json = to_json(model);
  EXPECT_EQ(to_json(metric_model_from_json(Json::parse(json.dump()))), json);
  const auto refused = [&](const char* key, const Json& value) {
    Json damaged = json;
    damaged["support"][key] = value;
    try {
      metric_model_from_json(damaged);
      return false;
    } catch (const Error& error) {
      return error.code() == ExitCode::bad_data;
    }
  };
  EXPECT_TRUE(refused("networks", Json::array({Json::array({1, 2})})));
  EXPECT_TRUE(refused("inverse", Json::array({1})));
  EXPECT_TRUE(refused("sigma", -1));
  EXPECT_TRUE(refused("degrees_of_freedom", "many"));
  EXPECT_TRUE(refused("degrees_of_freedom", 2'147'483'647));  // a band would take hours
}

TEST(Prediction, ByFeaturesEqualsThatByConfiguration) {
  const Space space(find_preset("shapes-mini")->definition);
  const Point network = test::point_of(space, {2, {6, 6, 6}, {5, 20, 40}});
  const std::vector<std::string> names = feature_names(space);
  const Prediction prediction = predict(known, names, network_features(space, network, names));
  EXPECT_NEAR(prediction.value, known(space, network), 1e-12);
  EXPECT_TRUE(std::isnan(prediction.band));
  EXPECT_FALSE(prediction.extrapolated);
  EXPECT_THROW(predict(known, {"macs"}, Values{1e6}), Error);
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
          scipy.stats.spearmanr(m, p)[0], np.mean(np.abs(m.mean() / m - 1))])",
                                 Json{{"m", measured}, {"p", predicted}});
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  EXPECT_NEAR(result.r2, (*answer)[0].get<double>(), 1e-12);
  EXPECT_NEAR(result.mape, (*answer)[1].get<double>(), 1e-12);
  EXPECT_NEAR(result.max_error, (*answer)[2].get<double>(), 1e-12);
  EXPECT_NEAR(result.spearman, (*answer)[3].get<double>(), 1e-12);
  EXPECT_NEAR(result.mape_mean, (*answer)[4].get<double>(), 1e-12);
}

TEST(Quality, TellsWhereTheMeanWouldDoAsWell) {
  const Values measured{1, 2, 3, 4};
  EXPECT_FALSE(no_better_than_mean(quality(measured, Values{1.2, 2, 3, 3.8})));
  EXPECT_TRUE(no_better_than_mean(quality(measured, Values(4, 2.5))));
  EXPECT_TRUE(no_better_than_mean(quality(measured, Values{4, 3, 2, 1})));
  // R2 looks at the large ones, MAPE at the small ones.
  EXPECT_TRUE(no_better_than_mean(quality(Values{0.001, 0.001, 1, 9}, Values{3, 5, 1, 9})));
  EXPECT_FALSE(no_better_than_mean(quality(Values(4, 7.5), Values(4, 7.5 + 1e-15))));
  EXPECT_FALSE(no_better_than_mean(quality({}, {})));
}

TEST(Quality, VerdictIsThatOfHeldOutNetworksBeforeFittedOnes) {
  const Values measured{1, 2, 3, 4};
  const FitQuality good = quality(measured, Values{1.2, 2, 3, 3.8}),
                   bad = quality(measured, Values{4, 3, 2, 1});
  EXPECT_EQ(verdict("latency", good, good), "");
  EXPECT_EQ(verdict("latency", good, quality({}, {})), "");
  EXPECT_NE(verdict("energy", good, bad).find("energy model does not hold"), std::string::npos);
  EXPECT_NE(verdict("energy", bad, bad).find("4 held-out networks"), std::string::npos);
  EXPECT_NE(verdict("area", bad, quality({}, {})).find("4 fitted networks"), std::string::npos);
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
