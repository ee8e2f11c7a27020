// One network as a graph of operators: what is counted, laid on tiles, trained and exported, written once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/network/counts.hpp"
#include "flash/network/operator.hpp"

namespace flash {

// What a network reads and puts out, and the place of each operator: nodes in the order in which they run.
class NetworkGraph {
 public:
  using Value = std::size_t;  // 0 is the image; node k puts out value k + 1

  struct Node {
    Operator op;
    // One; of a gather one or more, none twice; of an add two or more; of a scale an activation and features.
    std::vector<Value> reads;
    // Of a gather: which channels of each value read, ascending; empty: all of them.
    std::vector<std::vector<int>> columns;
    std::size_t slot = 0;  // of the space, that the node belongs to
    int layer = 0;         // within the slot
  };

  NetworkGraph(int channels, int side) : channels_(channels), side_(side) {}

  static constexpr Value image = 0;
  int channels() const { return channels_; }  // of the image
  int side() const { return side_; }
  const std::vector<Node>& nodes() const { return nodes_; }
  const Node& node(Value value) const { return nodes_[value - 1]; }  // that puts out a value but the image
  Value output() const { return nodes_.size(); }                     // the last node's: the logits
  int channels(Value value) const { return value == image ? channels_ : node(value).op.out; }
  int side(Value value) const { return value == image ? side_ : node(value).op.side_out; }

  // Where the nodes that follow belong.
  void enter(std::size_t slot, int layer);
  // Each appends a node and returns the value that it puts out. Throws std::logic_error where the shapes do
  // not fit together: a family's bug.
  Value append(const Operator& op, Value x);
  Value append(std::span<const Operator> chain, Value x);  // each reads the one before
  // `columns` holds a list for each value read; the operator's channels are as many as these have.
  Value gather(const Operator& op, std::vector<Value> values, std::vector<std::vector<int>> columns);
  // An add reads values of its side, of any width but the first; a scale an activation and as many features.
  Value combine(const Operator& op, std::vector<Value> values);

  // How many nodes read each value; the network's output has one reader more.
  std::vector<std::size_t> readers() const;

 private:
  int channels_;
  int side_;
  std::size_t slot_ = 0;
  int layer_ = 0;
  std::vector<Node> nodes_;
};

Counts counts(const NetworkGraph& graph);

}  // namespace flash
