// Networks with names, held against what their authors and torchvision say of them.
#include "flash/space/reference_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

Counts counts_of(const std::string& name) {
  const ReferenceNetwork* reference = find_reference(name);
  const SpaceDefinition& preset = find_preset(reference->preset)->definition;
  const Space space(definition_of(*reference, preset.input));
  return space.counts(parse_network(space, reference->network));
}

TEST(ReferenceNetworks, HaveThePublishedParameters) {
  EXPECT_EQ(counts_of("lenet5").parameters, 431'080);      // Caffe's
  EXPECT_EQ(counts_of("alexnet").parameters, 61'100'840);  // the others torchvision's
  EXPECT_EQ(counts_of("vgg16").parameters, 138'357'544);
  EXPECT_EQ(counts_of("resnet50").parameters, 25'557'032);
  EXPECT_EQ(counts_of("resnet20").parameters, 269'722);  // shortcuts padded with zeros
  EXPECT_EQ(counts_of("vgg-small").parameters, 205'354);
}

TEST(ReferenceNetworks, HaveThePublishedMacs) {
  EXPECT_EQ(counts_of("lenet5").macs, 288'000 + 1'600'000 + 400'000 + 5'000);
  EXPECT_EQ(counts_of("alexnet").macs, 714'188'480);
  EXPECT_EQ(counts_of("vgg16").macs, 15'470'264'320);
}

TEST(ReferenceNetworks, TakeImagesOfTheJob) {
  const SpaceDefinition definition = definition_of(*find_reference("lenet5"), {3, 32, 100});
  const Space space(definition);
  const Counts counts = space.counts(parse_network(space, "layer=dense"));
  EXPECT_EQ(counts.parameters, 3 * 25 * 20 + 20 + 25'000 + 50 + 50 * 25 * 500 + 500 + 500 * 100 + 100);
  EXPECT_THROW(definition_of(*find_reference("lenet5"), {1, 8, 10}), Error);
  EXPECT_EQ(find_reference("lenet-5"), nullptr);
}

std::string refusal(const std::vector<std::string>& layers) {
  SpaceDefinition definition = find_preset("lenet5")->definition;
  definition.settings["layers"] = layers;
  try {
    geometry_of(definition);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_job);
    return error.what();
  }
  return "";
}

TEST(ReferenceLayers, AreRefusedWithWhatIsWrong) {
  EXPECT_THAT(refusal({}), HasSubstr("end with \"linear\""));
  EXPECT_THAT(refusal({"linear 10"}), HasSubstr("end with \"linear\""));
  EXPECT_THAT(refusal({"dense 10", "linear"}), HasSubstr("'dense' is no layer"));
  EXPECT_THAT(refusal({"convolution k3", "linear"}), HasSubstr("number of channels"));
  EXPECT_THAT(refusal({"convolution 8", "linear"}), HasSubstr("lacks its kernel"));
  EXPECT_THAT(refusal({"convolution 8 k3 k5", "linear"}), HasSubstr("says again"));
  EXPECT_THAT(refusal({"convolution 8 k3 q5", "linear"}), HasSubstr("'q5' is not understood"));
  EXPECT_THAT(refusal({"convolution 8 k3 p3", "linear"}), HasSubstr("padding is as wide"));
  EXPECT_THAT(refusal({"max_pool 3", "linear"}), HasSubstr("'3' is not understood"));
  EXPECT_THAT(refusal({"average_pool s2", "linear"}), HasSubstr("neither stride nor padding"));
  EXPECT_THAT(refusal({"linear", "linear"}), HasSubstr("only the last one"));
  EXPECT_THAT(refusal({"linear 20", "convolution 8 k3", "linear"}), HasSubstr("linear ones alone"));
  EXPECT_THAT(refusal({"max_pool k4", "max_pool k4", "convolution 8 k3 p0", "linear"}),
              HasSubstr("is larger than"));
}

}  // namespace
}  // namespace flash
