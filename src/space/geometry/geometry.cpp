#include "flash/space/geometry/geometry.hpp"

#include <algorithm>
#include <cmath>

#include "flash/network/live_memory.hpp"
#include "known_counts.hpp"

namespace flash {
namespace {

std::int64_t parent_option(const Slot& slot, OptionView options) {
  return slot.parent < 0 ? -1 : options[static_cast<std::size_t>(slot.parent)];
}

class SummedColumns : public SlotColumns {
 public:
  SummedColumns(const Geometry& geometry, const Quantities& quantities)
      : geometry_(geometry), quantities_(quantities) {}

  Column column(ShapeView shape, std::size_t slot, std::size_t quantity) override {
    if (slot != slot_ || !std::ranges::equal(shape, shape_)) add_up(shape, slot);
    return columns_[quantity];
  }

 private:
  void add_up(ShapeView shape, std::size_t slot) {
    const auto options = geometry_.slots(shape)[slot].options;
    columns_.assign(quantities_.names().size(), Column(static_cast<std::size_t>(options)));
    std::vector<double> sums(columns_.size());
    for (std::int64_t option = 0; option < options; ++option) {
      std::ranges::fill(sums, 0);
      for (const Operator& op : geometry_.part(shape, slot, -1, option)) quantities_.add(op, sums);
      for (std::size_t q = 0; q < sums.size(); ++q) columns_[q][static_cast<std::size_t>(option)] = sums[q];
    }
    shape_.assign(shape.begin(), shape.end());
    slot_ = slot;
  }

  const Geometry& geometry_;
  const Quantities& quantities_;
  std::vector<int> shape_;
  std::size_t slot_ = static_cast<std::size_t>(-1);
  std::vector<Column> columns_;  // of the last shape and slot asked for
};

}  // namespace

Geometry::Geometry() : known_counts_(std::make_unique<KnownCounts>()) {}
Geometry::~Geometry() = default;

Counts Geometry::part_counts(ShapeView shape, std::size_t slot, std::int64_t parent,
                             std::int64_t option) const {
  return known_counts_->at({table_key(shape, slot), slot, parent, option},
                           [&] { return counts(part(shape, slot, parent, option)); });
}

NetworkGraph Geometry::lower_slot(ShapeView shape, std::size_t slot, std::int64_t parent,
                                  std::int64_t option) const {
  const std::vector<Slot> slots = this->slots(shape);
  std::vector<std::int64_t> options(slots.size());
  options[slot] = option;
  if (slots[slot].parent >= 0) options[static_cast<std::size_t>(slots[slot].parent)] = parent;
  return lower(shape, options, 0);
}

std::vector<Operator> Geometry::part(ShapeView shape, std::size_t slot, std::int64_t parent,
                                     std::int64_t option) const {
  std::vector<Operator> operators;
  const NetworkGraph graph = lower_slot(shape, slot, parent, option);
  for (const NetworkGraph::Node& node : graph.nodes())
    if (node.slot == slot) operators.push_back(node.op);
  return operators;
}

std::int64_t Geometry::peak(ShapeView shape, std::size_t slot, std::int64_t parent,
                            std::int64_t option) const {
  return peak_values(lower_slot(shape, slot, parent, option), slot);
}

std::vector<std::int64_t> Geometry::peaks(ShapeView shape, std::size_t slot) const {
  std::vector<std::int64_t> peaks;
  const std::int64_t options = slots(shape)[slot].options;
  for (std::int64_t option = 0; option < options; ++option) peaks.push_back(peak(shape, slot, -1, option));
  return peaks;
}

std::unique_ptr<SlotColumns> Geometry::columns(const Quantities& quantities) const {
  return std::make_unique<SummedColumns>(*this, quantities);
}

std::size_t Geometry::table_key(ShapeView shape, std::size_t) const {
  std::size_t key = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis)
    key = key * shape_axes()[axis].values.size() + static_cast<std::size_t>(shape[axis]);
  return key;
}

std::vector<double> Geometry::spread(ShapeView shape, OptionView options) const {
  const std::vector<Slot> slots = this->slots(shape);
  std::vector<double> coordinates{
      value(*scores().front(), shape, options, slots),
      std::log(std::max(1.0, static_cast<double>(counts(*this, shape, options).macs)))};
  for (std::size_t s = 0; s < slots.size(); ++s)
    coordinates.push_back(slots[s].options == 1
                              ? 0
                              : static_cast<double>(options[s]) / static_cast<double>(slots[s].options - 1));
  return coordinates;
}

std::vector<double> Score::parts(ShapeView shape, std::size_t slot, std::int64_t options) const {
  std::vector<double> parts;
  for (std::int64_t k = 0; k < options; ++k) parts.push_back(part(shape, slot, -1, k));
  return parts;
}

double value(const Score& score, ShapeView shape, OptionView options, std::span<const Slot> slots) {
  double sum = score.base(shape);
  for (std::size_t s = 0; s < options.size(); ++s)
    sum += score.part(shape, s, parent_option(slots[s], options), options[s]);
  return sum;
}

const Score* find_score(const Geometry& geometry, std::string_view name) {
  const auto found = std::ranges::find(geometry.scores(), name, &Score::name);
  return found == geometry.scores().end() ? nullptr : *found;
}

Counts counts(const Geometry& geometry, ShapeView shape, OptionView options) {
  constexpr std::int64_t few = 64;  // options, which come again and again
  const std::vector<Slot> slots = geometry.slots(shape);
  Counts sum;
  for (std::size_t s = 0; s < options.size(); ++s) {
    const std::int64_t parent = parent_option(slots[s], options);
    sum += slots[s].options <= few ? geometry.part_counts(shape, s, parent, options[s])
                                   : counts(geometry.part(shape, s, parent, options[s]));
  }
  return sum;
}

}  // namespace flash
