// The best configurations of a sweep, as they come. Internal to the room.
#pragma once

#include <span>
#include <vector>

#include "flash/search/exhaustive.hpp"

namespace flash {

inline bool ranks_before(const Ranked& a, const Ranked& b) {
  return a.objective != b.objective ? a.objective > b.objective : a.id < b.id;
}

// Parts of a block in any order and of any ids: all that they found, together.
BlockResult joined(std::span<const BlockResult> parts, std::size_t top_k);

// Keeps the best `size` of what it is offered. What is worth less than `floor` is not wanted at all.
class Ranking {
 public:
  Ranking(std::size_t size, double floor) : size_(size), floor_(floor) {}

  // Less than this need not be offered; infinity where nothing is wanted.
  double least() const;
  void offer(Ranked candidate);
  std::vector<Ranked> take() &&;  // best first

 private:
  std::size_t size_;
  double floor_;
  std::vector<Ranked> heap_;  // the worst in front
};

}  // namespace flash
