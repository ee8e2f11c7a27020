// Positions in a row, each with an operator of its own: the spaces of FBNet, ProxylessNAS and Once-for-all. Internal
// to the room.
#pragma once

#include <string>
#include <vector>

#include "choice_spec.hpp"
#include "flash/space/geometry/definition.hpp"
#include "flash/space/geometry/geometry.hpp"

namespace flash {

struct ChainSettings {
  ChoiceSpec spec;
  std::vector<int> resolutions;    // ascending; 0: as the images are
  int features = 0;                // of a layer between the pool and the classes; 0: none
  bool skips_change_shape = true;  // a skip where the shape changes is a 1x1 convolution; else there is none
  Input input;
};

class ChoiceChain : public Geometry {
 public:
  explicit ChoiceChain(ChainSettings settings);  // throws Error bad_job

  std::span<const Axis> shape_axes() const override { return shape_axes_; }
  std::span<const Axis> slot_axes(std::uint32_t kind) const override { return {&operator_axes_[kind], 1}; }
  std::vector<Slot> slots(ShapeView shape) const override;
  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const override;
  std::vector<Operator> part(ShapeView shape, std::size_t slot, std::int64_t parent,
                             std::int64_t option) const override;
  std::int64_t peak(ShapeView shape, std::size_t slot, std::int64_t parent,
                    std::int64_t option) const override;
  std::size_t table_key(ShapeView shape, std::size_t slot) const override;
  std::span<const Score* const> scores() const override { return score_list_; }

 private:
  // log2(1 + MACs) of each position, added up [ours].
  class Capacity : public Score {
   public:
    explicit Capacity(const ChoiceChain& of) : of_(of) {}
    const std::string& name() const override { return name_; }
    double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const override;

   private:
    const ChoiceChain& of_;
    std::string name_ = "capacity";
  };

  // One block of a network, chosen or fixed.
  struct Place {
    std::size_t stage = 0;
    int index = 0;  // within the stage
    int in = 0, out = 0, stride = 1, side = 0;
    std::size_t slot = 0;  // its own; of a fixed one the next that there is, or the last
    bool chosen = false;
    bool changes_shape() const { return stride > 1 || in != out; }
  };
  std::vector<Place> places(ShapeView shape) const;
  int depth(ShapeView shape, std::size_t stage) const;
  bool has_resolutions() const { return settings_.resolutions != std::vector{0}; }  // an axis of them
  std::size_t resolution_at(ShapeView shape) const;                                 // which of them
  int side(ShapeView shape) const;  // of the images that the first block reads
  const ChoiceOperator& chosen(const Place& place, std::int64_t option) const;
  NetworkGraph::Value begin(NetworkGraph& graph, ShapeView shape) const;
  void end(NetworkGraph& graph, NetworkGraph::Value x, std::size_t slot) const;
  NetworkGraph only(ShapeView shape, std::size_t slot, std::int64_t option) const;

  ChainSettings settings_;
  std::vector<Axis> shape_axes_;
  static constexpr std::size_t no_axis = static_cast<std::size_t>(-1);
  std::vector<std::size_t> depth_axes_;              // of each stage, or no_axis
  std::vector<Axis> operator_axes_;                  // all operators; those that may change the shape
  std::vector<std::vector<std::size_t>> operators_;  // of each axis: positions in the specification
  Capacity capacity_;
  std::vector<const Score*> score_list_;
};

}  // namespace flash
