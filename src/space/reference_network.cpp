#include "flash/space/reference_network.hpp"

#include <algorithm>
#include <array>

#include "flash/core/error.hpp"
#include "flash/space/families/families.hpp"

namespace flash {

std::span<const ReferenceNetwork> reference_networks() {
  static const std::array list{
      ReferenceNetwork{"lenet5", "lenet5", "layer=dense,dense,dense,dense"},
      ReferenceNetwork{"vgg-small", "vgg-small", "layer=dense,dense,dense,dense,dense,dense,dense"},
      ReferenceNetwork{"resnet20", "resnet-cifar", "wm=1 blocks=3,3,3 share=100,100,100"},
      ReferenceNetwork{"alexnet", "alexnet", "layer=dense,dense,dense,dense,dense,dense,dense,dense"},
      ReferenceNetwork{"vgg16", "vgg16",
                       "layer=dense,dense,dense,dense,dense,dense,dense,dense,dense,dense,dense,dense,dense,"
                       "dense,dense,dense"},
      ReferenceNetwork{"resnet50", "resnet-imagenet", "wm=1 blocks=3,4,6,3 share=100,100,100,100"}};
  return list;
}

const ReferenceNetwork* find_reference(std::string_view name) {
  const auto found = std::ranges::find(reference_networks(), name, &ReferenceNetwork::name);
  return found == reference_networks().end() ? nullptr : &*found;
}

SpaceDefinition definition_of(const ReferenceNetwork& reference, const Input& input) {
  SpaceDefinition definition = find_preset(reference.preset)->definition;
  definition.input = input;
  try {
    geometry_of(definition);  // refuses what cannot be
  } catch (const Error& error) {
    std::string what = error.what();
    const std::string prefix = "space: ";
    if (what.starts_with(prefix)) what.erase(0, prefix.size());
    const std::string side = std::to_string(input.side);
    throw Error(error.code(), reference.name + " cannot be built for images of " +
                                  std::to_string(input.channels) + " x " + side + " x " + side + ": " + what);
  }
  return definition;
}

}  // namespace flash
