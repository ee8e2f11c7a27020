#include "flash/task/checkpoint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

const TrainingExtent extent{.attempts = 3, .epochs = 4, .batches = 10, .judging_images = 50, .values = 5};

TrainingCheckpoint example() {
  TrainingCheckpoint checkpoint;
  TrainingPosition& position = checkpoint.position;
  position.attempt = 2;
  position.curve = {{1, 2.0 / 3.0, 0.1, 0.25}, {2, 1e-300, 1.0, 0}};
  position.batches = 10;
  position.loss_sum = 0.1 + 0.2;
  position.tested = 50;
  position.right = 49;
  position.seconds = 1e9 / 7;
  position.epoch_start = 0.7;
  using limits = std::numeric_limits<float>;
  checkpoint.values = {1.0F / 3.0F, -0.0F, limits::denorm_min(), limits::infinity(), limits::quiet_NaN()};
  return checkpoint;
}

// Why the bytes are refused; "" where they are taken.
std::string refusal(const std::string& bytes, const std::string& key = "key",
                    const TrainingExtent& within = extent) {
  try {
    decode_checkpoint(bytes, key, within);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  return "";
}

TEST(Checkpoint, SettingsSayWhetherTheLastIsWanted) {
  Json json{{"file", "/a/b"}, {"key", "k"}, {"every_s", 60}};
  EXPECT_FALSE(checkpoint_settings_from_json(json).last);
  json["last"] = true;
  EXPECT_TRUE(checkpoint_settings_from_json(json).last);
  json["last"] = 1;
  EXPECT_THROW(checkpoint_settings_from_json(json), Error);
}

TEST(Checkpoint, ComesBackToTheLastBit) {
  const TrainingCheckpoint written = example();
  const TrainingCheckpoint read = decode_checkpoint(encode_checkpoint("key", written), "key", extent);
  EXPECT_EQ(read.position.attempt, 2);
  ASSERT_EQ(read.position.curve.size(), 2U);
  for (std::size_t k = 0; k < 2; ++k) {
    EXPECT_EQ(read.position.curve[k].epoch, static_cast<int>(k) + 1);
    EXPECT_EQ(read.position.curve[k].train_loss, written.position.curve[k].train_loss);
    EXPECT_EQ(read.position.curve[k].accuracy, written.position.curve[k].accuracy);
    EXPECT_EQ(read.position.curve[k].seconds, written.position.curve[k].seconds);
  }
  EXPECT_EQ(read.position.batches, 10);
  EXPECT_EQ(read.position.loss_sum, written.position.loss_sum);
  EXPECT_EQ(read.position.tested, 50);
  EXPECT_EQ(read.position.right, 49);
  EXPECT_EQ(read.position.seconds, written.position.seconds);
  EXPECT_EQ(read.position.epoch_start, written.position.epoch_start);
  ASSERT_EQ(read.values.size(), written.values.size());
  EXPECT_EQ(std::memcmp(read.values.data(), written.values.data(), 4 * written.values.size()), 0);
}

TEST(Checkpoint, IsRefusedWhereverItIsTruncatedOrChanged) {
  const std::string whole = encode_checkpoint("key", example());
  EXPECT_EQ(refusal(whole), "");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    EXPECT_NE(refusal(whole.substr(0, at)), "") << "cut at " << at;
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    EXPECT_NE(refusal(changed), "") << "changed at " << at;
  }
  EXPECT_THAT(refusal(whole + '\0'), HasSubstr("damaged"));
  EXPECT_THAT(refusal(whole.substr(0, whole.size() - 1)), HasSubstr("damaged"));
  EXPECT_THAT(refusal(""), HasSubstr("no checkpoint of version 1"));
  EXPECT_THAT(refusal("flash-checkpoint 2" + whole.substr(18)), HasSubstr("no checkpoint of version 1"));
}

TEST(Checkpoint, IsRefusedWhereItIsAnotherTrainings) {
  const std::string bytes = encode_checkpoint("key", example());
  EXPECT_THAT(refusal(bytes, "another"), HasSubstr("another training's"));
  const auto refused_within = [&](auto change) {
    TrainingExtent other = extent;
    change(other);
    return refusal(bytes, "key", other) == "it is a training's of another length or shape";
  };
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.attempts = 1; }));
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.epochs = 2; }));
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.batches = 9; }));
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.batches = 11; }));  // tested before the epoch's end
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.judging_images = 49; }));
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.values = 4; }));
  EXPECT_TRUE(refused_within([](TrainingExtent& e) { e.values = 6; }));
}

TEST(Checkpoint, IsRefusedWhereItsPositionCannotBe) {
  const auto refused = [](auto change) {
    TrainingCheckpoint checkpoint = example();
    change(checkpoint.position);
    return refusal(encode_checkpoint("key", checkpoint)) == "it is a training's of another length or shape";
  };
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.attempt = 0; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.curve[1].epoch = 3; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.curve[1].accuracy = 1.5; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.curve[1].train_loss = std::nan(""); }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.batches = -1; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.tested = -1; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.right = 51; }));
  EXPECT_TRUE(refused([](TrainingPosition& p) { p.epoch_start = 2e9; }));
  EXPECT_FALSE(refused([](TrainingPosition&) {}));
}

// A digest that holds says nothing of who made it: sizes are compared before anything is allocated.
TEST(Checkpoint, IsRefusedWhereItsValuesAreNotThere) {
  const auto sealed = [](const std::string& body) {
    return "flash-checkpoint 1\n" + sha256_hex(body) + "\n" + body;
  };
  const std::string whole = encode_checkpoint("key", example());
  const std::string body = whole.substr(whole.find('\n', 19) + 1);
  EXPECT_EQ(refusal(sealed(body)), "");
  EXPECT_THAT(refusal(sealed(body.substr(0, body.size() - 1))), HasSubstr("19 bytes for 5 values"));
  EXPECT_THAT(refusal(sealed(body + "more")), HasSubstr("24 bytes for 5 values"));
  EXPECT_THAT(refusal(sealed(body.substr(0, body.find('\n')))), HasSubstr("0 bytes for 5 values"));
  EXPECT_THAT(refusal(sealed("{}")), HasSubstr("no key 'key'"));
  EXPECT_NE(refusal(sealed("\n")), "");
  const std::string count = "\"values\":5";
  std::string huge = body;
  huge.replace(huge.find(count), count.size(), "\"values\":4611686018427387904");
  EXPECT_THAT(refusal(sealed(huge)), HasSubstr("another length or shape"));
  TrainingExtent same = extent;
  same.values = std::size_t{1} << 62;
  EXPECT_THAT(refusal(sealed(huge), "key", same), HasSubstr("20 bytes for"));
}

TEST(Checkpoint, IsNeverLongerThanItsTrainingAllows) {
  TrainingCheckpoint checkpoint = example();
  TrainingExtent wide = extent;
  wide.epochs = 1000;
  checkpoint.position.curve.clear();
  for (int epoch = 1; epoch < wide.epochs; ++epoch)
    checkpoint.position.curve.push_back({epoch, -2.2250738585072014e-308, 1.0 / 3.0, 1.7976931348623157e308});
  const std::string key(1000, '\1');
  EXPECT_LE(encode_checkpoint(key, checkpoint).size(), checkpoint_bytes_at_most(key, wide));
}

TEST(CheckpointSettings, NameWhatIsWrong) {
  const Json right{{"file", "/run/checkpoints/key"}, {"key", "key"}, {"every_s", 60}};
  const CheckpointSettings settings = checkpoint_settings_from_json(right);
  EXPECT_EQ(settings.file, "/run/checkpoints/key");
  EXPECT_EQ(settings.key, "key");
  EXPECT_EQ(settings.every_s, 60);
  const auto message = [&](const char* key, const Json& value) {
    Json json = right;
    json[key] = value;
    try {
      checkpoint_settings_from_json(json);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(message("file", "checkpoints/key"), HasSubstr("'file': expected the absolute path"));
  EXPECT_THAT(message("file", "/run/checkpoints/"), HasSubstr("'file'"));
  EXPECT_THAT(message("key", 7), HasSubstr("'key'"));
  EXPECT_THAT(message("every_s", -1), HasSubstr("'every_s'"));
  EXPECT_THAT(message("every_s", "often"), HasSubstr("'every_s'"));
}

}  // namespace
}  // namespace flash
