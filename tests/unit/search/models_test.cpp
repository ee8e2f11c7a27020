#include "flash/search/models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "flash/core/error.hpp"
#include "flash/search/objective.hpp"
#include "spaces.hpp"

namespace flash {
namespace {

using namespace test;
using testing::HasSubstr;

void expect_bad(const Json& json, const std::string& part) {
  try {
    models_from_json(json);
    ADD_FAILURE() << "accepted: " << json.dump();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(Models, OfASpaceThatCannotBeAreBadData) {
  Json json = to_json(simple_models(small_space()));
  json["space"]["wm"] = {-1};
  expect_bad(json, "key 'space'");
}

TEST(Models, SurviveJson) {
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    Models models = random_evaluator(seed).models();
    if (seed % 5 == 0) models.accuracy.reset();
    for (auto& metric :
         models.metrics)  // the reader takes fitted models, whose coefficients are not negative
      if (metric)
        for (auto& term : metric->terms) term.coefficient = std::abs(term.coefficient);
    models.provenance = {{"seed", seed}};
    const Json json = to_json(models);
    const Models again = models_from_json(Json::parse(json.dump()));
    EXPECT_EQ(to_json(again), json);
    EXPECT_EQ(again.space, models.space);
    EXPECT_EQ(again.accuracy.has_value(), models.accuracy.has_value());
  }
}

TEST(Models, BadJsonIsRefusedByKey) {
  const Json good = to_json(simple_models(small_space()));
  for (const auto& [key, value] : good.items()) {
    Json json = good;
    json.erase(key);
    expect_bad(json, key);
  }
  const auto change = [&](const char* key, Json value, const std::string& part) {
    Json json = good;
    json[key] = std::move(value);
    expect_bad(json, part);
  };
  change("format", "other", "format");
  change("version", 3, "version 3");
  change("space", 7, "space");
  change("reading", "nodes", "links or channels");
  change("accuracy", "good", "");
  change("metrics", 3, "metrics");
  change("metrics", {{"weight_kg", 1}}, "weight_kg");
  change("metrics", {{"latency_ms", {{"intercept", -1}, {"terms", Json::array()}}}}, "intercept");
  expect_bad(Json::array(), "object");
}

TEST(Models, FilesAreReadWithTheirNameInErrors) {
  const auto path =
      std::filesystem::temp_directory_path() / ("flash_models_" + std::to_string(::getpid()) + ".json");
  const auto expect_code = [&](ExitCode code) {
    try {
      read_models(path);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
  };
  expect_code(ExitCode::missing_input);
  std::ofstream(path) << "{\"format\": ";
  expect_code(ExitCode::bad_data);
  std::ofstream(path) << "{}";
  expect_code(ExitCode::bad_data);
  std::ofstream(path) << to_json(simple_models(small_space())).dump(2);
  EXPECT_EQ(read_models(path).target, "test");
  std::filesystem::remove(path);
}

// A number that no double holds, and nesting that would overflow the stack where it is copied.
TEST(Models, HostileFilesAreRefused) {
  const auto path =
      std::filesystem::temp_directory_path() / ("flash_models_" + std::to_string(::getpid()) + ".json");
  const Json good = to_json(simple_models(small_space()));
  for (const std::string& provenance :
       {std::string("1e999"), std::string(100'000, '[') + std::string(100'000, ']')}) {
    std::string text = good.dump();
    const std::string usual = "\"provenance\":" + good.at("provenance").dump();
    ASSERT_THAT(text, HasSubstr(usual));
    text.replace(text.find(usual), usual.size(), "\"provenance\":" + provenance);
    std::ofstream(path) << text;
    try {
      read_models(path);
      ADD_FAILURE() << provenance.substr(0, 20);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
    }
  }
  std::filesystem::remove(path);
}

TEST(Models, AnotherSpaceIsNamed) {
  const Models models = simple_models(small_space());
  EXPECT_NO_THROW(require_same_space(models, small_space()));
  CellSpace other = small_space();
  other.wm = {1, 4};
  other.input.classes = 100;
  try {
    require_same_space(models, other);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_THAT(error.what(), HasSubstr("wm ([1,2], not [1,4])"));
    EXPECT_THAT(error.what(), HasSubstr("input.classes (10, not 100)"));
  }
}

TEST(Objective, SurvivesJson) {
  Objective objective;
  objective.accuracy = 0.1;
  objective.metric[Metric::latency] = 1.5;
  objective.metric[Metric::energy] = 0;
  objective.metric[Metric::area] = 1.0 / 3;
  objective.training_free = true;
  const Objective again = objective_from_json(Json::parse(to_json(objective).dump()));
  EXPECT_EQ(again.accuracy, objective.accuracy);
  EXPECT_EQ(again.metric, objective.metric);
  EXPECT_TRUE(again.training_free);
  objective.form = Form::sum;
  EXPECT_EQ(objective_from_json(Json::parse(to_json(objective).dump())), objective);
  EXPECT_THROW(objective_from_json(Json{{"accuracy", 1}}), Error);
  EXPECT_THROW(objective_from_json(Json(3)), Error);
}

TEST(Constraints, SurviveJsonWithTheirInfinities) {
  Constraints constraints;
  constraints.name = "job";
  constraints.metric_max[Metric::energy] = 0.1;
  const Constraints again = constraints_from_json(Json::parse(to_json(constraints).dump()));
  EXPECT_EQ(again.name, "job");
  EXPECT_EQ(again.accuracy_min, constraints.accuracy_min);
  EXPECT_EQ(again.metric_max, constraints.metric_max);
  Json json = to_json(constraints);
  json["metric_max"]["latency"] = "fast";
  EXPECT_THROW(constraints_from_json(json), Error);
}

}  // namespace
}  // namespace flash
