#include "flash/search/shgo/local.hpp"

namespace flash::shgo {

std::vector<double> refine(Function& function, const Options& options, std::span<const double> start,
                           std::uint64_t evaluations) {
  constexpr int rounds = 4;  // alternations of real and integer variables
  const std::uint64_t last = function.evaluations() + evaluations;
  const bool integers = function.has_room(true);
  const bool reals = function.has_room(false);
  std::vector<double> x(start.begin(), start.end());
  for (int round = 0; round < rounds; ++round) {
    const Value before = function.judge(x);
    if (integers) x = refine_integers(function, x, last);
    if (reals) x = options.reals(function, x, options.tolerance, last);
    if (!integers || !reals || !(function.judge(x) < before)) break;
  }
  return x;
}

}  // namespace flash::shgo
