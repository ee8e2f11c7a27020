// REINFORCE, the stand-in for reinforcement learning: R. J. Williams, Machine Learning 8, 1992, with an
// independent categorical policy for each variable as C. Ying et al., "NAS-Bench-101", ICML 2019, and B.
// Zoph, Q. V. Le, "Neural architecture search with reinforcement learning", ICLR 2017: a moving-average
// baseline and Adam at learning rate 0.01. Skips are chosen from at most 32 relative levels a cell, operators
// from all that there are; the reward is the score.
#include <algorithm>
#include <cmath>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

constexpr std::size_t most_levels = 32;
constexpr double learning_rate = 0.01;
constexpr double baseline_memory = 0.95;

// One variable's categorical distribution, its logits learnt with Adam (D. P. Kingma, J. Ba, ICLR 2015, its
// defaults).
class Policy {
 public:
  explicit Policy(std::size_t choices)
      : logits_(choices), mean_(choices), square_(choices), probability_(choices) {}

  std::size_t sample(Philox& random) {
    const double highest = *std::ranges::max_element(logits_);
    double total = 0;
    for (std::size_t k = 0; k < logits_.size(); ++k)
      total += probability_[k] = std::exp(logits_[k] - highest);
    for (double& p : probability_) p /= total;
    double rest = random.uniform();
    chosen_ = 0;
    while (chosen_ + 1 < logits_.size() && rest >= probability_[chosen_]) rest -= probability_[chosen_++];
    return chosen_;
  }

  // Ascends advantage * grad ln p(chosen); `step` counts from 1.
  void learn(double advantage, double step) {
    constexpr double beta1 = 0.9;
    constexpr double beta2 = 0.999;
    const double correction1 = 1 - std::pow(beta1, step);
    const double correction2 = 1 - std::pow(beta2, step);
    for (std::size_t k = 0; k < logits_.size(); ++k) {
      const double gradient = advantage * ((k == chosen_ ? 1.0 : 0.0) - probability_[k]);
      mean_[k] = beta1 * mean_[k] + (1 - beta1) * gradient;
      square_[k] = beta2 * square_[k] + (1 - beta2) * gradient * gradient;
      logits_[k] += learning_rate * (mean_[k] / correction1) / (std::sqrt(square_[k] / correction2) + 1e-8);
    }
  }

 private:
  std::vector<double> logits_, mean_, square_, probability_;
  std::size_t chosen_ = 0;
};

// By place: a choice for each option where these have no order, else at most so many relative levels.
std::vector<std::size_t> levels_of(const Coordinates& coordinates) {
  std::vector<std::size_t> levels(coordinates.space().cells(), 1);
  for (const Stratum& stratum : coordinates.space().strata()) {
    const auto places = coordinates.places(stratum);
    for (std::size_t c = 0; c < stratum.cells(); ++c) {
      const auto options = static_cast<std::size_t>(stratum.options[c]);
      std::size_t& level = levels[places[c]];
      level = std::max(level, stratum.slots[c].ordered ? std::min(most_levels, options) : options);
    }
  }
  return levels;
}

std::int64_t option_of(const Stratum& stratum, std::size_t slot, std::size_t level, std::size_t levels) {
  if (!stratum.slots[slot].ordered)
    return std::min(static_cast<std::int64_t>(level), stratum.options[slot] - 1);
  const std::size_t last = levels - 1;
  return Coordinates::option(stratum, slot,
                             last == 0 ? 0 : static_cast<double>(level) / static_cast<double>(last));
}

void reinforce(Tracker& tracker, std::uint64_t seed) {
  const Coordinates coordinates(tracker.evaluator().space());
  std::vector<std::size_t> choices = coordinates.choices();
  const std::size_t shape_size = choices.size();
  for (const std::size_t levels : levels_of(coordinates)) choices.push_back(levels);
  std::vector<Policy> policies(choices.begin(), choices.end());

  Philox random(seed);
  Patience patience(tracker);
  double baseline = 0;
  for (double step = 1; !tracker.exhausted() && !patience.lost(); ++step) {
    std::vector<std::size_t> chosen;
    for (Policy& policy : policies) chosen.push_back(policy.sample(random));
    const Stratum& stratum =
        coordinates.stratum({chosen.begin(), chosen.begin() + static_cast<std::ptrdiff_t>(shape_size)});
    Options options(stratum.cells());
    const auto places = coordinates.places(stratum);
    for (std::size_t c = 0; c < options.size(); ++c) {
      const std::size_t variable = shape_size + places[c];
      options[c] = option_of(stratum, c, chosen[variable], choices[variable]);
    }
    const double reward = score(tracker.evaluator(), tracker.evaluate(stratum, options));
    if (step == 1) baseline = reward;
    for (Policy& policy : policies) policy.learn(reward - baseline, step);
    baseline = baseline_memory * baseline + (1 - baseline_memory) * reward;
  }
}

}  // namespace

const SearchMethod& reinforce_method() {
  static const SearchMethod method{
      .name = "reinforce",
      .description = "REINFORCE with a categorical policy (Williams 1992; Ying et al. 2019)",
      .reinforcement = true,
      .run = reinforce};
  return method;
}

}  // namespace flash
