#include <algorithm>

#include "flash/search/methods.hpp"
#include "stratum_outlook.hpp"
#include "stratum_search.hpp"
#include "tracked_problem.hpp"

namespace flash::methods {
namespace {

constexpr int density_steps = 64;  // of the density that level 1 gives to all cells
constexpr int level1_minimisers = 4;
constexpr double estimate_slack = 1.1;  // by how much an estimate may fall short

class Hierarchical {
 public:
  explicit Hierarchical(Tracker& tracker)
      : tracker_(tracker), evaluator_(tracker.evaluator()), coordinates_(evaluator_.space()), outlook_(evaluator_) {}

  void run() {
    level1();
    level2();
  }

 private:
  struct Candidate {
    const Stratum* stratum;
    Evaluation estimate;
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
      return Place{&stratum, common_options(stratum, static_cast<int>(x.back()))};
    };
    const int points = (4 << last.size()) + 1;  // 33 for one depth, 129 where each of three cells has its own
    shgo::minimise(tracked_problem(tracker_, last, place),
                   tracked_options(tracker_, points, level1_minimisers));
  }

  bool promising(Evaluation e) const {
    e.objective *= estimate_slack;
    return better(e, 0, tracker_.best().best, 0);
  }

  void level2() {
    std::vector<Candidate> candidates;
    for (const Stratum& stratum : evaluator_.space().strata())
      if (promising(outlook_.bound(stratum))) candidates.push_back({&stratum, outlook_.estimate(stratum)});
    std::ranges::sort(candidates, [](const Candidate& a, const Candidate& b) {
      return better(a.estimate, a.stratum->index, b.estimate, b.stratum->index);
    });
    StratumSearch search(tracker_, outlook_.floor());
    for (const Candidate& candidate : candidates) {
      if (tracker_.exhausted() || !promising(candidate.estimate)) return;
      const std::uint64_t best = tracker_.best().best_id;
      const Stratum& home = evaluator_.space().stratum_of(best);
      search.run(*candidate.stratum,
                 Coordinates::rescale(home, evaluator_.space().options_of(home, best), *candidate.stratum));
    }
  }

  Tracker& tracker_;
  const Evaluator& evaluator_;
  Coordinates coordinates_;
  StratumOutlook outlook_;
};

}  // namespace

void shgo_hierarchical(Tracker& tracker, std::uint64_t) {
  if (!tracker.exhausted()) Hierarchical(tracker).run();
}

}  // namespace flash::methods
