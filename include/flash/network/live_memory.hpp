// How much a program of steps holds at once [ours].
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flash/network/network_graph.hpp"

namespace flash {

// One operator of a network: it reads values and writes one. What it does in place (a batch norm, a ReLU) is
// no step of its own.
struct Step {
  std::vector<std::size_t> reads;
  std::size_t writes = 0;
};

// When each value of a program begins and ceases to be needed. Steps run one after the other. A value lives
// from the step that writes it, or from the first step where none does (an input), to the last step that
// reads it, both included; one that nobody reads lives in the step that writes it alone.
class Lifetimes {
 public:
  // Values are numbered from 0; no step reads what a later one writes.
  Lifetimes(std::size_t values, std::span<const Step> steps);

  // The largest sum, over the steps, of the sizes of the values that live in it.
  std::int64_t peak(std::span<const std::int64_t> sizes) const;

 private:
  std::size_t steps_;
  std::vector<std::size_t> first_;  // of each value
  std::vector<std::size_t> last_;
};

// Whether an operator writes a value beside what it reads; the others work in place.
bool writes(const Operator& op);

// The most values of activations that live at once while the nodes of a slot run, in a network that is
// wired as the graph is. A gather of one whole value works in place.
std::int64_t peak_values(const NetworkGraph& graph, std::size_t slot);

}  // namespace flash
