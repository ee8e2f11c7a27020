// What the families of cells share: axes, slots, scores, counts in constant time an option. Internal to the
// room.
//
// A cell's layers are chains of operators: layer i reads the layer before it, from layer 2 on together with
// t_i = min(tc, w * (i - 1)) channels drawn from the outputs of layers 0 .. i-2 [group].
// tc is the cell's slot; width multiplier and depths are the shape.
#pragma once

#include <memory>
#include <vector>

#include "cell_score.hpp"
#include "flash/space/families/cell_space.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {

inline constexpr const char* dense_cells_name = "dense-cells";
inline constexpr const char* mlp_cells_name = "mlp-cells";

// Throws Error bad_job where a value is out of range or two contradict each other.
void check(const CellSpace& definition);

// The settings of both families as a job's keys, and what they are where nothing is said.
std::vector<FamilySetting> cell_settings();
std::vector<FamilyNote> cell_notes(const Json& settings);

std::vector<int> from_to(int first, int last);  // first, first + 1, ... last

class Cells : public Geometry {
 public:
  explicit Cells(CellSpace space);  // checked

  std::span<const Axis> shape_axes() const override { return shape_axes_; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&tc_axis_, 1}; }
  std::vector<Slot> slots(ShapeView shape) const override;
  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const override;
  std::vector<Operator> part(ShapeView shape, std::size_t slot, std::int64_t parent,
                             std::int64_t option) const override;
  std::unique_ptr<SlotColumns> columns(const Quantities& quantities) const override;
  std::int64_t peak(ShapeView shape, std::size_t slot, std::int64_t parent,
                    std::int64_t option) const override;
  std::vector<std::int64_t> peaks(ShapeView shape, std::size_t slot) const override;
  std::size_t table_key(ShapeView shape, std::size_t slot) const override;
  std::span<const Score* const> scores() const override { return score_list_; }
  // NN-Degree, log MACs, layers of all cells, NN-Mass a layer.
  std::vector<double> spread(ShapeView shape, OptionView options) const override;

  const CellSpace& space() const { return space_; }
  std::size_t cells() const { return space_.widths.size(); }
  int width(ShapeView shape, std::size_t cell) const;
  int depth(ShapeView shape, std::size_t cell) const;
  int tc(std::int64_t option) const {
    return space_.skips.min + static_cast<int>(option) * space_.skips.step;
  }

  using Chain = std::vector<Operator>;
  // Appends the operators of layer `index` of a cell of `depth` layers, which reads `skip` channels besides
  // the layer before it. From layer 2 on the first is the gather of what it reads.
  virtual void add_layer(ShapeView shape, std::size_t cell, int index, int depth, int skip,
                         Chain& chain) const = 0;
  // What follows the last cell; nothing in mlp-cells, whose last layer puts out the classes.
  virtual void add_head(ShapeView shape, Chain& chain) const = 0;
  virtual bool ends_in_classes() const = 0;  // the last layer differs from those before it

 private:
  CellSpace space_;
  std::vector<Axis> shape_axes_;
  Axis tc_axis_;
  std::vector<CellScore> scores_;
  std::vector<const Score*> score_list_;
};

}  // namespace flash
