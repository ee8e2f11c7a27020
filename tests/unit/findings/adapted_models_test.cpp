// An adapted latency as a hardware model: the same value of every network.
#include "flash/findings/adapted_models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "flash/core/error.hpp"
#include "flash/import/space_encoding.hpp"
#include "flash/search/margin.hpp"
#include "flash/space/families/families.hpp"

namespace flash {
namespace {

TEST(AdaptedModels, SayWhatTheLatencySays) {
  const Space space(find_preset("nasbench201")->definition);
  const SpacePlaces& places = space.places();
  SeparableLatency latency{.intercept = 5, .place = {}, .feature = {}};
  for (int place = 0; place < 6; ++place) latency.place.push_back({-0.5, 0.1 * place, 1, 2, 0.25});
  const MetricModel model = adapted_model(space, latency);
  EXPECT_DOUBLE_EQ(model.intercept, 2);
  std::map<std::string, double> terms;
  for (const MetricModel::Term& term : model.terms) {
    EXPECT_GT(term.coefficient, 0);
    terms[term.feature] = term.coefficient;
  }
  EXPECT_EQ(terms.size(), 24u);  // each place's fastest operator is in the intercept
  EXPECT_DOUBLE_EQ(terms.at("op_3=nor_conv_3x3"), 2.5);
  std::vector<Point> networks;
  for (std::uint64_t id = 0; id < space.size(); id += 97) networks.push_back(space.point(id));
  const Encoding encoding = encode(space, networks);
  for (std::size_t n = 0; n < networks.size(); ++n) {
    double sum = model.intercept;
    for (std::size_t p = 0; p < 6; ++p)
      if (const auto term = terms.find(operator_feature(places.places[p], encoding.at(n, p)));
          term != terms.end())
        sum += term->second;
    EXPECT_NEAR(sum, latency.at(encoding, n), 1e-12);
    EXPECT_NEAR(model(space, networks[n]), sum, 1e-9);
  }
  Adaptation adaptation;
  adaptation.model = latency;
  adaptation.model_error = 0.05;
  adaptation.model_error_degrees = 19;
  const Models models = adapted_models(space, adaptation, "board", {{"made", "here"}});
  EXPECT_EQ(models.target, "board");
  EXPECT_EQ(models.space, space.definition());
  EXPECT_TRUE(models.metrics[Metric::latency]);
  EXPECT_FALSE(models.accuracy);
  EXPECT_EQ(models_from_json(to_json(models)).metrics[Metric::latency]->terms.size(), 24u);
}

TEST(AdaptedModels, HaveTheBandOfCrossValidatedErrors) {
  const Space space(find_preset("nasbench201")->definition);
  Adaptation adaptation;
  adaptation.model = {
      .intercept = 5, .place = std::vector(6, std::vector<double>{0, 1, 2, 3, 4}), .feature = {}};
  adaptation.model_error = 0.05;
  adaptation.model_error_degrees = 19;
  Models models = adapted_models(space, adaptation, "board", {});
  const MetricModel model = *models_from_json(to_json(models)).metrics[Metric::latency];
  const Prediction slow = predict(model, space, space.point(space.size() - 1));
  EXPECT_NEAR(slow.band / slow.value, 2.093 * 0.05, 1e-5);  // Student's t of 19 degrees
  EXPECT_FALSE(slow.extrapolated);
  Constraints ceiling;
  ceiling.metric_max[Metric::latency] = 20;
  ceiling.margin = 1;
  EXPECT_NEAR(with_margin(ceiling, space, models, Objective{}).metric_max[Metric::latency],
              20 / (1 + 2.093 * 0.05), 1e-4);
  adaptation.model_error = std::nan("");
  models = adapted_models(space, adaptation, "board", {});
  EXPECT_FALSE(models.metrics[Metric::latency]->support);
  EXPECT_THROW(with_margin(ceiling, space, models, Objective{}), Error);
}

TEST(AdaptedModels, SpacesWithoutNamedOptionsHaveFeatures) {
  const Space space(find_preset("shapes-mini")->definition);
  const std::vector<Point> networks{space.point(3)};
  const Encoding encoding = encode(space, networks);
  SeparableLatency latency{
      .intercept = 1, .place = {}, .feature = std::vector<double>(encoding.features.size())};
  latency.feature[0] = 0.5;
  const MetricModel model = adapted_model(space, latency);
  ASSERT_EQ(model.terms.size(), 1u);
  EXPECT_EQ(model.terms[0].feature, encoding.features[0]);
  EXPECT_NEAR(model(space, networks[0]), latency.at(encoding, 0), 1e-9);
}

}  // namespace
}  // namespace flash
