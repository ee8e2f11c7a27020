#include "sweep_pilot.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "choice_search.hpp"

namespace flash {
namespace {

constexpr std::uint64_t one_in = 4096;  // configurations that are looked at
constexpr std::uint64_t most_looks = 4096;
constexpr std::uint64_t one_climbed_in =
    32'768;  // looks of a climb at most, so that it is short beside the sweep
constexpr std::size_t largest_ranking = 4096;  // for a larger one the look would take too long

class Pilot {
 public:
  Pilot(const Evaluator& evaluator, IdRange block) : evaluator_(evaluator), block_(block) {}

  void spread(std::uint64_t looks) {
    for (std::uint64_t i = 0; i < looks; ++i) look(block_.first_id + block_.count / looks * i);
  }

  // The configurations of the best one's stratum that are at most `reach` options from it in every cell.
  void around_best(std::int64_t reach) {
    if (!found_) return;
    const Stratum& stratum = evaluator_.space().stratum_of(best_.id);
    const std::vector<std::int64_t> centre = evaluator_.space().options_of(stratum, best_.id);
    std::vector<std::int64_t> low = centre;
    std::vector<std::int64_t> high = centre;
    for (std::size_t c = 0; c < centre.size(); ++c) {
      low[c] = std::max<std::int64_t>(0, centre[c] - reach);
      high[c] = std::min(stratum.options[c] - 1, centre[c] + reach);
    }
    for (std::vector<std::int64_t> options = low;;) {
      look(small_id(evaluator_.space().id(stratum, options)));
      std::size_t c = options.size();
      while (c > 0 && options[c - 1] == high[c - 1]) {
        options[c - 1] = low[c - 1];
        --c;
      }
      if (c == 0) return;
      ++options[c - 1];
    }
  }

  // The configurations that differ from the best one in one slot or two; then those of whichever is the best of them,
  // and so on, as long as that changes.
  void climb() {
    const std::uint64_t most = seen_.size() + block_.count / one_climbed_in;
    while (found_) {
      const NetworkId centre = best_.id;
      const Stratum& stratum = evaluator_.space().stratum_of(centre);
      std::vector<std::int64_t> options = evaluator_.space().options_of(stratum, centre);
      const auto change = [&](std::size_t slot, const auto& then) {
        const std::int64_t kept = options[slot];
        for (options[slot] = 0; options[slot] < stratum.options[slot]; ++options[slot]) then();
        options[slot] = kept;
      };
      for (std::size_t a = 0; a < options.size(); ++a)
        change(a, [&] {
          for (std::size_t b = a; b < options.size(); ++b)
            change(b, [&] {
              if (seen_.size() < most) look(small_id(evaluator_.space().id(stratum, options)));
            });
        });
      if (best_.id == centre) return;
    }
  }

  double ranked(std::size_t place) {
    if (objectives_.size() < place) return 0;
    const auto at = objectives_.begin() + static_cast<std::ptrdiff_t>(place - 1);
    std::ranges::nth_element(objectives_, at, std::greater{});
    return *at;
  }

 private:
  void look(std::uint64_t id) {
    if (id < block_.first_id || id - block_.first_id >= block_.count || !seen_.insert(id).second) return;
    const Evaluation e = evaluator_.at(id);
    if (!e.feasible()) return;
    objectives_.push_back(e.objective);
    if (!found_ || e.objective > best_.objective) best_ = {id, e.objective};
    found_ = true;
  }

  const Evaluator& evaluator_;
  const IdRange block_;
  std::set<std::uint64_t> seen_;
  std::vector<double> objectives_;
  bool found_ = false;
  Ranked best_;
};

}  // namespace

double pilot_objective(const Evaluator& evaluator, IdRange block, std::size_t top_k) {
  const std::uint64_t looks = std::min(block.count / one_in, most_looks);
  if (looks == 0 || top_k == 0 || top_k > largest_ranking) return 0;
  Pilot pilot(evaluator, block);
  pilot.spread(looks);
  if (has_many_choices(evaluator.space())) {
    pilot.climb();
    return pilot.ranked(top_k);
  }
  const double side =
      std::pow(4.0 * static_cast<double>(top_k), 1.0 / static_cast<double>(evaluator.space().cells()));
  pilot.around_best(std::llround(side / 2) + 1);
  return pilot.ranked(top_k);
}

}  // namespace flash
