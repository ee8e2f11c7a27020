// Points of some values of which none is at least as large as another in all; internal to the room.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "flash/hardware/metric.hpp"

namespace flash {

inline constexpr std::size_t most_front_metrics = 8;
using Corner = std::array<double, most_front_metrics>;  // the first `dimensions` count; the rest are 0

class Staircase {
 public:
  explicit Staircase(std::size_t dimensions) : dimensions_(dimensions) {}

  // Whether one of the points is at most `corner` in every value. One comparison with one dimension, a search
  // in a tree with two, a look at every point with more.
  bool reaches(const Corner& corner) const;
  void add(const Corner& corner);  // precondition: !reaches(corner)

 private:
  std::size_t dimensions_;
  std::map<double, double> steps_;  // up to two dimensions: the second value (0 with one) by the first
  std::vector<Corner> points_;      // more
};

}  // namespace flash
