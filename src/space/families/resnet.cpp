// resnet: residual networks (He, Zhang, Ren, Sun, CVPR 2016, and ECCV 2016 for pre-activation).
#include "common.hpp"
#include "residual.hpp"

namespace flash {
namespace {

constexpr const char* resnet_factor = "wm";

}  // namespace

const Family& resnet() {
  static const Family family{
      "resnet",
      "Residual networks of stages of blocks; a share of each stage's channels is added [reconstructed].",
      residual_settings({.key = resnet_factor,
                         .path = "/wm",
                         .type = FamilySetting::Type::integers,
                         .doc = "Width multipliers, ascending.",
                         .min = 1,
                         .max = 65'536}),
      residual_defaults(resnet_factor),
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        return std::make_shared<Residual>(residual_space(settings, resnet_factor, input));
      },
      {{"resnet-cifar",
        "182,250 configurations of 12.2 to 501.1 MMAC; images of 3x32x32, 1 to 9 blocks a stage",
        {"resnet",
         changed(residual_defaults(resnet_factor),
                 {{"blocks", {1, 2, 3, 4, 5, 6, 7, 8, 9}}, {"shortcut", "padded"}}),
         {3, 32, 10}}},
       {"resnet-imagenet",
        "320,000 configurations of 1982.6 to 23104.3 MMAC; images of 3x224x224, ResNet-50 among them",
        {"resnet",
         changed(residual_defaults(resnet_factor), {{"wm", {1, 2}},
                                                    {"widths", {64, 128, 256, 512}},
                                                    {"blocks", {2, 3, 4, 6}},
                                                    {"residual_block", "bottleneck"},
                                                    {"stem", "imagenet"},
                                                    {"shortcut", "projection"}}),
         {3, 224, 1000}}}}};
  return family;
}

}  // namespace flash
