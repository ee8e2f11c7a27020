// What flash-trainer answers to an export: the files, and what it does where some are there already.
#include "flash/train/export_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../archive/temporary_folder.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/train/protocol.hpp"
#include "flash/train/train_network.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class ExportNetwork : public FolderTest {
 protected:
  ExportOrder order(std::uint64_t id = 17) const {
    ExportOrder order;
    order.id = id;
    order.seed = 5;
    order.folder = folder_ / "files";
    order.training = tiny_training();
    order.data = "tiny";
    return order;
  }
  Json run(const ExportOrder& wanted) {
    return export_network(space_, wanted, [this]() -> const Data& {
      ++trained_;
      return data_;
    });
  }
  std::filesystem::path file(const std::string& name) const { return folder_ / "files" / name; }

  const Space space_{tiny_space()};
  const Data data_ = tiny_data();
  int trained_ = 0;
};

TEST_F(ExportNetwork, IsTheNetworkOfTheTrainingTask) {
  const Json json = run(order());
  const TrainingResult result = train_network(space_, space_.point(17), data_, tiny_training(), 5);
  EXPECT_EQ(json["accuracy"], result.accuracy);
  EXPECT_EQ(json["train_loss"], result.train_loss);
  EXPECT_EQ(json["parameters"], result.parameters);
  EXPECT_EQ(json["macs"], result.macs);
  for (const Json& entry : json["files"]) {
    const std::string bytes = read_file(file(entry["name"]));
    EXPECT_EQ(entry["sha256"], sha256_hex(bytes));
    EXPECT_EQ(entry["bytes"], bytes.size());
  }
}

TEST_F(ExportNetwork, IsTakenWhereItIsThere) {
  Json first = run(order());
  const Json second = run(order());
  EXPECT_EQ(trained_, 1);
  EXPECT_TRUE(second["kept"]);
  first["kept"] = true;
  EXPECT_EQ(second, first);
}

TEST_F(ExportNetwork, GoesOnWhereOneWasInterrupted) {
  run(order());
  const std::string description = read_file(file("network-17.json"));
  std::filesystem::remove(file("network-17.json"));
  std::filesystem::remove(file("network-17.onnx"));
  run(order());
  EXPECT_EQ(read_file(file("network-17.json")), description);
  std::filesystem::remove(file("network-17.pt"));
  EXPECT_FALSE(run(order())["kept"]);
  EXPECT_TRUE(run(order())["kept"]);
}

TEST_F(ExportNetwork, NeverOverwrites) {
  run(order());
  ExportOrder other = order();
  other.seed = 6;
  const Error taken = error_of([&] { run(other); });
  EXPECT_EQ(taken.code(), ExitCode::usage);
  EXPECT_THAT(taken.what(), HasSubstr("network-17.json describes another network"));
  EXPECT_EQ(trained_, 1);  // said before training

  write_file_atomically(file("network-3.pt"), "somebody's");
  const Error foreign = error_of([&] { run(order(3)); });
  EXPECT_EQ(foreign.code(), ExitCode::usage);
  EXPECT_THAT(foreign.what(), HasSubstr("another folder with -o"));
  EXPECT_EQ(read_file(file("network-3.pt")), "somebody's");

  // Of the version before trainable files: said, and completed where the user agrees.
  const std::string whole = read_file(file("network-17.json"));
  Json earlier = Json::parse(whole);
  for (const char* part : {"weights", "pytorch"}) {
    std::filesystem::remove(file(earlier["files"][part]["name"]));
    earlier["files"].erase(part);
  }
  write_file_atomically(file("network-17.json"), earlier.dump(2) + "\n");
  const Error older = error_of([&] { run(order()); });
  EXPECT_EQ(older.code(), ExitCode::usage);
  EXPECT_THAT(older.what(), HasSubstr("no trainable files: remove it"));
  std::filesystem::remove(file("network-17.json"));
  run(order());
  EXPECT_EQ(read_file(file("network-17.json")), whole);

  write_file_atomically(file("network-4.json"), "[1, 2");
  EXPECT_EQ(error_of([&] { run(order(4)); }).code(), ExitCode::bad_data);

  write_file_atomically(file("network-17.onnx"), "damaged");
  EXPECT_EQ(error_of([&] { run(order()); }).code(), ExitCode::bad_data);
}

TEST_F(ExportNetwork, ReplacesWhereTheFolderIsARunsOwn) {
  run(order());
  ExportOrder other = order();
  other.seed = 6;
  other.replace = true;
  const Json replaced = run(other);
  EXPECT_FALSE(replaced["kept"]);
  EXPECT_EQ(replaced["seed"], 6);
  for (const Json& entry : replaced["files"])
    EXPECT_EQ(entry["sha256"], sha256_hex(read_file(file(entry["name"]))));
  EXPECT_TRUE(run(other)["kept"]);
  write_file_atomically(file("network-17.onnx"), "damaged");
  EXPECT_FALSE(run(other)["kept"]);
  EXPECT_TRUE(run(other)["kept"]);
}

TEST_F(ExportNetwork, GoesOnFromACheckpointOfTheTraining) {
  const CheckpointSettings settings{
      .file = folder_ / "checkpoint", .key = "key", .every_s = 1e9, .last = true};
  CheckpointFile training(settings);
  const TrainingResult result =
      train_network(space_, space_.point(17), data_, tiny_training(), 5, {.checkpoints = &training});
  ASSERT_TRUE(std::filesystem::exists(settings.file));
  CheckpointFile there(settings);
  ExportOrder wanted = order();
  wanted.checkpoints = &there;
  Data black = data_;  // trained on these it would be another network
  for (std::uint8_t& pixel : black.train.pixels) pixel = 0;
  const Json json = export_network(space_, wanted, [&]() -> const Data& { return black; });
  EXPECT_EQ(json["accuracy"], result.accuracy);
  EXPECT_EQ(json["train_loss"], result.train_loss);
}

TEST_F(ExportNetwork, FailsAtOnceOrLeavesNoHalfFile) {
  write_file_atomically(folder_ / "files", "a file where the folder should be");
  EXPECT_EQ(error_of([&] { run(order()); }).code(), ExitCode::io);
  EXPECT_EQ(trained_, 0);
  std::filesystem::remove(folder_ / "files");
  {
    const FileSizeLimit limit(2000);
    EXPECT_EQ(error_of([&] { run(order()); }).code(), ExitCode::io);
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "files"));
}

TEST_F(ExportNetwork, RefusesANetworkThatDidNotTrain) {
  ExportOrder diverges = order();
  diverges.training->learning_rate = 1e30;
  const Error error = error_of([&] { run(diverges); });
  EXPECT_EQ(error.code(), ExitCode::bad_data);
  EXPECT_THAT(error.what(), HasSubstr("network 17 failed to train: loss became"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "files"));
}

// The deepest and most densely linked networks of a wide space, where values without norms would overflow.
TEST_F(ExportNetwork, NeedsNoDataForFirstWeights) {
  CellSpace definition = tiny_space();
  definition.widths = {4, 6, 8};
  definition.depths = {23};
  const Space deep(definition);
  ExportOrder untrained = order(deep.size() - 1);
  untrained.training.reset();
  untrained.data = nullptr;
  const Json json = export_network(deep, untrained, []() -> const Data& { throw std::logic_error("data"); });
  EXPECT_TRUE(json["accuracy"].is_null());
  for (const Json& logit : json["check"]["logits"]) {
    ASSERT_TRUE(logit.is_number());
    EXPECT_LT(std::abs(logit.get<double>()), 1e4);
  }
}

TEST_F(ExportNetwork, IsARequestToTheTrainer) {
  Json request{{"command", "export"}, {"space", to_json(tiny_space())},         {"id", 17},
               {"seed", 5},           {"folder", (folder_ / "files").string()}, {"train", false}};
  Json reply = Json::parse(answer(request.dump()));
  ASSERT_FALSE(reply.contains("error")) << reply.dump();
  EXPECT_FALSE(reply["kept"]);
  EXPECT_TRUE(Json::parse(answer(request.dump()))["kept"]);
  request["train"] = true;
  reply = Json::parse(answer(request.dump()));
  EXPECT_THAT(reply["error"].get<std::string>(), HasSubstr("no key 'training'"));
}

}  // namespace
}  // namespace flash
