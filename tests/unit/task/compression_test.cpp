#include "flash/task/compression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

TEST(LayerTexts, SayWhatALayerKeeps) {
  const LayerCompression both = layer_compression("2: keep 0.1 bits 3");
  EXPECT_EQ(both.layer, 2);
  EXPECT_EQ(both.keep, 0.1);
  EXPECT_EQ(both.bits, 3);
  EXPECT_EQ(both.break_even, 1);
  EXPECT_EQ(layer_compression("0: bits 8").keep, 0);
  EXPECT_EQ(layer_compression("11: keep 1").bits, 0);
}

TEST(LayerTexts, AreRefusedWithWhatIsWrong) {
  const auto refusal = [](const std::string& text) -> std::string {
    try {
      layer_compression(text);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_job);
      return error.what();
    }
    return "";
  };
  for (const char* text : {"", "keep 0.5", "-1: keep 0.5", "a: keep 0.5", "1 keep 0.5"})
    EXPECT_THAT(refusal(text), HasSubstr("begins with a layer's number")) << text;
  for (const char* text : {"0: keep 0", "0: keep 1.5", "0: keep -1"})
    EXPECT_THAT(refusal(text), HasSubstr("keeps a share")) << text;
  for (const char* text : {"0: bits 0", "0: bits 9", "0: bits 2.5"})
    EXPECT_THAT(refusal(text), HasSubstr("1 to 8 bits")) << text;
  EXPECT_THAT(refusal("0: keep"), HasSubstr("a number is missing behind 'keep'"));
  EXPECT_THAT(refusal("0: share 0.5"), HasSubstr("'share' is not understood"));
  EXPECT_THAT(refusal("0:"), HasSubstr("says nothing of the layer"));
}

TEST(CompressionNames, HaveMethodRatioAndBits) {
  CompressionSettings settings;
  settings.ratio = 85;
  settings.bits = 3;
  EXPECT_EQ(compression_name(settings), "admm-85x-3bit");
  settings.bits = 32;
  settings.ratio = 2.5;
  settings.method = "magnitude";
  EXPECT_EQ(compression_name(settings), "magnitude-2.5x");
}

TEST(CompressionJson, ComesBackWhole) {
  CompressionSettings settings;
  settings.distil = 0.25;
  settings.target = "digital";
  settings.layers = {{1, 0.5, 8, 0.75}};
  EXPECT_EQ(to_json(compression_settings_from_json(to_json(settings))), to_json(settings));
  settings.distil = 1.5;
  EXPECT_THROW(check_compression(settings), Error);
}

TEST(CompressionPhases, ASparsityIsReachedBySharesThatAreBelowIt) {
  CompressionSettings settings;
  settings.method = "cannon";
  settings.sparsity = 0.8;
  settings.ratio = 5;
  settings.bits = 32;
  settings.epochs = 10;
  const std::vector<CompressionPhase> phases = compression_phases(settings);
  ASSERT_EQ(phases.size(), 3U);
  EXPECT_DOUBLE_EQ(phases[0].ratio, 2);
  EXPECT_DOUBLE_EQ(phases[1].ratio, 4);
  EXPECT_DOUBLE_EQ(phases[2].ratio, 5);
  EXPECT_EQ(phases[0].epochs, 2);
  EXPECT_EQ(phases[1].epochs, 2);
  EXPECT_EQ(phases[2].epochs, 6);
  settings.method = from_scratch;  // its mask is fixed
  EXPECT_EQ(compression_phases(settings).size(), 1U);
  EXPECT_EQ(compression_name(settings), "cannon-scratch-80pc");
  settings.chip = {{"tile", 1}};
  EXPECT_EQ(to_json(compression_settings_from_json(to_json(settings))), to_json(settings));
}

}  // namespace
}  // namespace flash
