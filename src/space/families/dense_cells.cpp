// dense-cells: convolutions with skips into concatenation [group].
#include "cells.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

class DenseCells : public Cells {
 public:
  using Cells::Cells;

  // Layers 0 and 1 are convolution, norm (layer 1 reads layer 0's through a ReLU); from layer 2 on norm and
  // ReLU come before the convolution.
  void add_layer(ShapeView shape, std::size_t cell, int index, int, int skip, Chain& chain) const override {
    const int width = this->width(shape, cell);
    const int entry = side_into(cell);
    const int after = cell == 0 ? entry : halved(entry);
    const std::size_t first = chain.size();
    if (index == 0) {
      const int in = cell == 0 ? space().input.channels : this->width(shape, cell - 1);
      add_convolution(in, width, cell == 0 ? 1 : 2, entry, cell == 0, chain);
    } else if (index == 1) {
      chain.push_back(operators::relu(width, after));
      add_convolution(width, width, 1, after, false, chain);
    } else {
      const int in = width + skip;
      chain.push_back(operators::gather(in, after));
      chain.back().joins = skip > 0;
      chain.push_back(operators::norm(in, after));
      chain.push_back(operators::relu(in, after));
      add_convolution(in, width, 1, after, false, chain);
    }
    if (index < 2) chain.push_back(operators::norm(width, after));
    chain[first] = opening_layer(chain[first]);
  }

  void add_head(ShapeView shape, Chain& chain) const override {
    const int width = this->width(shape, cells() - 1);
    const int entry = side_into(cells() - 1);
    const int side = cells() == 1 ? entry : halved(entry);
    const std::size_t first = chain.size();
    if (space().head_norm) {
      chain.push_back(operators::norm(width, side));
      chain.push_back(operators::relu(width, side));
    }
    chain.push_back(operators::average_pool(width, side, 2));
    chain.push_back(operators::linear(width, space().input.classes, side / 2));
    chain[first] = opening_layer(chain[first], /*head=*/true);
  }

  bool ends_in_classes() const override { return false; }

 private:
  // Every cell but the first halves the side in its first layer (3x3, padding 1, stride 2).
  static int halved(int side) { return (side - 1) / 2 + 1; }
  int side_into(std::size_t cell) const {
    int side = space().input.side;
    for (std::size_t c = 1; c < cell; ++c) side = halved(side);
    return side;
  }

  // 3x3; in a depthwise block 1x1 (in -> out), norm, ReLU, 3x3 on each channel alone (carries the stride),
  // norm, ReLU, 1x1 (out -> out), norm. The network's very first layer is a plain one always.
  void add_convolution(int in, int out, int stride, int side, bool plain, Chain& chain) const {
    if (plain || space().block == Block::regular) {
      chain.push_back(operators::convolution(in, out, 3, stride, side));
      return;
    }
    chain.push_back(operators::convolution(in, out, 1, 1, side));
    chain.push_back(operators::norm(out, side));
    chain.push_back(operators::relu(out, side));
    chain.push_back(operators::convolution(out, out, 3, stride, side, out));
    const int after = chain.back().side_out;
    chain.push_back(operators::norm(out, after));
    chain.push_back(operators::relu(out, after));
    chain.push_back(operators::convolution(out, out, 1, 1, after));
    chain.push_back(operators::norm(out, after));
  }
};

SpaceDefinition preset_space(std::vector<int> widths, std::vector<int> wm, std::vector<int> depths, int side,
                             DepthMode mode = DepthMode::equal) {
  CellSpace space;
  space.widths = std::move(widths);
  space.wm = std::move(wm);
  space.depths = std::move(depths);
  space.depth_mode = mode;
  space.input = {3, side, 10};
  return space;
}

}  // namespace

const Family& dense_cells() {
  static const Family family{
      dense_cells_name,
      "Convolutional cells with skips into concatenation [group].",
      cell_settings(),
      SpaceDefinition(CellSpace()).settings,
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        const CellSpace space = CellSpace::from({dense_cells_name, settings, input});
        check(space);
        return std::make_shared<DenseCells>(space);
      },
      {{"flash-63b",
        "the paper's size: 63,102,615,225 configurations of 31.1 to 16138.9 MMAC an image of 3x32x32",
        preset_space({16, 32, 64}, {1, 2, 3}, from_to(5, 23), 32)},
       {"cifar-small",
        "narrow networks with a depth for each cell, for CIFAR-10 on a few cores: 207,316,746 configurations of "
        "1.6 to 80.4 MMAC an image of 3x32x32",
        preset_space({4, 8, 16}, {1, 2}, from_to(4, 10), 32, DepthMode::separate)},
       {"shapes-mini",
        "networks that train in seconds, for the quick start: 1,099,670 configurations of 0.3 to 9.5 MMAC an "
        "image of 3x16x16",
        preset_space({4, 8, 16}, {1, 2}, from_to(3, 7), 16)}},
      cell_notes};
  return family;
}

}  // namespace flash
