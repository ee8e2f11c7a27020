#include "cell_activations.hpp"

#include "flash/space/families/skips.hpp"

namespace flash {

CellActivations::CellActivations(const Cells& cells, ShapeView shape, std::size_t cell, bool skips)
    : width_(cells.width(shape, cell)) {
  const int depth = cells.depth(shape, cell);
  Cells::Chain chain;
  std::vector<std::size_t> outputs;
  std::size_t x = 0;
  for (int index = 0; index < depth; ++index) {
    chain.clear();
    const int skip = skips ? skip_channels(width_, index, 1) : 0;
    cells.add_layer(shape, cell, index, depth, skip, chain);
    if (index == 0) x = add(std::int64_t{chain.front().in} * chain.front().side_in * chain.front().side_in);
    if (index >= 2 && skip > 0) {
      x = add(0);
      steps_.push_back({outputs, x});
      gathers_.push_back({x, index, std::int64_t{chain.front().side_in} * chain.front().side_in});
    }
    run(chain, x);
    outputs.push_back(x);
  }
  chain.clear();
  if (cell + 1 == cells.cells()) cells.add_head(shape, chain);
  run(chain, x);
  lifetimes_.emplace(sizes_.size(), steps_);
}

std::int64_t CellActivations::peak(int tc) {
  for (const Gather& gather : gathers_)
    sizes_[gather.value] = (width_ + skip_channels(width_, gather.layer, tc)) * gather.pixels;
  return lifetimes_->peak(sizes_);
}

std::size_t CellActivations::add(std::int64_t size) {
  sizes_.push_back(size);
  return sizes_.size() - 1;
}

void CellActivations::run(const Cells::Chain& chain, std::size_t& x) {
  for (const Operator& op : chain) {
    if (!writes(op) || op.kind == Operator::Kind::gather) continue;
    const std::size_t written = add(op.values_out());
    steps_.push_back({{x}, written});
    x = written;
  }
}

}  // namespace flash
