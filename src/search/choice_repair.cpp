#include "choice_repair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "choice_node.hpp"

namespace flash {
namespace {

constexpr int most_mends = 200;
constexpr int most_exchanges = 200;

class Repair {
 public:
  Repair(const Goal& goal, const Knapsack& knapsack, const Values& limits, std::vector<std::int64_t>& options)
      : goal_(goal), knapsack_(knapsack), limits_(limits), options_(options), sums_(knapsack.sums(options)) {}

  bool run() {
    for (int mend = 0; excess(sums_) > 0; ++mend)
      if (mend == most_mends || !mend_once()) return false;
    for (int k = 0; k < most_exchanges; ++k)
      if (!exchange_one() && !exchange_two()) break;
    return true;
  }

 private:
  std::size_t option(std::size_t slot) const { return static_cast<std::size_t>(options_[slot]); }

  Values with(const Values& sums, std::size_t slot, std::size_t k) const {
    Values changed = sums;
    const Values &to = knapsack_.slots[slot]->adds[k], &from = knapsack_.slots[slot]->adds[option(slot)];
    for (std::size_t q = 0; q < goal_.size(); ++q) changed[q] += to[q] - from[q];
    return changed;
  }

  // What lies beyond the limits, each relative to its quantity's size; of parts that are a maximum as they are now.
  double excess(const Values& sums) const {
    double total = 0;
    for (std::size_t q = 0; q < goal_.size(); ++q) {
      const double most = knapsack_.has_most ? knapsack_.most(options_, q) : 0;
      const double over = q == 0 ? limits_[0] - sums[0] : sums[q] + most - limits_[q];
      if (over > 0) total += over / (knapsack_.scale[q] + std::numeric_limits<double>::min());
    }
    return total;
  }

  bool within(const Values& sums) const {
    if (sums[0] < limits_[0]) return false;
    for (std::size_t q = 1; q < goal_.size(); ++q)
      if (sums[q] > limits_[q]) return false;
    return true;
  }

  void take(std::size_t slot, std::size_t k) {
    sums_ = with(sums_, slot, k);
    options_[slot] = static_cast<std::int64_t>(k);
  }

  // The exchange that loses least worth for what it brings back.
  bool mend_once() {
    const double before = excess(sums_), worth = goal_.worth(sums_);
    double least = std::numeric_limits<double>::infinity();
    std::size_t best_slot = 0, best = 0;
    for (std::size_t s = 0; s < options_.size(); ++s)
      for_each_option(knapsack_.slots[s]->useful, [&](std::size_t k) {
        const Values changed = with(sums_, s, k);
        const double gained = before - excess(changed);
        if (!(gained > 1e-12 * before)) return;
        const double lost = worth - goal_.worth(changed);
        const double price = lost > 0 ? lost / gained : lost * gained;
        if (price >= least) return;
        least = price, best_slot = s, best = k;
      });
    if (std::isinf(least)) return false;
    take(best_slot, best);
    return true;
  }

  bool keeps(const Values& sums) const { return knapsack_.has_most ? excess(sums) == 0 : within(sums); }

  bool exchange_one() {
    double most = goal_.worth(sums_);
    std::size_t best_slot = options_.size(), best = 0;
    for (std::size_t s = 0; s < options_.size(); ++s)
      for_each_option(knapsack_.slots[s]->useful, [&](std::size_t k) {
        const Values changed = with(sums_, s, k);
        if (!within(changed)) return;
        if (const double worth = goal_.worth(changed); worth > most) most = worth, best_slot = s, best = k;
      });
    if (best_slot == options_.size()) return false;
    return accept({{best_slot, best}});
  }

  bool exchange_two() {
    double most = goal_.worth(sums_);
    std::vector<std::pair<std::size_t, std::size_t>> best;
    for (std::size_t s = 0; s < options_.size(); ++s)
      for_each_option(knapsack_.slots[s]->useful, [&](std::size_t k) {
        if (k == option(s)) return;
        const Values first = with(sums_, s, k);
        for (std::size_t t = s + 1; t < options_.size(); ++t)
          for_each_option(knapsack_.slots[t]->useful, [&](std::size_t l) {
            const Values changed = with(first, t, l);
            if (!within(changed)) return;
            if (const double worth = goal_.worth(changed); worth > most) {
              most = worth;
              best = {{s, k}, {t, l}};
            }
          });
      });
    return !best.empty() && accept(best);
  }

  // A part that is a maximum may have grown beyond the limit.
  bool accept(const std::vector<std::pair<std::size_t, std::size_t>>& changes) {
    const std::vector<std::int64_t> options = options_;
    const Values sums = sums_;
    for (const auto& [slot, k] : changes) take(slot, k);
    if (keeps(sums_)) return true;
    options_ = options;
    sums_ = sums;
    return false;
  }

  const Goal& goal_;
  const Knapsack& knapsack_;
  const Values& limits_;
  std::vector<std::int64_t>& options_;
  Values sums_;
};

}  // namespace

bool repair(const Goal& goal, const Knapsack& knapsack, const Values& limits,
            std::vector<std::int64_t>& options) {
  return Repair(goal, knapsack, limits, options).run();
}

}  // namespace flash
