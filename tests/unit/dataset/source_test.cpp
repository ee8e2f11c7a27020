#include "files.hpp"

namespace flash {
namespace {

using test::expect_error;
using test::expect_refused;

const DataSource full{.source = "idx",
                      .train = {"/a/images", "/a/labels"},
                      .test = {"/b/images", "/b/labels"},
                      .side = 28,
                      .channels = 1,
                      .train_images = 100,
                      .test_images = 50,
                      .seed = 0xFFFFFFFFFFFFFFFFULL};

TEST(DataSourceJson, SurvivesTheRoundTrip) {
  const DataSource back = data_source_from_json(Json::parse(to_json(full).dump()));
  EXPECT_EQ(back.source, full.source);
  EXPECT_EQ(back.train, full.train);
  EXPECT_EQ(back.test, full.test);
  EXPECT_EQ(back.side, full.side);
  EXPECT_EQ(back.channels, full.channels);
  EXPECT_EQ(back.train_images, full.train_images);
  EXPECT_EQ(back.test_images, full.test_images);
  EXPECT_EQ(back.seed, full.seed);
  EXPECT_EQ(back.validation_share, full.validation_share);
  EXPECT_EQ(to_json(data_source_from_json(to_json({}))), to_json({}));
  EXPECT_FALSE(to_json({}).contains("validation_share"));  // as in results from before there were shares
  const Json shares = to_json({.validation_share = 0.25, .test_share = 0.5});
  EXPECT_EQ(data_source_from_json(shares).validation_share, 0.25);
  EXPECT_EQ(data_source_from_json(shares).test_share, 0.5);
}

TEST(DataSourceJson, RefusesEverythingElse) {
  const auto refuses = [](const Json& json, const std::string& part) {
    expect_error(ExitCode::bad_data, part, [&] { data_source_from_json(json); });
  };
  refuses(Json(3), "not an object");
  refuses(Json(), "not an object");
  refuses(Json::array(), "not an object");
  const Json whole = to_json(full);
  for (const auto& [key, value] : whole.items()) {
    Json json = to_json(full);
    json.erase(key);
    refuses(json, "key \"" + key + "\" is missing");
    json = to_json(full);
    json[key] = nullptr;
    refuses(json, key);
    json[key] = Json::object();
    refuses(json, key);
  }
  const auto with = [](const char* key, const Json& value) {
    Json json = to_json(full);
    json[key] = value;
    return json;
  };
  refuses(with("sides", 3), "not known");
  refuses(with("side", 2.5), "side is 2.5; expected an integer");
  refuses(with("side", -1), "side is -1");
  refuses(with("train_images", 2147483648), "train_images is 2147483648");
  refuses(with("train_images", 18446744073709551615ULL), "train_images");
  refuses(with("seed", -1), "seed");
  refuses(with("train", Json::array({1})), "train holds something that is no path");
  refuses(with("test", "/a"), "test is not a list");
}

TEST(DataSourceCheck, RefusesWhatNoSourceTakes) {
  expect_refused({.source = "imagenet"}, ExitCode::bad_job,
                 "source = \"imagenet\"; expected shapes, cifar10");
  expect_refused({.side = 7}, ExitCode::bad_job, "side = 7; expected 8 to 64");
  expect_refused({.side = 65}, ExitCode::bad_job, "side = 65");
  expect_refused({.channels = 2}, ExitCode::bad_job, "channels = 2; expected 1 or 3");
  expect_refused({.train_images = -1}, ExitCode::bad_job, "train_images = -1");
  expect_refused({.test_images = -1}, ExitCode::bad_job, "test_images = -1");
  expect_refused({.source = "folder", .side = 1000}, ExitCode::bad_job, "side = 1000; expected 8 to 512");
}

}  // namespace
}  // namespace flash
