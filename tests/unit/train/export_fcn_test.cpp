// What flash-trainer answers to an export of a compressed network: the files, what they cost, what is refused.
#include "flash/train/export_fcn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "../archive/temporary_folder.hpp"
#include "compressed_cases.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/fcn/file.hpp"
#include "flash/train/compress_network.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

class ExportFcn : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    const Space space(tiny_space());
    std::ofstream(folder_ / "net.fcn", std::ios::binary) << fcn_file(compressed(space, 17));
  }
  Json run(std::size_t calibration) {
    return export_fcn({folder_ / "net.fcn", folder_ / "out", calibration},
                      [this]() -> const Data& { return data_; });
  }
  Data data_ = tiny_data();
};

TEST_F(ExportFcn, WritesBothAndWhatTheyAre) {
  const Json dense = run(0);
  EXPECT_FALSE(dense["files"].contains("onnx_int8"));
  EXPECT_FALSE(dense.contains("accuracy"));
  const Json both = run(30);
  EXPECT_EQ(both["calibration"]["training_images"], 30);
  EXPECT_EQ(both["accuracy"]["test_images"], 40);
  for (const Json& entry : both["files"]) {
    const std::string bytes = read_file(folder_ / "out" / entry["name"]);
    EXPECT_EQ(entry["sha256"], sha256_hex(bytes));
  }
  const Json stored = Json::parse(read_file(folder_ / "out" / "net.json"));
  EXPECT_EQ(stored["files"], both["files"]);
  EXPECT_EQ(stored["input"]["side"], 8);
  EXPECT_EQ(run(30), both);
  EXPECT_EQ(run(1'000)["calibration"]["training_images"], 61);  // all that there are
  std::ofstream(folder_ / "out" / "net.json") << "{}";
  EXPECT_THROW(run(0), Error);
}

TEST_F(ExportFcn, CostsATrainedNetworkLittle) {
  const Space space(tiny_space());
  CompressionSettings settings;
  settings.ratio = 4;
  settings.epochs = 9;
  settings.rounds = 3;
  settings.learning_rate = 5e-3;
  const CompressedTraining made =
      compress_network(space, space.point(space.size() - 1), data_, tiny_training(), settings, 5);
  ASSERT_TRUE(made.result.ok) << made.result.failure;
  std::ofstream(folder_ / "net.fcn", std::ios::binary) << made.file;
  const Json accuracy = run(61)["accuracy"];
  EXPECT_EQ(accuracy["before"], made.result.test_accuracy);
  EXPECT_GE(accuracy["after"].get<double>(), made.result.test_accuracy - 0.05);
}

TEST_F(ExportFcn, OtherImagesAndDamageAreSaid) {
  const auto said = [&](std::size_t calibration) -> std::string {
    try {
      run(calibration);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "";
  };
  data_.classes = 5;
  EXPECT_THAT(said(10), HasSubstr("4 classes"));
  data_.train.side = 4;
  EXPECT_THAT(said(10), HasSubstr("images of 1 x 8 x 8, and the job's are 1 x 4 x 4"));
  std::ofstream(folder_ / "net.fcn", std::ios::app) << "x";
  EXPECT_THAT(said(0), HasSubstr("net.fcn: the compressed network is cut or damaged"));
}

}  // namespace
}  // namespace flash
