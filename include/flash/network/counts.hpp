// What operators cost, as sums: the one cost formula.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "flash/network/operator.hpp"

namespace flash {

// Counts for one image.
struct Counts {
  std::int64_t macs = 0;        // multiply-accumulates of convolutions and linear operators, padding counted
  std::int64_t parameters = 0;  // trained values: weights, biases, the two of a norm a channel
  std::int64_t traffic = 0;     // activation values that layers read, gathered channels counted
  std::int64_t layers = 0;      // layers of the cells (a depthwise block is one) and the head
  Counts& operator+=(const Counts& other);
  bool operator==(const Counts&) const = default;
};
Counts counts(const Operator& op);
Counts counts(std::span<const Operator> operators);

// Named quantities that are sums over operators: the features of hardware models are made of them. Sums of
// counts are exact below 2^53, so that their order does not matter.
class Quantities {
 public:
  virtual ~Quantities() = default;
  virtual std::span<const std::string> names() const = 0;
  // sums[i] += what the operator has of names()[i]. Nothing falls as an operator reads or writes more channels.
  virtual void add(const Operator& op, std::span<double> sums) const = 0;
};

// The members of Counts by their names, in their order.
const Quantities& count_quantities();

}  // namespace flash
