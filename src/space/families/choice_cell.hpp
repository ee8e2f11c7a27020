// A cell of nodes that every earlier node leads to through an operator of its own, repeated in a skeleton:
// NAS-Bench-201 (Dong and Yang, ICLR 2020). Internal to the room.
//
// A dead edge is one whose operator nothing of the input reaches, or whose result never reaches the output: `none`
// cuts paths. Its parameters and MACs are counted all the same, as NAS-Bench-201's published ones are (and as PyTorch
// runs it); a runtime may leave it out. A cell all of whose paths are cut puts out what no image changes: it trains to
// chance, and liveness() says so.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "choice_spec.hpp"
#include "flash/space/geometry/definition.hpp"
#include "flash/space/geometry/geometry.hpp"

namespace flash {

struct CellSettings {
  ChoiceSpec spec;  // of a stage: its channels and cells; the stride is that of the residual block before it
  int nodes = 4;    // of a cell, the one that it reads included
  Input input;
};

// The skeleton: 3x3 convolution and norm; stages of cells, a residual block with stride 2 between them; norm, ReLU,
// pool, classes. A convolution of a cell is ReLU, convolution, norm. Slots are the edges, ordered by the node that they
// lead to.
class ChoiceCell : public Geometry {
 public:
  explicit ChoiceCell(CellSettings settings);  // throws Error bad_job

  std::span<const Axis> shape_axes() const override { return {}; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&operator_axis_, 1}; }
  std::vector<Slot> slots(ShapeView shape) const override;
  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const override;
  // Taken once from networks with one operator on all edges: an edge's operators depend on its own choice alone.
  std::vector<Operator> part(ShapeView shape, std::size_t slot, std::int64_t parent,
                             std::int64_t option) const override;
  std::span<const Score* const> scores() const override { return score_list_; }
  std::string foreign_text(ShapeView shape, OptionView options) const override;
  std::optional<Choices> read_foreign_text(std::string_view text) const override;
  Liveness liveness(ShapeView shape, OptionView options) const override;

 private:
  // log2(1 + MACs) of each edge, added up [ours].
  class Capacity : public Score {
   public:
    explicit Capacity(const ChoiceCell& of) : of_(of) {}
    const std::string& name() const override { return name_; }
    double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const override;

   private:
    const ChoiceCell& of_;
    std::string name_ = "capacity";
  };

  CellSettings settings_;
  std::vector<std::pair<int, int>> edges_;  // from and to which node
  Axis operator_axis_;
  std::vector<std::vector<std::vector<Operator>>> parts_;  // [option][slot]
  Capacity capacity_;
  std::vector<const Score*> score_list_;
};

}  // namespace flash
