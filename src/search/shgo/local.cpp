#include "local.hpp"

#include <utility>

namespace flash::shgo {

Refinement::Refinement(Function& function, const Options& options)
    : function_(function), integers_(function.has_room(true)) {
  if (function.has_room(false)) reals_.emplace(function, options);
}

std::vector<double> Refinement::operator()(std::vector<double> x, std::uint64_t evaluations) {
  constexpr int rounds = 4;  // alternations of real and integer variables
  const std::uint64_t last = function_.evaluations() + evaluations;
  const bool alternate = integers_ && reals_;
  for (int round = 0; round < (alternate ? rounds : 1); ++round) {
    const Value before = alternate ? function_.judge(x) : Value{};
    if (integers_) x = refine_integers(function_, std::move(x), last);
    if (reals_) is_minimum_ = reals_->refine(x, last);
    if (alternate && !(function_.judge(x) < before)) break;
  }
  return x;
}

}  // namespace flash::shgo
