// mlp-cells: one cell of fully connected layers with skips into concatenation [group].
#include "cells.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

class MlpCells : public Cells {
 public:
  using Cells::Cells;

  // Layer 0's output is kept after its ELU, which layer 1 reads as it is; what later layers read passes an
  // ELU, but the last layer, which puts out the classes, reads its input without one. No norm.
  void add_layer(ShapeView shape, std::size_t cell, int index, int depth, int skip,
                 Chain& chain) const override {
    const int width = this->width(shape, cell);
    const int out = index == depth - 1 ? space().input.classes : width;
    const std::size_t first = chain.size();
    if (index == 0) {
      chain.push_back(operators::flatten(space().input.channels, space().input.side));
      chain.push_back(operators::linear(chain.back().out, out, 1));
      chain.push_back(operators::elu(out, 1));
    } else if (index == 1) {
      chain.push_back(operators::linear(width, out, 1));
    } else {
      chain.push_back(operators::gather(width + skip, 1));
      chain.back().joins = skip > 0;
      if (index < depth - 1) chain.push_back(operators::elu(width + skip, 1));
      chain.push_back(operators::linear(width + skip, out, 1));
    }
    chain[first] = opening_layer(chain[first]);
  }
  void add_head(ShapeView, Chain&) const override {}
  bool ends_in_classes() const override { return true; }
};

// Blocks and the head's norm are of convolutions.
std::vector<FamilySetting> settings() {
  std::vector<FamilySetting> settings = cell_settings();
  std::erase_if(settings, [](const FamilySetting& setting) {
    return setting.key == "block" || setting.key == "head_norm";
  });
  return settings;
}

Preset mnist_mlp() {
  CellSpace space;
  space.family = mlp_cells_name;
  space.head_norm = false;
  space.widths = {64};
  space.wm = from_to(1, 4);
  space.depths = from_to(4, 10);
  space.input = {1, 28, 10};
  return {
      "mnist-mlp",
      "fully connected networks for MNIST: 22,428 configurations of 0.06 to 2.58 MMAC an image of 1x28x28",
      space};
}

}  // namespace

const Family& mlp_cells() {
  static const Family family{mlp_cells_name,
                             "One cell of fully connected layers with skips into concatenation [group].",
                             settings(),
                             SpaceDefinition(CellSpace()).settings,
                             [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
                               const CellSpace space = CellSpace::from({mlp_cells_name, settings, input});
                               check(space);
                               return std::make_shared<MlpCells>(space);
                             },
                             {mnist_mlp()},
                             cell_notes};
  return family;
}

}  // namespace flash
