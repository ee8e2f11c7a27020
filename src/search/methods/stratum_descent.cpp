#include "stratum_descent.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "tracked_problem.hpp"

namespace flash {

Options StratumDescent::run(Options start, std::uint64_t evaluations) {
  last_evaluation_ = tracker_.evaluations() + evaluations;
  const Evaluation* first = try_evaluate(tracker_, stratum_, start);
  if (!first) return start;
  here_ = std::move(start);
  worth_ = *first;
  strides_.clear();
  for (const std::int64_t count : stratum_.options)  // a power of two near an eighth of the range
    strides_.push_back(static_cast<std::int64_t>(
        std::bit_floor(static_cast<std::uint64_t>(std::max<std::int64_t>(1, count / 8)))));
  do {
    while (axes() || pairs()) {
    }
  } while (shrink());
  return here_;
}

Options& StratumDescent::trial() {
  trial_ = here_;
  return trial_;
}

bool StratumDescent::accept(const Options& candidate) {
  if (tracker_.evaluations() >= last_evaluation_) return false;
  const Evaluation* e = try_evaluate(tracker_, stratum_, candidate);
  if (!e || !better(*e, 0, worth_, 0)) return false;  // equal ids: equals are no gain
  here_ = candidate;
  worth_ = *e;
  return true;
}

bool StratumDescent::axes() {
  bool improved = false;
  for (std::size_t c = 0; c < here_.size(); ++c)
    for (const std::int64_t sign : {1, -1})
      for (std::int64_t stride = sign * strides_[c];; stride *= 2) {
        Options& candidate = trial();
        candidate[c] = std::clamp<std::int64_t>(here_[c] + stride, 0, last(c));
        if (candidate == here_ || !accept(candidate)) break;
        improved = true;
      }
  return improved;
}

bool StratumDescent::pairs() {
  const bool finest = std::ranges::all_of(strides_, [](std::int64_t stride) { return stride == 1; });
  for (std::size_t i = 0; i < here_.size(); ++i)
    for (std::size_t j = 0; j < here_.size(); ++j) {
      if (i == j) continue;
      for (const std::int64_t sign : {1, -1}) {
        if (std::int64_t stride = sign * strides_[i]; slide(i, stride, j)) {
          while (slide(i, stride *= 2, j)) {
          }
          return true;
        }
        if (j < i && !finest)
          continue;  // the pair the other way round is the same but for the finest strides
        for (const std::int64_t other : {-sign, sign}) {
          if (other == sign && !finest) continue;
          Options& candidate = trial();
          candidate[i] = std::clamp<std::int64_t>(here_[i] + sign * strides_[i], 0, last(i));
          candidate[j] = std::clamp<std::int64_t>(here_[j] + other * strides_[j], 0, last(j));
          if (candidate != here_ && accept(candidate)) return true;
        }
      }
    }
  return false;
}

// Cell i moves by `stride` out of the feasible region; cell j the other way by as little as brings it back:
// by secant until that is bracketed, then by halving.
bool StratumDescent::slide(std::size_t i, std::int64_t stride, std::size_t j) {
  if (!worth_.feasible() || tracker_.evaluations() >= last_evaluation_) return false;
  Options& candidate = trial();
  candidate[i] = std::clamp<std::int64_t>(here_[i] + stride, 0, last(i));
  const Evaluation* e = try_evaluate(tracker_, stratum_, candidate);
  if (!e || e->feasible()) return false;

  const std::int64_t sign = stride > 0 ? -1 : 1;
  const std::int64_t room = sign > 0 ? last(j) - here_[j] : here_[j];
  const double violation = e->violation;  // with cell j as it is
  std::int64_t short_of = 0;              // known not to suffice
  std::int64_t enough = room + 1;         // known to suffice; room + 1: none known yet
  std::int64_t move = std::min(strides_[j], room);
  while (move > short_of && move < enough) {
    candidate[j] = here_[j] + sign * move;
    e = try_evaluate(tracker_, stratum_, candidate);
    if (!e) return false;
    if (accept(candidate)) return true;
    if (e->feasible()) {
      enough = move;
    } else {
      short_of = move;
    }
    if (enough <= room) {
      move = short_of + (enough - short_of) / 2;
      continue;
    }
    const double slope = (violation - e->violation) / static_cast<double>(move);
    if (!(slope > 0)) return false;
    const double needed = std::ceil(e->violation / slope);
    const std::int64_t left = room - short_of;
    move = short_of +
           (needed < static_cast<double>(left) ? std::max<std::int64_t>(1, std::llround(needed)) : left);
  }
  return false;
}

bool StratumDescent::shrink() {
  bool shrunk = false;
  for (std::int64_t& stride : strides_) {
    if (stride == 1) continue;
    stride /= 2;
    shrunk = true;
  }
  return shrunk && !tracker_.exhausted();
}

}  // namespace flash
