#include "flash/train/protocol.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include <sys/resource.h>
#include <unistd.h>

#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/dataset/data_digest.hpp"
#include "flash/process/child.hpp"
#include "flash/task/host_measurement.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

Json train_request() {
  CellSpace definition = tiny_space();
  definition.input = {3, 8, 10};
  DataSource source;
  source.side = 8;
  source.train_images = 100;
  source.test_images = 50;
  TrainingSettings settings = tiny_training();
  settings.epochs = 2;
  return {{"command", "train"},      {"space", to_json(definition)},  {"id", 17},
          {"data", to_json(source)}, {"training", to_json(settings)}, {"seed", 5}};
}

Json measure_request() {
  HostMeasurementSettings settings;
  settings.repeats = 3;
  return {{"command", "measure"},
          {"space", to_json(tiny_space())},
          {"id", 3},
          {"host", to_json(settings)},
          {"seed", 5}};
}

Json ask(const Json& request) { return Json::parse(answer(request.dump())); }

void expect_error(const Json& reply, ExitCode code, const std::string& part) {
  ASSERT_TRUE(reply.contains("error")) << reply.dump();
  EXPECT_EQ(reply["code"], static_cast<int>(code)) << reply.dump();
  EXPECT_THAT(reply["error"].get<std::string>(), HasSubstr(part));
  EXPECT_EQ(reply["error"].get<std::string>().find('\n'), std::string::npos);
}

TEST(Protocol, AnswersATrainingRequestAndItsRepeatAlike) {
  const Json first = ask(train_request());
  ASSERT_FALSE(first.contains("error")) << first.dump();
  const TrainingResult result = training_result_from_json(first);
  EXPECT_EQ(result.curve.size(), 2U);
  EXPECT_GT(result.parameters, 0);
  Json other = train_request();
  other["data"]["seed"] = 2;  // another set in between
  const TrainingResult elsewhere = training_result_from_json(ask(other));
  const TrainingResult again = training_result_from_json(ask(train_request()));
  EXPECT_EQ(again.train_loss, result.train_loss);
  EXPECT_NE(elsewhere.train_loss, result.train_loss);
}

TEST(Protocol, AnswersAMeasuringRequest) {
  const Json reply = ask(measure_request());
  ASSERT_FALSE(reply.contains("error")) << reply.dump();
  EXPECT_GT(host_measurement_from_json(reply).latency_ms, 0.0);
  EXPECT_FALSE(reply.at("device").get<std::string>().empty());
}

TEST(Protocol, RefusesWhatIsNoRequest) {
  for (const char* text : {"", "{", "[1", "nonsense", "\xff\xfe"})
    expect_error(Json::parse(answer(text)), ExitCode::bad_data, "not valid JSON");
  for (const char* text : {"[]", "1", "null", "\"train\""})
    expect_error(Json::parse(answer(text)), ExitCode::bad_data, "not a JSON object");
  expect_error(Json::parse(answer("{}")), ExitCode::bad_data, "no key 'command'");
}

TEST(Protocol, NamesWhatIsWrongInARequest) {
  Json request = train_request();
  request["command"] = "dance";
  expect_error(ask(request), ExitCode::bad_data,
               "expected train, measure, export, compress, break_even or export_fcn, not 'dance'");
  for (const char* key : {"space", "id", "data", "training", "seed"}) {
    request = train_request();
    request.erase(key);
    expect_error(ask(request), ExitCode::bad_data, std::string("no key '") + key + "'");
  }
  request = train_request();
  request["id"] = -1;
  expect_error(ask(request), ExitCode::bad_data, "'id'");
  request = train_request();
  request["id"] = std::uint64_t{1} << 62;
  EXPECT_TRUE(ask(request).contains("error"));
  request = train_request();
  request["training"]["epochs"] = "many";
  expect_error(ask(request), ExitCode::bad_data, "'epochs'");
  request = train_request();
  request["training"]["epochs"] = 0;
  expect_error(ask(request), ExitCode::bad_job, "epochs");
  request = measure_request();
  request["host"]["device"] = "abacus";
  expect_error(ask(request), ExitCode::bad_job, "abacus");
}

// A trainer that is started again in the middle of a run must not go on with other images.
TEST(Protocol, RefusesImagesThatHaveChanged) {
  Json request = train_request();
  request["images"] = data_digest(data_source_from_json(request["data"]));
  EXPECT_FALSE(ask(request).contains("error"));
  request["images"] = std::string(64, '0');
  expect_error(ask(request), ExitCode::bad_data, "the images have changed");
}

TEST(Protocol, ReportsMissingDataAndGoesOn) {
  Json request = train_request();
  request["data"]["source"] = "cifar10";
  request["data"]["train"] = {"/nowhere/train.bin"};
  request["data"]["test"] = {"/nowhere/test.bin"};
  expect_error(ask(request), ExitCode::missing_input, "/nowhere/train.bin");
  EXPECT_FALSE(ask(train_request()).contains("error"));
}

// Lowers the limit of the process's address space to `spare` bytes above what it has, while it lives.
class MemoryLimit {
 public:
  explicit MemoryLimit(std::size_t spare) {
    ::getrlimit(RLIMIT_AS, &before_);
    std::size_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit limit = before_;
    limit.rlim_cur = pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + spare;
    ::setrlimit(RLIMIT_AS, &limit);
  }
  ~MemoryLimit() { ::setrlimit(RLIMIT_AS, &before_); }
  MemoryLimit(const MemoryLimit&) = delete;
  MemoryLimit& operator=(const MemoryLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(Protocol, ReportsExhaustedMemoryAndGoesOn) {
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
  GTEST_SKIP() << "the sanitizers themselves cannot live in a limited address space";
#endif
  Json request = measure_request();
  request["host"]["batch"] = 20000;  // 20 MB for one output of one layer
  ask(measure_request());            // what every request needs is in memory by then
  {
    const MemoryLimit limit(std::size_t{24} << 20);
    expect_error(ask(request), ExitCode::internal, "out of memory");
  }
  EXPECT_FALSE(ask(measure_request()).contains("error"));
}

// The program itself: frames only on its standard output, several requests, an error in between.
TEST(TrainerProgram, AnswersThroughPipes) {
  const std::string program = std::string(FLASH_BIN_DIR) + "/flash-trainer";
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "flash-trainer is not built";
  Child child({program});
  const Json reply = Json::parse(child.call(train_request().dump()));
  EXPECT_EQ(training_result_from_json(reply).train_loss,
            training_result_from_json(ask(train_request())).train_loss);
  expect_error(Json::parse(child.call("{}")), ExitCode::bad_data, "no key 'command'");
  EXPECT_GT(host_measurement_from_json(Json::parse(child.call(measure_request().dump()))).latency_ms, 0.0);
}

// Killed as a stop kills it, with a checkpoint on disk; started again, it goes on from there.
TEST(TrainerProgram, GoesOnFromItsCheckpointAfterAKill) {
  const std::string program = std::string(FLASH_BIN_DIR) + "/flash-trainer";
  if (!std::filesystem::exists(program)) GTEST_SKIP() << "flash-trainer is not built";
  std::string pattern = (std::filesystem::temp_directory_path() / "flash-trainer-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  const std::filesystem::path file = folder / "checkpoints" / "key";
  Json request = train_request();
  request["training"]["epochs"] = 100;  // many times what it takes to see the first checkpoint
  const TrainingResult whole = training_result_from_json(ask(request));
  request["checkpoint"] = {{"file", file.string()}, {"key", "key"}, {"every_s", 0}};
  Child killed({program}, [&] { return std::filesystem::exists(file); });
  EXPECT_THROW(killed.call(request.dump()), Error);
  EXPECT_EQ(killed.pid(), -1);

  request["checkpoint"]["every_s"] = 1e6;
  const TrainingResult result = training_result_from_json(Json::parse(Child({program}).call(request.dump())));
  EXPECT_EQ(result.accuracy, whole.accuracy);
  ASSERT_EQ(result.curve.size(), whole.curve.size());
  for (std::size_t k = 0; k < whole.curve.size(); ++k) {
    EXPECT_EQ(result.curve[k].train_loss, whole.curve[k].train_loss) << k;
    EXPECT_EQ(result.curve[k].accuracy, whole.curve[k].accuracy) << k;
  }
  std::filesystem::remove_all(folder);
}

TEST(Protocol, RefusesCheckpointsThatCannotBe) {
  Json request = train_request();
  request["checkpoint"] = {{"file", "here"}, {"key", "key"}, {"every_s", 60}};
  expect_error(ask(request), ExitCode::bad_data, "'file': expected the absolute path");
  request["checkpoint"] = 60;
  expect_error(ask(request), ExitCode::bad_data, "checkpoint settings is not a JSON object");
}

}  // namespace
}  // namespace flash
