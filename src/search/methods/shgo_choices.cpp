#include "shgo_choices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "../choice_knapsack.hpp"
#include "../choice_node.hpp"
#include "../choice_repair.hpp"
#include "coordinates.hpp"
#include "flash/search/shgo/shgo.hpp"

namespace flash {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr int shape_points = 129, shape_minimisers = 4;
constexpr int price_points = 17, price_minimisers = 2;
constexpr int shapes_priced = 3;  // of the best
constexpr int halvings = 40;      // of a price, until it just keeps the bounds
constexpr int tangents = 4;       // of a worth that is not linear

class ChoicesByShgo {
 public:
  explicit ChoicesByShgo(Tracker& tracker)
      : tracker_(tracker),
        evaluator_(tracker.evaluator()),
        goal_(evaluator_),
        limits_(goal_.limits(0)),
        store_(evaluator_, goal_, 1),
        coordinates_(evaluator_.space()) {
    for (std::size_t q = 0; q < goal_.size(); ++q)
      if (std::isfinite(limits_[q])) bounded_.push_back(q);
  }

  void run() {
    level1();
    std::vector<std::size_t> strata;
    for (const auto& [stratum, spot] : spots_) strata.push_back(stratum);
    std::ranges::sort(strata,
                      [&](std::size_t a, std::size_t b) { return is_better(spots_.at(a), spots_.at(b)); });
    strata.resize(std::min<std::size_t>(strata.size(), shapes_priced));
    for (const std::size_t stratum : strata) level2(stratum);
    hold_each();
    if (&evaluator_.listed() != &evaluator_) go_on_from_the_best();
  }

 private:
  struct Spot {
    NetworkId id = 0;
    Options options;
    Evaluation worth;
  };
  using Held = std::optional<std::pair<std::size_t, std::size_t>>;  // a slot and its option

  static bool is_better(const Spot& a, const Spot& b) { return better(a.worth, a.id, b.worth, b.id); }

  void level1() {
    std::vector<double> last;
    for (const std::size_t count : coordinates_.choices()) last.push_back(static_cast<double>(count - 1));
    Values equal{};
    for (const std::size_t q : bounded_) equal[q] = 1;
    const bool one = std::ranges::all_of(last, [](double l) { return l == 0; });
    const auto at = [&](std::span<const double> x) {
      Shape shape;
      for (const double position : x) shape.push_back(static_cast<std::size_t>(position));
      return visit(coordinates_.stratum(shape), equal);
    };
    if (one) {
      at(std::vector<double>(last.size()));
      return;
    }
    shgo::Problem problem;
    problem.objective = at;
    problem.lower.assign(last.size(), 0);
    problem.upper = last;
    problem.integer.assign(last.size(), true);
    shgo::Options options;
    options.points = shape_points;
    options.max_minimisers = shape_minimisers;
    options.stop = [this] { return tracker_.exhausted(); };
    shgo::minimise(problem, options);
  }

  // Prices of bounded quantities against each other, each between nothing and all.
  void level2(std::size_t stratum) {
    if (bounded_.size() < 2 || tracker_.exhausted()) return;
    const auto at = [&](std::span<const double> x) {
      Values direction{};
      for (std::size_t i = 0; i < bounded_.size(); ++i) direction[bounded_[i]] = x[i];
      return visit(evaluator_.space().strata()[stratum], direction);
    };
    shgo::Options options;
    options.points = price_points;
    options.max_minimisers = price_minimisers;
    options.local_evaluations = 30;
    options.stop = [this] { return tracker_.exhausted(); };
    shgo::Problem problem;
    problem.objective = at;
    problem.lower.assign(bounded_.size(), 0);
    problem.upper.assign(bounded_.size(), 1);
    shgo::minimise(problem, options);
  }

  void hold_each() {
    Values equal{};
    for (const std::size_t q : bounded_) equal[q] = 1;
    for (bool improved = true; improved && !tracker_.exhausted();) {
      improved = false;
      const Stratum& home = evaluator_.space().stratum_of(tracker_.best().best_id);
      const NetworkId before = tracker_.best().best_id;
      const Knapsack& knapsack = store_.open(home.index);
      for (std::size_t s = 0; s < home.cells(); ++s)
        for_each_option(knapsack.slots[s]->useful, [&](std::size_t k) {
          if (!tracker_.exhausted()) visit(home, equal, {{s, k}});
        });
      improved = tracker_.best().best_id != before;
    }
  }

  // Where accuracies are known, scores have only led to where it is worth looking: the neighbours of the best network
  // whose neighbours have not been looked at, again and again.
  void go_on_from_the_best() {
    const auto is_worse = [](const Spot& a, const Spot& b) { return is_better(b, a); };
    std::set<NetworkId> seen;
    std::vector<Spot> open;
    const auto add = [&](const Spot& spot) {
      if (!seen.insert(spot.id).second) return;
      open.push_back(spot);
      std::ranges::push_heap(open, is_worse);
    };
    for (const auto& [stratum, spot] : spots_) add(spot);
    while (!open.empty()) {
      std::ranges::pop_heap(open, is_worse);
      const Spot from = std::move(open.back());
      open.pop_back();
      const Stratum& stratum = evaluator_.space().stratum_of(from.id);
      for (std::size_t s = 0; s < stratum.cells(); ++s)
        for (std::int64_t k = 0; k < stratum.options[s]; ++k) {
          if (tracker_.exhausted()) return;
          Spot to = from;
          to.options[s] = k;
          to.id = evaluator_.space().id(stratum, to.options);
          if (seen.contains(to.id)) continue;
          to.worth = tracker_.evaluate(stratum, to.options);
          add(to);
        }
    }
  }

  // What SHGO is told of a stratum under prices: less is better, infeasible is worst.
  double visit(const Stratum& stratum, const Values& direction, const Held& held = {}) {
    if (tracker_.exhausted()) return infinity;
    const Knapsack& knapsack = store_.open(stratum.index);
    Options options = priced(knapsack, direction, held);
    repair(goal_, knapsack, limits_, options, held ? Exchanges::single : Exchanges::pairs);
    const Evaluation& worth = tracker_.evaluate(stratum, options);
    const Spot spot{evaluator_.space().id(stratum, options), options, worth};
    const auto [place, is_new] = spots_.try_emplace(stratum.index, spot);
    if (!is_new && is_better(spot, place->second)) place->second = spot;
    return -score(evaluator_, worth);
  }

  // The options that are worth most after what they cost at the least price along a direction that keeps the limits.
  Options priced(const Knapsack& knapsack, const Values& direction, const Held& held) const {
    Options options(knapsack.slots.size(), 0);
    Values at = middle(knapsack);
    for (int tangent = 0; tangent < tangents; ++tangent) {
      const Values gains = goal_.majorant(at, at, at).weight;
      const Options before = options;
      Values unit{};  // of a price: as much worth as the whole quantity could make
      for (const std::size_t q : bounded_)
        unit[q] = direction[q] / std::max(knapsack.scale[q], std::numeric_limits<double>::min());
      double worth = 0;
      for (std::size_t q = 0; q < goal_.size(); ++q) worth += std::abs(gains[q]) * knapsack.scale[q];
      if (worth == 0) worth = 1;
      const auto choose = [&](double price) {
        Values weights = gains;
        for (const std::size_t q : bounded_) weights[q] += (q == 0 ? 1 : -1) * price * worth * unit[q];
        choose_by(knapsack, weights, held, options);
        return keeps(knapsack, options);
      };
      if (!choose(0)) {
        double low = 0, high = 1e-6;
        while (!choose(high) && high < 1e6) low = high, high *= 4;
        for (int step = 0; step < halvings && high - low > 1e-6 * high; ++step) {
          const double middle = low + (high - low) / 2;
          (choose(middle) ? high : low) = middle;
        }
        choose(high);
      }
      at = knapsack.sums(options);
      if (goal_.linear() || options == before) break;
    }
    return options;
  }

  // Sums where each slot has the mean of its options.
  Values middle(const Knapsack& knapsack) const {
    Values sums = knapsack.base;
    for (const ChoiceSlot* slot : knapsack.slots)
      for (const Values& adds : slot->adds)
        for (std::size_t q = 0; q < goal_.size(); ++q)
          sums[q] += adds[q] / static_cast<double>(slot->adds.size());
    return sums;
  }

  void choose_by(const Knapsack& knapsack, const Values& weights, const Held& held, Options& options) const {
    for (std::size_t s = 0; s < options.size(); ++s) {
      if (held && held->first == s) {
        options[s] = static_cast<std::int64_t>(held->second);
        continue;
      }
      double best = -infinity;
      for_each_option(knapsack.slots[s]->useful, [&](std::size_t k) {
        double worth = 0;
        for (std::size_t q = 0; q < goal_.size(); ++q) worth += weights[q] * knapsack.slots[s]->adds[k][q];
        if (worth > best) best = worth, options[s] = static_cast<std::int64_t>(k);
      });
    }
  }

  bool keeps(const Knapsack& knapsack, const Options& options) const {
    const Values sums = knapsack.sums(options);
    return std::ranges::all_of(bounded_, [&](std::size_t q) {
      if (q == 0) return sums[0] >= limits_[0];
      return sums[q] + (knapsack.has_most ? knapsack.most(options, q) : 0) <= limits_[q];
    });
  }

  Tracker& tracker_;
  const Evaluator& evaluator_;
  const Goal goal_;
  const Values limits_;
  KnapsackStore store_;
  Coordinates coordinates_;
  std::vector<std::size_t> bounded_;
  std::map<std::size_t, Spot> spots_;  // the best of each stratum visited
};

}  // namespace

void search_choices_by_shgo(Tracker& tracker) { ChoicesByShgo(tracker).run(); }

}  // namespace flash
