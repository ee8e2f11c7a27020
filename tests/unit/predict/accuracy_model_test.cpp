#include "flash/predict/accuracy_model.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "../python.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

using Values = std::vector<double>;

Values spread(double low, double high, int count) {
  Values values;
  for (int i = 0; i < count; ++i) values.push_back(low * std::pow(high / low, (i + 0.5) / count));
  return values;
}

Values accuracies(const AccuracyModel& model, const Values& g, double noise = 0, std::uint64_t seed = 1) {
  Philox random(seed);
  Values values;
  for (const double value : g)
    values.push_back(1 / (model.a + std::exp(model.b / value + model.c)) + noise * random.normal());
  return values;
}

void expect_refused(const Values& g, const Values& accuracy, const std::string& reason) {
  try {
    fit_accuracy(g, accuracy);
    FAIL() << "not refused: " << reason;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), testing::HasSubstr(reason));
  }
}

TEST(AccuracyModel, FollowsItsFormula) {
  const AccuracyModel model{1.05, 40, -1.5};
  EXPECT_DOUBLE_EQ(model(80), 1 / (1.05 + std::exp(0.5 - 1.5)));
  EXPECT_TRUE(model.increasing());
  EXPECT_FALSE((AccuracyModel{1, -1, 0}).increasing());
}

TEST(AccuracyModel, StaysBetweenZeroAndOneWhateverTheParameters) {
  for (const AccuracyModel& model :
       {AccuracyModel{0, 1e6, 0}, AccuracyModel{0, -1e6, 0}, AccuracyModel{0, 0, -900}}) {
    for (const double g : {1e-300, 1.0, 1e300}) {
      EXPECT_GT(model(g), 0);
      EXPECT_LE(model(g), 1);
    }
  }
}

struct Known {
  AccuracyModel model;
  double low;
  double high;
};

class RecoversNoiselessData : public testing::TestWithParam<Known> {};

TEST_P(RecoversNoiselessData, ToOneInAMillion) {
  const auto& [model, low, high] = GetParam();
  const Values g = spread(low, high, 25);
  const AccuracyFit fit = fit_accuracy(g, accuracies(model, g));
  EXPECT_TRUE(fit.converged);
  EXPECT_NEAR(fit.model.a, model.a, 1e-6 * std::abs(model.a));
  EXPECT_NEAR(fit.model.b, model.b, 1e-6 * std::abs(model.b));
  EXPECT_NEAR(fit.model.c, model.c, 1e-6 * std::abs(model.c));
  EXPECT_LT(fit.rmse_fit, 1e-9);
  EXPECT_LT(fit.rmse_loo, 1e-8);
}

INSTANTIATE_TEST_SUITE_P(Scales, RecoversNoiselessData,
                         testing::Values(Known{{1.05, 40, -1.5}, 30, 400},     // NN-Degree
                                         Known{{1.2, 5, -2.2}, 3, 30},         // of small networks
                                         Known{{1.1, 3e4, -1}, 1e4, 1e7},      // parameters
                                         Known{{1.3, 2e7, -0.5}, 1e6, 1e10},   // MACs
                                         Known{{1.4, 2, -1}, 1, 2000},         // NN-Mass + 1
                                         Known{{1.05, -30, -0.4}, 30, 400}));  // falls with g

TEST(FitAccuracy, FindsTheOptimumThatSciPyFinds) {
  Json rows = Json::array();
  std::vector<AccuracyFit> fits;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Values g = spread(30, 400, 25);
    const Values accuracy = accuracies({1.15, 60, -1.6}, g, 0.01, seed);
    fits.push_back(fit_accuracy(g, accuracy));
    rows.push_back({{"g", g}, {"accuracy", accuracy}, {"at", {80.0, 300.0}}});
  }
  const auto answer = ask_python(R"(
f = lambda g, a, b, c: 1 / (a + np.exp(b / g + c))
result = []
for row in data:
    p, cov = scipy.optimize.curve_fit(f, row['g'], row['accuracy'], p0=[1.15, 60, -1.6], xtol=1e-12, ftol=1e-12)
    rmse = np.sqrt(np.mean((f(np.array(row['g']), *p) - row['accuracy'])**2))
    band = []
    for g in row['at']:
        e = np.exp(p[1] / g + p[2]); t = 1 / (p[0] + e)
        grad = np.array([-t*t, -t*t*e/g, -t*t*e])
        variance = rmse**2 * len(row['g']) / (len(row['g']) - 3) + grad @ cov @ grad
        band.append(scipy.stats.t.ppf(0.975, len(row['g']) - 3) * np.sqrt(variance))
    result.append({'p': list(p), 'rmse': rmse, 'band': band}))",
                                 rows);
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  for (std::size_t i = 0; i < fits.size(); ++i) {
    const Json& expected = (*answer)[i];
    EXPECT_NEAR(fits[i].rmse_fit, expected["rmse"].get<double>(), 1e-9);
    EXPECT_NEAR(fits[i].model.a, expected["p"][0].get<double>(), 1e-5);
    EXPECT_NEAR(fits[i].model.b, expected["p"][1].get<double>(), 1e-3);
    EXPECT_NEAR(fits[i].model.c, expected["p"][2].get<double>(), 1e-4);
    EXPECT_NEAR(fits[i].model.band(80) / fits[i].model.spread->factor, expected["band"][0].get<double>(),
                1e-5);
    EXPECT_NEAR(fits[i].model.band(300) / fits[i].model.spread->factor, expected["band"][1].get<double>(),
                1e-5);
  }
}

TEST(FitAccuracy, IsNeverWorseThanBoundedSciPyFromManyStarts) {
  // Awkward data: bent the wrong way, a step, a straight line, noise alone, heavy tails of g.
  std::vector<std::pair<Values, Values>> sets;
  const Values g = spread(1, 1000, 20);
  Values step, line, noise, wrong;
  Philox random(3);
  for (std::size_t i = 0; i < g.size(); ++i) {
    step.push_back(i < 3 ? 0.2 : 0.8);
    line.push_back(0.3 + 0.0004 * g[i]);
    noise.push_back(0.5 + 0.05 * random.normal());
    wrong.push_back(0.9 - 0.3 / std::sqrt(g[i]));
  }
  Json rows = Json::array();
  std::vector<AccuracyFit> fits;
  for (const Values& accuracy : {step, line, noise, wrong}) {
    fits.push_back(fit_accuracy(g, accuracy));
    rows.push_back({{"g", g}, {"accuracy", accuracy}});
  }
  const auto answer = ask_python(R"(
result = []
for row in data:
    g = np.array(row['g']); x = g.mean() / g
    best = 1e9
    for b in (-3, -1, -0.1, -0.01, 0.01, 0.1, 1, 3):
        for a in (0.5, 1.2):
            r = lambda p: 1 / (p[0] + np.exp(np.minimum(p[1] * x + p[2], 600))) - row['accuracy']
            s = scipy.optimize.least_squares(r, [a, b, -1], bounds=([0, -np.inf, -np.inf], np.inf), x_scale='jac')
            best = min(best, np.sqrt(np.mean(s.fun**2)))
    result.append(best))",
                                 rows);
  for (const AccuracyFit& fit : fits) {
    EXPECT_TRUE(std::isfinite(fit.rmse_loo));
    EXPECT_GE(fit.model.a, 0);
    for (const double at : {0.1, 1.0, 30.0, 1e5}) {
      EXPECT_GT(fit.model(at), 0);
      EXPECT_LE(fit.model(at), 1);
    }
  }
  if (!answer) GTEST_SKIP() << "no Python with SciPy here";
  for (std::size_t i = 0; i < fits.size(); ++i)
    EXPECT_LE(fits[i].rmse_fit, (*answer)[i].get<double>() + 1e-6) << i;
}

TEST(FitAccuracy, GivesTheMeanOfFlatData) {
  const Values g{10, 20, 30, 40, 50};
  const AccuracyFit fit = fit_accuracy(g, Values(5, 0.6));
  EXPECT_NEAR(fit.model(10), 0.6, 1e-9);
  EXPECT_NEAR(fit.model(500), 0.6, 1e-6);
  EXPECT_TRUE(std::isnan(fit.spearman));
}

TEST(FitAccuracy, LeaveOneOutEqualsRefittingWithoutEachSample) {
  const Values g = spread(30, 400, 12);
  const Values accuracy = accuracies({1.1, 60, -1.6}, g, 0.01);
  double squares = 0;
  for (std::size_t left_out = 0; left_out < g.size(); ++left_out) {
    Values other_g, other_accuracy;
    for (std::size_t i = 0; i < g.size(); ++i) {
      if (i == left_out) continue;
      other_g.push_back(g[i]);
      other_accuracy.push_back(accuracy[i]);
    }
    const double error = fit_accuracy(other_g, other_accuracy).model(g[left_out]) - accuracy[left_out];
    squares += error * error;
  }
  const AccuracyFit fit = fit_accuracy(g, accuracy);
  EXPECT_NEAR(fit.rmse_loo, std::sqrt(squares / 12), 1e-7);
  EXPECT_GT(fit.rmse_loo, fit.rmse_fit);
}

TEST(FitAccuracy, ASampleOfWeightTwoIsTheSampleTwice) {
  Values g = spread(30, 400, 12);
  Values accuracy = accuracies({1.1, 60, -1.6}, g, 0.03);
  Values weights(12, 1);
  weights[3] = weights[10] = 2;
  const AccuracyModel weighted = fit_accuracy(g, accuracy, weights).model;
  for (const std::size_t twice : {3, 10}) g.push_back(g[twice]), accuracy.push_back(accuracy[twice]);
  const AccuracyModel doubled = fit_accuracy(g, accuracy).model;
  for (const double at : {30.0, 60.0, 120.0, 400.0}) EXPECT_NEAR(weighted(at), doubled(at), 1e-6);
}

TEST(FitAccuracy, WidensItsBandWithFewSamplesAndBeyondThem) {
  const Values g = spread(50, 200, 8);
  AccuracyModel model = fit_accuracy(g, accuracies({1.1, 60, -1.6}, g, 0.01)).model;
  const double band = model.band(100);
  EXPECT_GT(model.band(20), band);
  model.spread->degrees_of_freedom = 1;
  EXPECT_GT(model.band(100), band);
  model.spread.reset();
  EXPECT_TRUE(std::isnan(model.band(100)));
}

// What a user wants of a band: that it holds the accuracy of the next network that is trained.
TEST(FitAccuracy, ItsBandHoldsTheAccuraciesOfNewNetworks) {
  const AccuracyModel truth{1.15, 60, -1.6};
  const Values g = spread(30, 400, 30);
  int within = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const AccuracyModel model = fit_accuracy(g, accuracies(truth, g, 0.03, seed)).model;
    const Values unseen = spread(35, 390, 25);
    const Values accuracy = accuracies(truth, unseen, 0.03, 1000 + seed);
    for (std::size_t i = 0; i < unseen.size(); ++i, ++all)
      within += std::abs(model(unseen[i]) - accuracy[i]) <= model.band(unseen[i]);
  }
  EXPECT_NEAR(static_cast<double>(within) / all, 0.95, 0.025);
}

TEST(FitAccuracy, KnowsHowWellTheMeanWouldDo) {
  const Values g{10, 20, 30, 40};
  const AccuracyFit fit = fit_accuracy(g, Values{0.1, 0.2, 0.3, 0.6});
  // The means of the others: 11/30, 1/3, 0.3, 0.2.
  EXPECT_NEAR(fit.rmse_loo_mean, std::sqrt((64.0 / 900 + 16.0 / 900 + 0 + 0.16) / 4), 1e-12);
}

// One network may well name all images, or none: what the fit takes is the error in accuracy.
TEST(FitAccuracy, TakesAccuraciesOfZeroAndOne) {
  const Values g = spread(30, 400, 12);
  Values accuracy = accuracies({1.02, 60, -1.6}, g, 0.01);
  accuracy.back() = 1;
  const AccuracyFit high = fit_accuracy(g, accuracy);
  EXPECT_LT(high.rmse_fit, 0.05);
  EXPECT_LE(high.model(1e9), 1);
  accuracy.front() = 0;
  const AccuracyFit low = fit_accuracy(g, accuracy);
  EXPECT_TRUE(std::isfinite(low.rmse_loo));
  EXPECT_GT(low.model(g.front()), 0);
  EXPECT_NEAR(fit_accuracy(g, Values(12, 1.0)).model(50), 1, 1e-9);
}

TEST(FitAccuracy, RefusesWhatCannotBeFitted) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Values g{1, 2, 3, 4};
  const Values accuracy{0.1, 0.2, 0.3, 0.4};
  EXPECT_NO_THROW(fit_accuracy(g, accuracy));
  expect_refused({1, 2, 3}, {0.1, 0.2, 0.3}, "at least 4");
  expect_refused({}, {}, "at least 4");
  expect_refused(g, {0.1, 0.2, 0.3}, "as many");
  expect_refused({0, 2, 3, 4}, accuracy, "not positive");
  expect_refused({nan, 2, 3, 4}, accuracy, "not positive");
  expect_refused({inf, 2, 3, 4}, accuracy, "not positive");
  expect_refused(g, {-0.1, 0.2, 0.3, 0.4}, "between 0 and 1");
  expect_refused(g, {0.1, 0.2, 0.3, 1.1}, "between 0 and 1");
  expect_refused(g, Values(4, 0.0), "above 0");
  expect_refused(g, {0.1, nan, 0.3, 0.4}, "between 0 and 1");
  expect_refused({1, 1, 2, 2, 2}, {0.1, 0.2, 0.3, 0.4, 0.5},
                 "at least 3 different predictor values are needed, there are 2");
}

TEST(FitAccuracy, IsDeterministic) {
  const Values g = spread(30, 400, 25);
  const Values accuracy = accuracies({1.15, 60, -1.6}, g, 0.02);
  EXPECT_EQ(to_json(fit_accuracy(g, accuracy).model), to_json(fit_accuracy(g, accuracy).model));
}

TEST(AccuracyModelJson, ComesBackExactly) {
  AccuracyModel model{1.0 / 3, 1e-17, -2.5e10};
  const AccuracyModel back = accuracy_model_from_json(Json::parse(to_json(model).dump()));
  EXPECT_EQ(back.a, model.a);
  EXPECT_EQ(back.b, model.b);
  EXPECT_EQ(back.c, model.c);
  EXPECT_FALSE(back.fitted);
  model.fitted = {0.1, 1.0 / 7};
  EXPECT_EQ(accuracy_model_from_json(Json::parse(to_json(model).dump())).fitted, model.fitted);
  model.spread = {{1, 0.5, 0, 0.5, 2, 0, 0, 0, 3}, 0.02, 22, 1.25};
  EXPECT_EQ(accuracy_model_from_json(Json::parse(to_json(model).dump())).band(50), model.band(50));
  model.spread->covariance[4] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(model.band(50)));
  EXPECT_FALSE(accuracy_model_from_json(Json::parse(to_json(model).dump())).spread);
}

TEST(AccuracyModel, ExtrapolatesBeyondItsSamples) {
  const Values g = spread(30, 400, 25);
  const AccuracyModel model = fit_accuracy(g, accuracies({1.15, 60, -1.6}, g, 0.02)).model;
  EXPECT_FALSE(model.extrapolates(g.front()));
  EXPECT_FALSE(model.extrapolates(g.back()));
  EXPECT_TRUE(model.extrapolates(g.front() - 0.1));
  EXPECT_TRUE(model.extrapolates(g.back() + 0.1));
  EXPECT_FALSE((AccuracyModel{1.05, 40, -1.5}).extrapolates(1e6));
}

TEST(AccuracyModelJson, RefusesDamage) {
  EXPECT_THROW(accuracy_model_from_json(Json(1)), Error);
  EXPECT_THROW(accuracy_model_from_json(Json{{"a", 1}, {"b", 2}}), Error);
  EXPECT_THROW(accuracy_model_from_json(Json{{"a", 1}, {"b", "2"}, {"c", 0}}), Error);
  EXPECT_THROW(accuracy_model_from_json(Json{{"a", 1}, {"b", 2}, {"c", 0}, {"fitted", {3}}}), Error);
  EXPECT_THROW(accuracy_model_from_json(Json{{"a", -1}, {"b", 2}, {"c", 0}}), Error);
  const auto with_spread = [](std::size_t size, double sigma, int freedom) {
    return Json{
        {"a", 1},
        {"b", 2},
        {"c", 0},
        {"spread", {{"covariance", Values(size)}, {"sigma", sigma}, {"degrees_of_freedom", freedom}}}};
  };
  EXPECT_NO_THROW(accuracy_model_from_json(with_spread(9, 0.1, 1)));
  EXPECT_THROW(accuracy_model_from_json(with_spread(8, 0.1, 1)), Error);
  EXPECT_THROW(accuracy_model_from_json(with_spread(9, -0.1, 1)), Error);
  EXPECT_THROW(accuracy_model_from_json(with_spread(9, 0.1, 0)), Error);
  EXPECT_THROW(accuracy_model_from_json(with_spread(9, 0.1, 2'147'483'647)),
               Error);  // a band would take hours
}

}  // namespace
}  // namespace flash
