// The operators of a choice, written into a network. Internal to the room.
#pragma once

#include "choice_spec.hpp"
#include "flash/network/network_graph.hpp"

namespace flash {

// Writes blocks into one graph. Layers are numbered within their slot.
class ChoiceBlocks {
 public:
  using Value = NetworkGraph::Value;
  explicit ChoiceBlocks(NetworkGraph& graph) : graph_(graph) {}

  void enter(std::size_t slot);  // what follows is that slot's
  // A block that puts out `out` channels. A skip, or a pool, that changes the shape has a 1x1 convolution.
  Value add(const ChoiceOperator& op, const ChoiceStage& stage, int out, int stride, Value x);
  // A convolution, norm and activation, as one layer.
  Value convolve(int out, int kernel, int stride, int groups, Operator::Kind activation, Value x);
  Value convolve_bare(int out, int kernel, int stride, Value x);  // neither norm nor activation
  Value activate(Operator::Kind kind, Value x);
  void layer();  // begins one

 private:
  Value normed(int out, int kernel, int stride, int groups, Value x);
  Value inverted(const ChoiceOperator& op, const ChoiceStage& stage, int out, int stride, Value x);
  Value squeeze(Value x);

  NetworkGraph& graph_;
  std::size_t slot_ = 0;
  int index_ = 0;
};

}  // namespace flash
