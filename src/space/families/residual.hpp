// What the families of residual blocks share: stages of blocks whose result is added to what they read. Internal to
// the room.
//
// A stage's slot is the share of its channels that the additions reach [reconstructed]; with all of them the networks
// are the published ones. Width and blocks of each stage are the shape.
#pragma once

#include <string>
#include <vector>

#include "flash/space/geometry/family.hpp"

namespace flash {

struct ResidualSpace {
  bool wide = false;        // wide-resnet: the factor is of what lies within the blocks, the stem is as it is
  bool bottleneck = false;  // 1x1, 3x3, 1x1 to four times the width, instead of two 3x3
  bool imagenet = false;    // stem: 7x7 with stride 2 and a pool, instead of 3x3
  bool projection = false;  // shortcuts that change shape: 1x1 convolutions, instead of padding with zeros
  bool pre_activation = false;  // norm and ReLU before each convolution (He and others 2016b)
  bool separate = false;        // a number of blocks for each stage
  std::vector<int> widths;      // of each stage at factor 1, ascending stages
  std::vector<int> factors;     // ascending
  std::vector<int> blocks;      // of a stage, ascending
  std::vector<int> shares;      // percent, ascending
  Input input;
};

class Residual : public Geometry {
 public:
  explicit Residual(ResidualSpace space);  // throws Error bad_job

  std::span<const Axis> shape_axes() const override { return shape_axes_; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return {&share_axis_, 1}; }
  std::vector<Slot> slots(ShapeView shape) const override;
  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t wiring) const override;
  std::size_t table_key(ShapeView shape, std::size_t slot) const override;
  std::span<const Score* const> scores() const override { return score_list_; }

 private:
  // NN-Degree of additions, one link a channel, and NN-Mass, for stages whose layers differ in width [reconstructed].
  class Topology : public Score {
   public:
    Topology(const Residual& of, bool mass)
        : of_(of), mass_(mass), name_(mass ? "nn_mass" : "nn_degree_links") {}
    const std::string& name() const override { return name_; }
    double part(ShapeView shape, std::size_t slot, std::int64_t parent, std::int64_t option) const override;

   private:
    const Residual& of_;
    bool mass_;
    std::string name_;
  };
  class Builder;
  struct Stage {
    int in, inner, out;  // channels: read by the first block, within blocks, put out
    int stride;          // of the first block
    int blocks;
  };

  Stage stage(ShapeView shape, std::size_t index) const;
  int stem_width(ShapeView shape) const;
  int reach(const Stage& stage, std::int64_t option) const;  // channels
  // Channels that the addition of a block reaches.
  int reached(const Stage& stage, int block, std::int64_t option) const;
  bool changes_shape(const Stage& stage, int block) const;

  ResidualSpace space_;
  std::vector<Axis> shape_axes_;
  Axis share_axis_;
  Topology degree_, mass_;
  std::vector<const Score*> score_list_;
};

// Settings of both families as a job's keys; `factor` is wm or k.
std::vector<FamilySetting> residual_settings(const FamilySetting& factor);
Json residual_defaults(const std::string& factor);
ResidualSpace residual_space(const Json& settings, const std::string& factor, const Input& input);

}  // namespace flash
