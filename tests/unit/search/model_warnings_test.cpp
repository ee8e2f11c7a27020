#include "flash/search/model_warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/space/families/families.hpp"

namespace flash {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// shapes-mini: NN-Degree from 28 on, 3 to 7 layers in each of 3 cells, and the head.
class ModelWarnings : public testing::Test {
 protected:
  ModelWarnings() {
    models_.space = find_preset("shapes-mini")->definition;
    models_.accuracy = AccuracyModel{1.1, 40, -1};
    models_.accuracy->fitted = {30, 90};
    models_.metrics[Metric::latency] = MetricModel{1, {{"layers", 0.1}}};
    models_.metrics[Metric::latency]->support = FitSupport{{{10}, {20}}, 0.01, 2, {1, 0, 0, 1}};
    models_.provenance = {
        {"accuracy", {{"samples", 25}, {"rmse_loo", 0.05}, {"rmse_loo_mean", 0.1}, {"spearman", 0.8}}},
        {"latency", {{"fit", quality(0.9, 0.05)}, {"holdout", quality(0.8, 0.06)}}}};
  }
  static Json quality(double r2, double mape) {
    return {{"networks", 8}, {"r2", r2}, {"mape", mape}, {"mape_mean", 0.2}};
  }

  Models models_;
};

TEST_F(ModelWarnings, OfModelsThatHoldThereAreNone) { EXPECT_THAT(warnings(models_), IsEmpty()); }

TEST_F(ModelWarnings, OfAPredictorThatIsNoBetterThanTheMean) {
  models_.provenance["accuracy"]["rmse_loo"] = 0.134;
  EXPECT_THAT(warnings(models_), ElementsAre(HasSubstr("13.4 against 10.0 points")));
  models_.accuracy.reset();  // as in a training-free search
  EXPECT_THAT(warnings(models_), IsEmpty());
}

TEST_F(ModelWarnings, OfAPredictorThatFalls) {
  models_.accuracy->b = -3;
  EXPECT_THAT(warnings(models_), ElementsAre(HasSubstr("accuracy falls with NN-Degree")));
}

TEST_F(ModelWarnings, OfAHardwareModelThatIsNoBetterThanTheMean) {
  models_.provenance["latency"]["holdout"] = quality(-0.5, 0.06);
  EXPECT_THAT(warnings(models_), ElementsAre(AllOf(HasSubstr("latency model does not hold"),
                                                   HasSubstr("8 held-out networks (R2 -0.5"))));
  models_.provenance["latency"]["holdout"] = quality(0.8, 0.3);
  EXPECT_THAT(warnings(models_), ElementsAre(HasSubstr("MAPE 30 % against 20 %")));
  models_.provenance["latency"] = {{"fit", quality(-1, 0.5)},
                                   {"holdout", {{"networks", 0}, {"r2", nullptr}}}};
  EXPECT_THAT(warnings(models_), ElementsAre(HasSubstr("8 fitted networks")));
}

TEST_F(ModelWarnings, WhereNoNetworkOfTheSpaceLiesWithinWhatWasMeasured) {
  models_.metrics[Metric::latency]->support->networks = {{1e-6}, {2e-6}};  // given in millions
  EXPECT_THAT(
      warnings(models_),
      ElementsAre(AllOf(HasSubstr("no network of the space lies within what the latency model was fitted to"),
                        HasSubstr("layers is 10 to 22 in the space and was 1e-06 to 2e-06"))));
  models_.metrics[Metric::latency]->support->networks = {{22}, {1e9}};  // the largest network alone
  EXPECT_THAT(warnings(models_), IsEmpty());
  models_.accuracy->fitted = {1, 2};
  EXPECT_THAT(warnings(models_), ElementsAre(HasSubstr("NN-Degree is 28 to ")));
}

TEST_F(ModelWarnings, TakeAnyProvenance) {
  for (const Json& free :
       {Json("by hand"), Json(nullptr), Json{{"accuracy", "of old"}, {"latency", {1, 2}}},
        Json{{"accuracy", {{"samples", "25"}, {"rmse_loo", {}}}}, {"latency", {{"fit", 3}}}}}) {
    models_.provenance = free;
    EXPECT_THAT(warnings(models_), IsEmpty()) << free;
  }
}

}  // namespace
}  // namespace flash
