// NSGA-II: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm:
// NSGA-II", IEEE Transactions on Evolutionary Computation 6, 2002, with its constraint domination, and Optuna's
// usual settings for choices: population 50, uniform crossover with chance 0.9, each variable drawn anew with
// chance 1 over their number. As in pymoo, what is known already is mutated once more.
//
// The objectives are what the question's objective is made of: accuracy, and each metric with an exponent. What
// has a bound alone is a constraint, not an objective: a front over it would spend the evaluations on networks
// that nobody asked for [ours]. So "the most accurate within 5 ms" is a genetic algorithm of one objective, and
// the paper's ratio a search for the front of all its parts, of which the tracker keeps the best by the ratio.
#include <algorithm>
#include <limits>
#include <numeric>

#include "coordinates.hpp"
#include "flash/search/methods/search_method.hpp"

namespace flash {
namespace {

constexpr std::size_t population_size = 50;
constexpr double crossing_chance = 0.9;
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Individual {
  Network network;
  double violation = 0;
  std::vector<double> costs;  // less is better
  std::size_t rank = 0;       // of its front, 0 the best
  double crowding = 0;        // how far its neighbours in the front lie apart
};

std::vector<double> costs_of(const Evaluator& evaluator, const Evaluation& evaluation) {
  const Objective& objective = evaluator.objective();
  std::vector<double> costs;
  if (objective.accuracy > 0) costs.push_back(-evaluation.accuracy);
  for (const Metric metric : evaluator.metrics())
    if (objective.metric[metric] > 0) costs.push_back(evaluation.metrics[metric]);
  if (costs.empty()) costs.push_back(-evaluation.objective);
  return costs;
}

enum class Order { better, worse, neither };

Order compare(const Individual& a, const Individual& b) {
  if (a.violation != b.violation) return a.violation < b.violation ? Order::better : Order::worse;
  if (a.violation > 0) return Order::neither;
  bool less = false, more = false;
  for (std::size_t m = 0; m < a.costs.size(); ++m) {
    less |= a.costs[m] < b.costs[m];
    more |= a.costs[m] > b.costs[m];
  }
  if (less == more) return Order::neither;
  return less ? Order::better : Order::worse;
}

void set_crowding(std::vector<Individual>& all, std::vector<std::size_t>& front) {
  for (std::size_t m = 0; m < all[front.front()].costs.size(); ++m) {
    std::ranges::stable_sort(front,
                             [&](std::size_t a, std::size_t b) { return all[a].costs[m] < all[b].costs[m]; });
    const double range = all[front.back()].costs[m] - all[front.front()].costs[m];
    all[front.front()].crowding = all[front.back()].crowding = infinity;
    if (range == 0) continue;
    for (std::size_t i = 1; i + 1 < front.size(); ++i)
      all[front[i]].crowding += (all[front[i + 1]].costs[m] - all[front[i - 1]].costs[m]) / range;
  }
}

// Deb's fast sort into fronts.
void rank(std::vector<Individual>& all) {
  std::vector<std::vector<std::size_t>> worse(all.size());
  std::vector<std::size_t> better_ones(all.size(), 0);
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = a + 1; b < all.size(); ++b) {
      const Order order = compare(all[a], all[b]);
      if (order == Order::neither) continue;
      const auto [good, bad] = order == Order::better ? std::pair{a, b} : std::pair{b, a};
      worse[good].push_back(bad);
      ++better_ones[bad];
    }
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < all.size(); ++i)
    if (better_ones[i] == 0) front.push_back(i);
  for (std::size_t depth = 0; !front.empty(); ++depth) {
    std::vector<std::size_t> next;
    for (const std::size_t i : front) {
      all[i].rank = depth;
      all[i].crowding = 0;
      for (const std::size_t j : worse[i])
        if (--better_ones[j] == 0) next.push_back(j);
    }
    set_crowding(all, front);
    front = std::move(next);
  }
}

bool preferred(const Individual& a, const Individual& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

class Nsga2 {
 public:
  Nsga2(Tracker& tracker, std::uint64_t seed)
      : tracker_(tracker), coordinates_(tracker.evaluator().space()), random_(seed), patience_(tracker) {}

  void run() {
    while (population_.size() < population_size && !tracker_.exhausted())
      add(population_, coordinates_.random(random_));
    while (!tracker_.exhausted() && !patience_.lost()) {
      rank(population_);
      std::vector<Individual> all = population_;
      for (std::size_t k = 0; k < population_size && !tracker_.exhausted(); ++k) {
        add(all, child());
        if (patience_.lost()) return;
      }
      rank(all);
      std::ranges::stable_sort(all, preferred);
      all.resize(population_size);
      population_ = std::move(all);
    }
  }

 private:
  void add(std::vector<Individual>& to, Network network) {
    const Evaluation& evaluation = tracker_.evaluate(coordinates_.stratum(network.shape), network.options);
    to.push_back(
        {std::move(network), evaluation.violation, costs_of(tracker_.evaluator(), evaluation), 0, 0});
  }

  const Network& parent() {
    const Individual& a = population_[random_.below(population_.size())];
    const Individual& b = population_[random_.below(population_.size())];
    return preferred(b, a) ? b.network : a.network;
  }

  // Draws anew whatever chance picks.
  void mutate(Network& network) {
    const std::vector<std::size_t> open = coordinates_.open(network);
    const Shape shape = network.shape;
    for (const std::size_t variable : open) {
      if (random_.uniform() * static_cast<double>(open.size()) >= 1) continue;
      coordinates_.redraw(network, variable, random_);
      if (network.shape != shape) return;  // other slots are open now
    }
  }

  bool is_known(const Network& network) const {
    return tracker_.knows(coordinates_.space().id(coordinates_.stratum(network.shape), network.options));
  }

  Network child() {
    const Network& first = parent();
    Network child =
        random_.uniform() < crossing_chance ? coordinates_.cross(first, parent(), random_) : first;
    mutate(child);
    for (int k = 0; k < 20 && is_known(child); ++k) mutate(child);
    return child;
  }

  Tracker& tracker_;
  const Coordinates coordinates_;
  Philox random_;
  Patience patience_;
  std::vector<Individual> population_;
};

void nsga2(Tracker& tracker, std::uint64_t seed) { Nsga2(tracker, seed).run(); }

}  // namespace

const SearchMethod& nsga2_method() {
  static const SearchMethod method{
      .name = "nsga2", .description = "NSGA-II with constraint domination (Deb et al. 2002)", .run = nsga2};
  return method;
}

}  // namespace flash
