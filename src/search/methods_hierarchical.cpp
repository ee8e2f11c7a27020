#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "flash/search/methods.hpp"
#include "stratum_descent.hpp"
#include "tracked_problem.hpp"

namespace flash::methods {
namespace {

constexpr int density_steps = 64;  // of the density that level 1 gives to all cells
constexpr int level1_minimisers = 4;
constexpr std::size_t most_probed = 100;  // strata whose common density is tuned at the end of level 1
constexpr int level2_points = 9;
constexpr int level2_minimisers = 1;
constexpr double level2_reach = 0.98;  // a stratum that gets no nearer the best is not searched to the end
constexpr int patience = 4;            // strata without gain after which level 2 ends

class Hierarchical {
 public:
  explicit Hierarchical(Tracker& tracker)
      : tracker_(tracker), evaluator_(tracker.evaluator()), coordinates_(evaluator_.space()) {}

  void run() {
    level1();
    for (int idle = 0; !tracker_.exhausted();) {
      const Stratum* next = best_of(neighbourhood());
      if (!next && ++idle <= patience) next = best_of(known_strata());
      const Stratum& home = evaluator_.space().stratum_of(tracker_.best().best_id);
      if (!next && !sampled_.insert(home.index).second) return;
      const Evaluation before = tracker_.best().best;
      if (next) {
        level2(*next);
      } else {
        sample(home);
      }
      if (better(tracker_.best().best, 0, before, 0)) idle = 0;
    }
  }

 private:
  // The best seen in a stratum, and the best of the densities that all cells share.
  struct Known {
    Evaluation best;
    Options options;
    Evaluation common;
    int density = 0;     // of density_steps
    Options start = {};  // a guess from a better stratum nearby
  };

  static Options common_options(const Stratum& stratum, int density) {
    Options options(stratum.cells());
    for (std::size_t c = 0; c < options.size(); ++c)
      options[c] = Coordinates::option(stratum, c, static_cast<double>(density) / density_steps);
    return options;
  }

  bool try_common(const Stratum& stratum, int density) {
    const Options options = common_options(stratum, density);
    const Evaluation* e = try_evaluate(tracker_, stratum, options);
    if (!e) return false;
    const auto [place, is_new] = known_.try_emplace(stratum.index, Known{*e, options, *e, density, {}});
    Known& known = place->second;
    if (better(*e, 0, known.best, 0)) {
      known.best = *e;
      known.options = options;
    }
    const bool gain = better(*e, 0, known.common, 0);
    if (gain) {
      known.common = *e;
      known.density = density;
    }
    return is_new || gain;
  }

  void note(const Stratum& stratum, const Options& options) {
    const Evaluation* e = try_evaluate(tracker_, stratum, options);
    Known& known = known_.at(stratum.index);
    if (!e || !better(*e, 0, known.best, 0)) return;
    known.best = *e;
    known.options = options;
  }

  void level1() {
    std::vector<double> last;
    for (const std::size_t count : coordinates_.choices()) last.push_back(static_cast<double>(count - 1));
    last.push_back(density_steps);
    const auto place = [this](std::span<const double> x) {
      Shape shape;
      for (std::size_t v = 0; v + 1 < x.size(); ++v) shape.push_back(static_cast<std::size_t>(x[v]));
      const Stratum& stratum = coordinates_.stratum(shape);
      const int density = static_cast<int>(x.back());
      try_common(stratum, density);
      return Place{&stratum, common_options(stratum, density)};
    };
    const int points = (4 << last.size()) + 1;  // 33 for one depth, 129 where each of three cells has its own
    shgo::minimise(tracked_problem(tracker_, last, place),
                   tracked_options(tracker_, points, level1_minimisers));
    probe_strata();
  }

  // Under constraints a stratum shows its worth only at the right density, which level 1 may not have met.
  void probe_strata() {
    std::vector<std::size_t> order;
    if (evaluator_.space().strata().size() <= most_probed) {
      for (const Stratum& stratum : evaluator_.space().strata()) order.push_back(stratum.index);
    } else {
      for (const auto& [index, known] : known_) order.push_back(index);
    }
    const auto rank = [this](std::size_t a, std::size_t b) {
      const auto known_a = known_.find(a);
      const auto known_b = known_.find(b);
      if (known_a == known_.end() || known_b == known_.end())
        return known_a != known_.end() && known_b == known_.end();
      return better(known_a->second.best, 0, known_b->second.best, 0);
    };
    std::ranges::stable_sort(order, rank);
    order.resize(std::min(order.size(), most_probed));
    const int density = known_.empty() ? 0 : known_.at(order.front()).density;
    for (const std::size_t index : order) probe(evaluator_.space().strata()[index], density);
  }

  // Tunes the common density of a stratum, where it may hold something better.
  void probe(const Stratum& stratum, int density) {
    if (!worthwhile(stratum)) return;
    if (!known_.contains(stratum.index)) try_common(stratum, density);
    if (!known_.contains(stratum.index)) return;  // out of evaluations
    for (int stride = density_steps / 4; stride > 0; stride /= 2)
      while (shift_density(stratum, stride) || shift_density(stratum, -stride)) {
      }
  }

  bool shift_density(const Stratum& stratum, int stride) {
    const int density = known_.at(stratum.index).density + stride;
    return density >= 0 && density <= density_steps && try_common(stratum, density);
  }

  // Nothing in the stratum is better than this: its best NN-Degree with its least metrics.
  Evaluation bound(const Stratum& stratum) const {
    const StratumTables& tables = evaluator_.tables(stratum.index);
    const auto [least, most] = tables.degree.range();
    Measurement metrics;
    for (const Metric m : all_metrics)
      if (evaluator_.has(m)) metrics[m] = tables.metric[static_cast<std::size_t>(m)].range().first;
    return evaluator_.judge(evaluator_.degree_helps() ? most : least, metrics);
  }

  bool worthwhile(const Stratum& stratum) const { return better(bound(stratum), 0, tracker_.best().best, 0); }

  // The strata next to the one that holds the best so far, each with that one's densities as a start.
  std::vector<std::size_t> neighbourhood() {
    const Stratum& home = evaluator_.space().stratum_of(tracker_.best().best_id);
    const Options options = evaluator_.space().options_of(home, tracker_.best().best_id);
    std::vector<std::size_t> result;
    for (const Shape& shape : coordinates_.neighbours(coordinates_.shape(home))) {
      const Stratum& neighbour = coordinates_.stratum(shape);
      if (searched_.contains(neighbour.index) || !worthwhile(neighbour)) continue;
      const Options start = Coordinates::rescale(home, options, neighbour);
      const Evaluation* e = try_evaluate(tracker_, neighbour, start);
      if (!e) continue;
      known_.try_emplace(neighbour.index, Known{*e, start, *e, 0, {}});
      note(neighbour, start);
      known_.at(neighbour.index).start = start;
      result.push_back(neighbour.index);
    }
    return result;
  }

  // Near enough to the best to be searched to the end.
  bool in_reach(const Known& known) const {
    const Evaluation& best = tracker_.best().best;
    return known.best.feasible() == best.feasible() && known.best.objective >= level2_reach * best.objective;
  }

  std::vector<std::size_t> known_strata() const {
    std::vector<std::size_t> result;
    for (const auto& [index, known] : known_) result.push_back(index);
    return result;
  }

  // Of known strata not yet searched, and worth it, the one with the best configuration.
  const Stratum* best_of(const std::vector<std::size_t>& strata) const {
    const Known* best = nullptr;
    const Stratum* stratum = nullptr;
    for (const std::size_t index : strata) {
      const Known& known = known_.at(index);
      const Stratum& candidate = evaluator_.space().strata()[index];
      if (searched_.contains(index) || (best && !better(known.best, 0, best->best, 0))) continue;
      if (!worthwhile(candidate)) continue;
      best = &known;
      stratum = &candidate;
    }
    return stratum;
  }

  void level2(const Stratum& stratum) {
    searched_.insert(stratum.index);
    StratumDescent descent(tracker_, stratum);
    Known& known = known_.at(stratum.index);
    note(stratum, descent.run(known.start.empty() ? known.options : known.start));
    if (in_reach(known)) note(stratum, descent.run(known.options));
  }

  // SHGO over the cells' options, with the descent as its local search; then descents from the ends of each
  // cell.
  void sample(const Stratum& stratum) {
    StratumDescent descent(tracker_, stratum);
    std::vector<double> last;
    for (const std::int64_t count : stratum.options) last.push_back(static_cast<double>(count - 1));
    const auto place = [&](std::span<const double> x) {
      Place at{&stratum, Options(x.size())};
      for (std::size_t c = 0; c < x.size(); ++c) at.options[c] = std::llround(x[c]);
      return at;
    };
    shgo::Options options = tracked_options(tracker_, level2_points, level2_minimisers);
    options.local = [&](std::span<const double> x) {
      const Options end = descent.run(place(x).options);
      note(stratum, end);
      return std::vector<double>(end.begin(), end.end());
    };
    shgo::minimise(tracked_problem(tracker_, last, place), options);
    // Where costs move in steps, good ones lie on the faces of the box, each with a basin of its own.
    const Options best = known_.at(stratum.index).options;
    for (std::size_t c = 0; c < best.size(); ++c)
      for (const std::int64_t end : {std::int64_t{0}, stratum.options[c] - 1}) {
        Options start = best;
        start[c] = end;
        note(stratum, descent.run(start));
      }
  }

  Tracker& tracker_;
  const Evaluator& evaluator_;
  Coordinates coordinates_;
  std::map<std::size_t, Known> known_;  // by stratum
  std::set<std::size_t> searched_;      // strata that a descent has been through
  std::set<std::size_t> sampled_;       // and a sample of starts
};

}  // namespace

void shgo_hierarchical(Tracker& tracker, std::uint64_t) {
  if (!tracker.exhausted()) Hierarchical(tracker).run();
}

}  // namespace flash::methods
