// wide-resnet: residual networks with wide blocks (Zagoruyko and Komodakis, BMVC 2016), without dropout. With
// bottleneck blocks and the ImageNet stem these are torchvision's, whose factor widens the 3x3 convolutions alone.
#include "residual.hpp"

namespace flash {
namespace {

constexpr const char* wide_factor = "k";

Json defaults() {
  Json settings = residual_defaults(wide_factor);
  settings.update({{"k", {1, 2, 4}}, {"shortcut", "projection"}, {"activation", "pre"}});
  return settings;
}

}  // namespace

const Family& wide_resnet() {
  static const Family family{
      "wide-resnet",
      "Residual networks whose blocks are k times as wide, without dropout.",
      residual_settings({.key = wide_factor,
                         .path = "/k",
                         .type = FamilySetting::Type::integers,
                         .doc = "Width factors within the blocks of wide-resnet, ascending.",
                         .min = 1,
                         .max = 65'536}),
      defaults(),
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        ResidualSpace space = residual_space(settings, wide_factor, input);
        space.wide = true;
        return std::make_shared<Residual>(std::move(space));
      },
      {{"wide-resnet-cifar",
        "10,125 configurations of 12.2 to 619.1 MMAC; images of 3x32x32, factors 1 to 4",
        {"wide-resnet", defaults(), {3, 32, 10}}}}};
  return family;
}

}  // namespace flash
