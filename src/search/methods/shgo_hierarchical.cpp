// Hierarchical SHGO. Level 1 searches width multiplier, depth and one skip density common to all cells. Level
// 2 takes the strata that may hold something better by what their tables tell (a relaxation of the knapsack
// that they are), the most promising first, and searches the cells' own skips in each: from samples at the
// steps of costs and on the bounds, then by descent; in the best at last more thoroughly. It ends by itself,
// once a few strata on end and that last search bring nothing better. What it finds may miss the optimum:
// solve_exact proves. Needs no seed.
#include <algorithm>
#include <cmath>

#include "../choice_search.hpp"
#include "flash/search/methods/search_method.hpp"
#include "shgo_choices.hpp"
#include "stratum_outlook.hpp"
#include "stratum_search.hpp"
#include "tracked_problem.hpp"

namespace flash {
namespace {

constexpr int density_steps = 64;  // of the density that level 1 gives to all cells
constexpr int level1_minimisers = 4;
constexpr double estimate_slack = 1.05;  // by which factor an estimate may fall short
constexpr double worth_scouting = 0.98;  // of an estimate: what is gained by less is not looked for from afar
constexpr double violation_slack = 0.02;  // and what it may see violated that is not
constexpr int patience = 30;              // strata without gain after which level 2 ends

class Hierarchical {
 public:
  explicit Hierarchical(Tracker& tracker)
      : tracker_(tracker),
        evaluator_(tracker.evaluator()),
        coordinates_(evaluator_.space()),
        outlook_(evaluator_),
        search_(tracker, outlook_.floor()) {}

  void run() {
    level1();
    level2();
  }

 private:
  struct Candidate {
    const Stratum* stratum;
    Evaluation estimate;
    Spot spot;
  };

  static Options common_options(const Stratum& stratum, int density) {
    Options options(stratum.cells());
    for (std::size_t c = 0; c < options.size(); ++c)
      options[c] = Coordinates::option(stratum, c, static_cast<double>(density) / density_steps);
    return options;
  }

  void level1() {
    std::vector<double> last;
    for (const std::size_t count : coordinates_.choices()) last.push_back(static_cast<double>(count - 1));
    last.push_back(density_steps);
    const auto place = [this](std::span<const double> x) {
      Shape shape;
      for (std::size_t v = 0; v + 1 < x.size(); ++v) shape.push_back(static_cast<std::size_t>(x[v]));
      const Stratum& stratum = coordinates_.stratum(shape);
      return StratumPoint{&stratum, common_options(stratum, static_cast<int>(x.back()))};
    };
    const int points = (4 << last.size()) + 1;  // 33 for one depth, 129 where each of three cells has its own
    shgo::minimise(tracked_problem(tracker_, last, place),
                   tracked_options(tracker_, points, level1_minimisers));
  }

  // Whether a stratum of which this is told may hold something better than the best so far.
  bool promising(Evaluation outlook, double factor = estimate_slack) const {
    outlook.objective *= std::pow(factor, evaluator_.log_unit());
    if (outlook.violation < violation_slack) outlook.violation = 0;
    return better(outlook, 0, tracker_.best().best, 0);
  }

  void level2() {
    std::vector<Candidate> candidates = survey();
    int idle = 0;
    for (Candidate& candidate : candidates) {
      if (tracker_.exhausted() || idle > patience) break;
      if (!promising(candidate.estimate)) continue;
      const Evaluation before = tracker_.best().best;
      search_.climb(*candidate.stratum, candidate.spot);
      if (promising(candidate.estimate, worth_scouting) && search_.scout(*candidate.stratum, candidate.spot))
        search_.climb(*candidate.stratum, candidate.spot);
      idle = better(tracker_.best().best, 0, before, 0) ? 0 : idle + 1;
    }
    for (Candidate& candidate : candidates) {
      if (tracker_.exhausted() || tracker_.best().best.feasible()) break;
      if (promising(candidate.estimate)) search_.scan(*candidate.stratum, candidate.spot);
    }
    if (tracker_.exhausted()) return;
    const NetworkId best = tracker_.best().best_id;
    const Stratum& home = evaluator_.space().stratum_of(best);
    Spot spot{evaluator_.space().options_of(home, best), tracker_.best().best};
    search_.comb(home, spot);
  }

  // Of the strata that may hold something better, what they do hold, roughly; the best first.
  std::vector<Candidate> survey() {
    std::vector<Candidate> candidates;
    for (const Stratum& stratum : evaluator_.space().strata())
      if (promising(outlook_.bound(stratum)))
        candidates.push_back({&stratum, outlook_.estimate(stratum), {}});
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return better(a.estimate, a.stratum->index, b.estimate, b.stratum->index);
    });
    for (auto candidate = candidates.begin(); candidate != candidates.end(); ++candidate) {
      const NetworkId best = tracker_.best().best_id;
      const Stratum& home = evaluator_.space().stratum_of(best);
      const Options start =
          Coordinates::rescale(home, evaluator_.space().options_of(home, best), *candidate->stratum);
      const Evaluation* e =
          promising(candidate->estimate) ? try_evaluate(tracker_, *candidate->stratum, start) : nullptr;
      if (!e) {
        candidates.erase(candidate, candidates.end());
        break;
      }
      candidate->spot = {start, *e};
      search_.survey(*candidate->stratum, candidate->spot);
    }
    std::ranges::stable_sort(candidates, [](const Candidate& a, const Candidate& b) {
      return better(a.spot.worth, 0, b.spot.worth, 0);
    });
    return candidates;
  }

  Tracker& tracker_;
  const Evaluator& evaluator_;
  Coordinates coordinates_;
  StratumOutlook outlook_;
  StratumSearch search_;
};

void shgo_hierarchical(Tracker& tracker, std::uint64_t) {
  if (tracker.exhausted()) return;
  if (has_many_choices(tracker.evaluator().space())) return search_choices_by_shgo(tracker);
  Hierarchical(tracker).run();
}

}  // namespace

const SearchMethod& shgo_hierarchical_method() {
  static const SearchMethod method{
      .name = "shgo-hierarchical",
      .description = "SHGO on the shape and a common skip density or price, then within the best shapes",
      .uses_seed = false,
      .run = shgo_hierarchical};
  return method;
}

}  // namespace flash
