#include "flash/predict/additive_score.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "additive_features.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/predict/additive_fit.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

Space preset(const char* name) { return Space(find_preset(name)->definition); }

Point random_point(const Space& space, Philox& random) {
  const Stratum& stratum = space.strata()[random.below(space.strata().size())];
  Point point{stratum.index, {}};
  for (const std::int64_t options : stratum.options)
    point.options.push_back(static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(options))));
  return point;
}

std::vector<Point> random_points(const Space& space, std::size_t count, std::uint64_t seed) {
  Philox random(seed);
  std::vector<Point> points;
  while (points.size() < count) points.push_back(random_point(space, random));
  return points;
}

double score_at(const Score& score, const Space& space, const Point& point) {
  const Stratum& stratum = space.stratum(point);
  return value(score, stratum.shape, point.options, stratum.slots);
}

// Weighs every feature of the space at random.
AdditiveScore weighing_all(const Space& space, std::uint64_t seed) {
  Philox random(seed);
  AdditiveScore score{link_offset, {}};
  const AdditiveFeatures features(space);
  for (const AdditiveFeatures::Feature& feature : features.all())
    score.weights.push_back({feature.name, 0.05 * random.normal(), 3 * random.uniform()});
  return score;
}

std::vector<std::string> names_of(const Space& space) {
  std::vector<std::string> names;
  const AdditiveFeatures features(space);
  for (const AdditiveFeatures::Feature& feature : features.all()) names.push_back(feature.name);
  return names;
}

TEST(AdditiveScore, HasFeaturesOfShapesAndSlots) {
  EXPECT_THAT(names_of(preset("shapes-mini")),
              testing::IsSupersetOf({"log wm", "log depth", "log macs", "log tc", "log tc 3"}));
  EXPECT_THAT(names_of(preset("cifar-small")),
              testing::IsSupersetOf({"log depth", "log depth 1", "log depth 3"}));
  EXPECT_THAT(names_of(preset("shapes-mini")), testing::Not(testing::Contains("log depth 1")));
}

TEST(AdditiveScore, LinkIsALogisticCurveToFirstOrder) {
  const AccuracyModel link = additive_link();
  for (const double accuracy : {0.01, 0.2, 0.5, 0.73, 0.99}) {
    const double score = linked_score(accuracy);
    EXPECT_NEAR(link(score), accuracy, 1e-12);
    const double logit = std::log(accuracy / (1 - accuracy));
    EXPECT_NEAR(score - link_offset, logit, 0.011 * logit * logit + 1e-12);
  }
  EXPECT_NEAR(link(linked_score(0)), 0.001, 1e-12);
  EXPECT_NEAR(link(linked_score(1)), 0.999, 1e-12);
}

// Base and parts, as searches ask for them in a row or one by one, add up to weights times features.
TEST(AdditiveScore, IsASumOverSlots) {
  for (const char* name : {"shapes-mini", "cifar-small", "mnist-mlp"}) {
    const Space space = preset(name);
    const AdditiveScore score = weighing_all(space, 7);
    const auto bound = bound_score(score, space);
    const AdditiveFeatures features(space);
    Philox random(3);
    for (int k = 0; k < 20; ++k) {
      const Point point = random_point(space, random);
      const Stratum& stratum = space.stratum(point);
      double expected = score.intercept;
      for (std::size_t f = 0; f < features.all().size(); ++f) {
        const AdditiveFeatures::Feature& feature = features.all()[f];
        double sum = feature.of_shape ? features.of_shape(feature, stratum.shape) : 0;
        for (std::size_t s = 0; s < stratum.slots.size(); ++s)
          if (features.applies(feature, stratum.slots[s], s))
            sum += features.of_option(feature, stratum.slots[s], point.options[s]);
        expected += score.weights[f].weight * sum;
      }
      EXPECT_NEAR(score_at(*bound, space, point), expected, 1e-9) << name;
      for (std::size_t s = 0; s < stratum.slots.size(); ++s)
        EXPECT_EQ(
            bound->parts(stratum.shape, s, stratum.options[s])[static_cast<std::size_t>(point.options[s])],
            bound->part(stratum.shape, s, -1, point.options[s]));
    }
  }
}

// So that the sweep finds along a row where a floor is met.
TEST(AdditiveScore, TablesRiseOrFallWithTheSkips) {
  const Space space = preset("cifar-small");
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    const auto bound = bound_score(weighing_all(space, seed), space);
    for (const Stratum& stratum : space.strata())
      for (std::size_t s = 0; s < stratum.slots.size(); ++s) {
        const std::vector<double> table = bound->parts(stratum.shape, s, stratum.options[s]);
        EXPECT_TRUE(std::ranges::is_sorted(table) || std::ranges::is_sorted(table, std::greater{}));
      }
  }
}

TEST(AdditiveScore, TablesStayAboveZero) {
  const Space space = preset("cifar-small");
  const auto bound = bound_score(weighing_all(space, 5), space);
  for (const Stratum& stratum : space.strata()) {
    EXPECT_GT(bound->base(stratum.shape), 0);
    for (std::size_t s = 0; s < stratum.slots.size(); ++s)
      EXPECT_GT(std::ranges::min(bound->parts(stratum.shape, s, stratum.options[s])), 0);
  }
}

TEST(AdditiveScore, SurvivesJson) {
  const AdditiveScore score = weighing_all(preset("shapes-mini"), 1);
  EXPECT_EQ(additive_score_from_json(Json::parse(to_json(score).dump())), score);
}

TEST(AdditiveScore, RefusesWhatIsNone) {
  const auto refusal = [](Json json) {
    try {
      additive_score_from_json(json);
      return std::string();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return std::string(error.what());
    }
  };
  const Json weight{{"feature", "log wm"}, {"weight", 1}, {"centre", 0}};
  EXPECT_EQ(refusal({{"intercept", 1}, {"weights", {weight}}}), "");
  EXPECT_THAT(refusal({{"weights", {weight}}}), HasSubstr("intercept"));
  EXPECT_THAT(refusal({{"intercept", 1}, {"weights", 3}}), HasSubstr("an array"));
  EXPECT_THAT(refusal({{"intercept", 1}, {"weights", {weight, weight}}}), HasSubstr("twice"));
  EXPECT_THAT(refusal({{"intercept", 1}, {"weights", {{{"feature", "x"}}}}}), HasSubstr("weight"));
  const Space space = preset("shapes-mini");
  try {
    bound_score({100, {{"log bits", 1, 0}}}, space);
    FAIL() << "a feature that no network has is accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("'log bits'"));
  }
}

// Accuracies by a score with a width, a depth and a skip term, and noise of training.
struct Truth {
  Space space = preset("cifar-small");
  AdditiveScore score{link_offset - 1.2, {{"log wm", 1.0, 0}, {"log depth", -0.4, 0}, {"log tc", 0.35, 2.5}}};
  std::vector<double> accuracies(std::span<const Point> points, double noise, std::uint64_t seed) const {
    const auto bound = bound_score(score, space);
    Philox random(seed, 5);
    std::vector<double> values;
    for (const Point& point : points)
      values.push_back(
          std::clamp(additive_link()(score_at(*bound, space, point)) + noise * random.normal(), 0.0, 1.0));
    return values;
  }
};

double rmse_of(const AdditiveFit& fit, const Space& space, std::span<const Point> points,
               std::span<const double> accuracy) {
  const auto bound = bound_score(fit.score, space);
  double squares = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    squares += std::pow(fit.fit.model(score_at(*bound, space, points[i])) - accuracy[i], 2);
  return std::sqrt(squares / static_cast<double>(points.size()));
}

TEST(AdditiveFit, RecoversASumOfFeatures) {
  const Truth truth;
  const std::vector<Point> points = random_points(truth.space, 60, 1),
                           fresh = random_points(truth.space, 200, 2);
  const AdditiveFit fit = fit_additive(truth.space, points, truth.accuracies(points, 0, 1));
  EXPECT_LT(rmse_of(fit, truth.space, fresh, truth.accuracies(fresh, 0, 2)), 0.004);
  EXPECT_LT(fit.fit.rmse_loo, 0.006);
  EXPECT_GT(fit.fit.spearman, 0.98);
  for (const Point& point : points)
    EXPECT_FALSE(
        fit.fit.model.extrapolates(score_at(*bound_score(fit.score, truth.space), truth.space, point)));
}

// What leave-one-out says of the error is what new networks show, though features and penalty were chosen; and
// the band, which rests on it, holds what it says and is narrower than that of the mean.
TEST(AdditiveFit, SaysHowWellItPredictsNewNetworks) {
  const Truth truth;
  double said = 0, seen = 0, width = 0, width_of_mean = 0;
  int within = 0, all = 0;
  for (std::uint64_t draw = 0; draw < 20; ++draw) {
    const std::vector<Point> points = random_points(truth.space, 25, 100 + draw);
    const std::vector<Point> fresh = random_points(truth.space, 100, 200 + draw);
    const std::vector<double> accuracy = truth.accuracies(fresh, 0.04, 300 + draw);
    const AdditiveFit fit = fit_additive(truth.space, points, truth.accuracies(points, 0.04, draw));
    said += std::pow(fit.fit.rmse_loo, 2);
    seen += std::pow(rmse_of(fit, truth.space, fresh, accuracy), 2);
    const auto bound = bound_score(fit.score, truth.space);
    for (std::size_t i = 0; i < fresh.size(); ++i) {
      const double score = score_at(*bound, truth.space, fresh[i]);
      within += std::abs(fit.fit.model(score) - accuracy[i]) <= fit.fit.model.band(score);
      width += fit.fit.model.band(score);
      width_of_mean += band_of_errors(fit.fit.rmse_loo_mean, points.size());
      ++all;
    }
  }
  EXPECT_NEAR(std::sqrt(said / seen), 1, 0.15);
  EXPECT_GT(within, 0.90 * all);
  EXPECT_LT(within, 0.98 * all);
  EXPECT_LT(width, 0.8 * width_of_mean);
}

// Of two kinds of sample the exact ones lead, where they weigh more: a fit in which all weigh the same is farther off.
TEST(AdditiveFit, LeansOnWhatWeighsMore) {
  const Truth truth;
  double plain = 0, weighted = 0;
  for (std::uint64_t draw = 0; draw < 10; ++draw) {
    const std::vector<Point> points = random_points(truth.space, 40, 500 + draw),
                             fresh = random_points(truth.space, 100, 600 + draw);
    std::vector<double> accuracy = truth.accuracies(points, 0.10, draw);
    const std::vector<double> exact = truth.accuracies(points, 0.01, 50 + draw);
    std::vector<double> weights(points.size(), 1);
    for (std::size_t i = 0; i < points.size(); i += 2) accuracy[i] = exact[i], weights[i] = 100;
    const std::vector<double> judged = truth.accuracies(fresh, 0, 1);
    plain += rmse_of(fit_additive(truth.space, points, accuracy), truth.space, fresh, judged);
    weighted += rmse_of(fit_additive(truth.space, points, accuracy, weights), truth.space, fresh, judged);
  }
  EXPECT_LT(weighted, 0.7 * plain);
  const std::vector<Point> points = random_points(truth.space, 30, 3);
  const std::vector<double> accuracy = truth.accuracies(points, 0.02, 4), ones(points.size(), 1);
  EXPECT_EQ(fit_additive(truth.space, points, accuracy).score,
            fit_additive(truth.space, points, accuracy, ones).score);
}

// Of noise alone the penalty leaves hardly more than the mean.
TEST(AdditiveFit, OfNoiseIsTheMean) {
  const Space space = preset("cifar-small");
  const std::vector<Point> points = random_points(space, 25, 9);
  double ratio = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    Philox random(seed);
    std::vector<double> accuracy;
    for (std::size_t i = 0; i < points.size(); ++i) accuracy.push_back(0.5 + 0.05 * random.normal());
    const AdditiveFit fit = fit_additive(space, points, accuracy);
    ratio += fit.fit.rmse_loo / fit.fit.rmse_loo_mean / 10;
  }
  EXPECT_GT(ratio, 0.97);
  EXPECT_LT(ratio, 1.15);
}

TEST(AdditiveFit, StandsAccuraciesAtTheEnds) {
  const Truth truth;
  const std::vector<Point> points = random_points(truth.space, 12, 4);
  std::vector<double> accuracy = truth.accuracies(points, 0, 1);
  accuracy[0] = 0;
  accuracy[1] = 1;
  const AdditiveFit fit = fit_additive(truth.space, points, accuracy);
  EXPECT_TRUE(std::isfinite(fit.fit.rmse_loo));
  EXPECT_TRUE(std::isfinite(fit.score.intercept));
  EXPECT_GT(*fit.fit.model.score_band, 0);
}

TEST(AdditiveFit, RefusesWhatCannotBeFitted) {
  const Truth truth;
  const std::vector<Point> points = random_points(truth.space, 10, 4);
  const std::vector<double> accuracy(10, 0.5);
  const auto refused = [&](std::span<const Point> networks, std::span<const double> values,
                           const char* reason) {
    try {
      fit_additive(truth.space, networks, values);
      FAIL() << "not refused: " << reason;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr(reason));
    }
  };
  const std::span all(accuracy);
  refused(std::span(points).first(7), all.first(7), "at least 8 trained networks are needed, there are 7");
  refused(points, all.first(9), "as many networks");
  refused(points, std::vector<double>(10, 1.5), "between 0 and 1");
  refused(std::vector<Point>(10, points[0]), all, "do not differ");
}

}  // namespace
}  // namespace flash
