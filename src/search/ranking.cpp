#include "ranking.hpp"

#include <algorithm>
#include <limits>

namespace flash {

double Ranking::least() const {
  if (size_ == 0) return std::numeric_limits<double>::infinity();
  return heap_.size() < size_ ? floor_ : heap_.front().objective;
}

void Ranking::offer(Ranked candidate) {
  if (size_ == 0 || candidate.objective < floor_) return;
  if (heap_.size() == size_) {
    if (!ranks_before(candidate, heap_.front())) return;
    std::ranges::pop_heap(heap_, ranks_before);
    heap_.pop_back();
  }
  heap_.push_back(candidate);
  std::ranges::push_heap(heap_, ranks_before);
}

std::vector<Ranked> Ranking::take() && {
  std::ranges::sort(heap_, ranks_before);
  return std::move(heap_);
}

}  // namespace flash
