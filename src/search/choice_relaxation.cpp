#include "choice_relaxation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr int most_rounds = 4;              // of narrowing and bounding
constexpr int idle_steps = 3;               // steps without gain after which the aim comes nearer
constexpr double least_aim = 1e-7;          // of the bound: nearer than that is not worth a step
constexpr double product_rounding = 1e-14;  // of a sum of products, relative to its terms

}  // namespace

bool Relaxation::bound(const Knapsack& knapsack, ChoiceNode& node, const std::function<double()>& needed,
                       int steps) {
  knapsack_ = &knapsack;
  node_ = &node;
  const std::size_t slots = knapsack.slots.size();
  options_.resize(slots);
  best_options_.assign(slots, 0);
  for (int round = 0; round < most_rounds; ++round) {
    if (!order_twins() || !fits()) return false;
    set_majorant();
    const double bound = minimise(round == 0 ? steps : steps / 2 + 1, needed) + margin();
    node.worth = std::min(node.worth, bound);
    if (node.worth < needed()) {
      cut_ = std::max(cut_, node.worth);
      return false;
    }
    if (!drop(bound, needed())) break;
  }
  return true;
}

// Of twins the one with the higher number has no lower option: the others are the same networks under higher numbers.
bool Relaxation::order_twins() {
  std::vector<std::uint64_t>& options = node_->options;
  const std::size_t slots = options.size();
  for (std::size_t s = 1; s < slots; ++s)
    if (knapsack_->twin(s) && options[s - 1] != 0)
      options[s] &= ~std::uint64_t{0} << std::countr_zero(options[s - 1]);
  for (std::size_t s = slots; s-- > 1;)
    if (knapsack_->twin(s) && options[s] != 0)
      options[s - 1] &= ~std::uint64_t{0} >> std::countl_zero(options[s]);
  return std::ranges::all_of(options, [](std::uint64_t set) { return set != 0; });
}

bool Relaxation::fits() {
  std::vector<std::uint64_t>& options = node_->options;
  const std::size_t slots = options.size();
  std::vector<double> least(slots), largest(slots);
  for (std::size_t q = 0; q < goal_.size(); ++q) {
    for (bool changed = true; changed;) {
      changed = false;
      double low = knapsack_->base[q], high = low, most = 0;
      for (std::size_t s = 0; s < slots; ++s) {
        least[s] = unbounded, largest[s] = -unbounded;
        double least_most = unbounded;
        for_each_option(options[s], [&](std::size_t k) {
          const double adds = knapsack_->slots[s]->adds[k][q];
          least[s] = std::min(least[s], adds);
          largest[s] = std::max(largest[s], adds);
          if (knapsack_->has_most && !knapsack_->slots[s]->most.empty())
            least_most = std::min(least_most, knapsack_->slots[s]->most[k][q]);
        });
        low += least[s];
        high += largest[s];
        if (least_most < unbounded) most = std::max(most, least_most);
      }
      most_[q] = most;
      low_[q] = low + most;
      high_[q] = high + most;
      const double floor = node_->low[q], ceiling = node_->high[q];
      if (low_[q] > ceiling || high_[q] < floor) return false;
      if (high_[q] <= ceiling && low_[q] >= floor && !knapsack_->has_most) break;
      for (std::size_t s = 0; s < slots; ++s) {
        std::uint64_t kept = options[s];
        for_each_option(options[s], [&](std::size_t k) {
          const double adds = knapsack_->slots[s]->adds[k][q];
          double own = most;
          if (knapsack_->has_most && !knapsack_->slots[s]->most.empty())
            own = std::max(most, knapsack_->slots[s]->most[k][q]);
          const bool fits_in = (low - least[s]) + adds + own <= ceiling;
          if (!fits_in || (high_[q] - largest[s]) + adds < floor) kept &= ~(std::uint64_t{1} << k);
        });
        if (kept == options[s]) continue;
        options[s] = kept;
        if (kept == 0) return false;
        changed = true;
      }
    }
    low_[q] = std::max(low_[q], node_->low[q]);
    high_[q] = std::min(high_[q], node_->high[q]);
  }
  return true;
}

void Relaxation::set_majorant() {
  const bool known = best_sums_ != Values{};
  majorant_ = goal_.majorant(low_, high_, known ? best_sums_ : high_);
  for (std::size_t q = 1; q < goal_.size(); ++q) majorant_.constant += majorant_.weight[q] * most_[q];
}

double Relaxation::weighed(const Values& adds) const {
  double sum = 0;
  for (std::size_t q = 0; q < goal_.size(); ++q) sum += weights_[q] * adds[q];
  return sum;
}

// A price of a metric is of its ceiling where positive, of its floor where negative; that of the score is of its floor.
double Relaxation::value(const Values& prices) {
  weights_ = majorant_.weight;
  constant_ = majorant_.constant;
  for (std::size_t q = 0; q < goal_.size(); ++q) {
    if (prices[q] == 0) continue;
    weights_[q] -= prices[q];
    constant_ += prices[q] * (prices[q] > 0 ? node_->high[q] - most_[q] : node_->low[q]);
  }
  double total = constant_ + weighed(knapsack_->base);
  sums_ = knapsack_->base;
  for (std::size_t s = 0; s < options_.size(); ++s) {
    const Values* adds = knapsack_->slots[s]->adds.data();
    double best = -unbounded;
    std::size_t chosen = 0;
    for_each_option(node_->options[s], [&](std::size_t k) {
      if (const double here = weighed(adds[k]); here > best) {
        best = here;
        chosen = k;
      }
    });
    total += best;
    options_[s] = static_cast<std::int64_t>(chosen);
    for (std::size_t q = 0; q < goal_.size(); ++q) sums_[q] += adds[chosen][q];
  }
  return total;
}

double Relaxation::minimise(int steps, const std::function<double()>& needed) {
  Values prices = node_->prices;
  for (std::size_t q = 0; q < goal_.size(); ++q)  // of what is unbounded here
    if (!std::isfinite(prices[q] > 0 ? node_->high[q] : node_->low[q])) prices[q] = 0;
  double aim = -1;  // below the best bound
  int idle = 0;
  best_ = unbounded;
  for (int step = 0; step < steps; ++step) {
    const double bound = value(prices);
    offer_(options_, sums_);
    const double wanted = needed();
    const double gain = best_ - bound;
    idle = gain > 0.05 * aim ? 0 : idle + 1;
    if (bound < best_) {
      best_ = bound;
      node_->prices = prices;
      best_options_ = options_;
      best_sums_ = sums_;
    }
    if (best_ + margin() < wanted) break;
    if (aim < 0) {
      const double spread = majorant_.weight[0] * (high_[0] - low_[0]) + 1e-3 * std::abs(best_);
      aim = std::isfinite(wanted) ? std::max(best_ - wanted, least_aim * std::abs(best_)) : 0.1 * spread;
    }
    if (idle >= idle_steps) {
      aim /= 2;
      idle = 0;
      prices = node_->prices;
      value(prices);
      if (aim < least_aim * std::abs(best_)) break;
    }
    // Quantities are made alike by their sizes, so that a step is one in all of them.
    Values slope{};
    double square = 0;
    for (std::size_t q = 0; q < goal_.size(); ++q) {
      const double low = node_->low[q], high = node_->high[q];
      double d = 0;
      if (prices[q] > 0 || (prices[q] == 0 && sums_[q] > high - most_[q])) {
        d = high - most_[q] - sums_[q];
      } else if (prices[q] < 0 || sums_[q] < low) {
        d = low - sums_[q];
      }
      if (d == 0 || knapsack_->scale[q] == 0) continue;
      slope[q] = d / knapsack_->scale[q];
      square += slope[q] * slope[q];
    }
    if (square == 0) break;
    const double target = std::max(std::isfinite(wanted) ? wanted : -unbounded, best_ - aim);
    const double length = (std::max(best_, bound) - target) / square;
    for (std::size_t q = 0; q < goal_.size(); ++q) {
      if (slope[q] == 0) continue;
      const double before = prices[q];
      prices[q] -= length * slope[q] / knapsack_->scale[q];
      // Not from a ceiling's price to a floor's in one step, nor to that of a bound that is not there.
      if (before > 0) prices[q] = std::max(prices[q], 0.0);
      if (before < 0) prices[q] = std::min(prices[q], 0.0);
      if (!std::isfinite(prices[q] > 0 ? node_->high[q] : node_->low[q])) prices[q] = 0;
    }
  }
  const double bound = value(node_->prices);
  best_ = bound;
  return bound;
}

double Relaxation::margin() const {
  double terms = std::abs(constant_);
  for (std::size_t q = 0; q < goal_.size(); ++q)
    terms += std::abs(weights_[q]) * knapsack_->scale[q] +
             (node_->prices[q] == 0 ? 0
                                    : std::abs(node_->prices[q]) *
                                          std::abs(node_->prices[q] > 0 ? node_->high[q] : node_->low[q]));
  return product_rounding * terms;
}

// Called after minimise(), which leaves the weights of the best prices.
bool Relaxation::drop(double bound, double needed) {
  bool dropped = false;
  for (std::size_t s = 0; s < options_.size(); ++s) {
    const Values* adds = knapsack_->slots[s]->adds.data();
    const double best = weighed(adds[static_cast<std::size_t>(options_[s])]);
    std::uint64_t kept = node_->options[s];
    for_each_option(kept, [&](std::size_t k) {
      const double with = bound - best + weighed(adds[k]);
      if (with >= needed) return;
      cut_ = std::max(cut_, with);
      kept &= ~(std::uint64_t{1} << k);
    });
    dropped = dropped || kept != node_->options[s];
    node_->options[s] = kept;
  }
  return dropped;
}

double Relaxation::bound_with(std::size_t slot, std::size_t option) const {
  const Values* adds = knapsack_->slots[slot]->adds.data();
  const double bound =
      best_ + margin() - weighed(adds[static_cast<std::size_t>(options_[slot])]) + weighed(adds[option]);
  return std::min(node_->worth, bound);
}

// Of a chord over a convex function: largest where the slopes agree.
Values Relaxation::slack() const {
  Values slack{};
  for (std::size_t q = 1; q < goal_.size(); ++q) {
    const double e = goal_.exponent(q);
    if (e == 0 || high_[q] <= low_[q]) continue;
    const double slope = std::log(high_[q] / low_[q]) / (high_[q] - low_[q]);
    slack[q] = e * (slope * low_[q] - 1 - std::log(slope * low_[q]));
  }
  return slack;
}

double Relaxation::doubt(std::size_t slot, double gap) const {
  const Values* adds = knapsack_->slots[slot]->adds.data();
  const auto chosen = static_cast<std::size_t>(options_[slot]);
  const double best = weighed(adds[chosen]);
  double most = -1;
  for_each_option(node_->options[slot], [&](std::size_t k) {
    if (k == chosen) return;
    double paid = 0;
    for (std::size_t q = 0; q < goal_.size(); ++q)
      paid += std::abs(node_->prices[q] * (adds[k][q] - adds[chosen][q]));
    for (std::size_t q = 0; q < goal_.size(); ++q)
      paid += 1e-3 * std::abs(majorant_.weight[q] * (adds[k][q] - adds[chosen][q]));
    most = std::max(most, paid / (best - weighed(adds[k]) + 0.05 * gap + 1e-300));
  });
  return most;
}

}  // namespace flash
