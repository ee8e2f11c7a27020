#include "flash/search/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "box.hpp"
#include "choice_search.hpp"
#include "flash/core/clock.hpp"
#include "flash/search/degree_window.hpp"
#include "flash/search/id_map.hpp"
#include "flash/search/search.hpp"
#include "ranking.hpp"

namespace flash {
namespace {

struct Bound {
  double violation = 0;  // no configuration of the box has less,
  double objective = 0;  // none more
};

struct Waiting {
  Bound bound;
  std::uint32_t slot = 0;
};

constexpr int slices = 8;

bool better(const Bound& a, const Bound& b) {
  return a.violation != b.violation ? a.violation < b.violation : a.objective > b.objective;
}

// For a heap whose top is the most promising box.
struct LessPromising {
  bool operator()(const Waiting& a, const Waiting& b) const { return better(b.bound, a.bound); }
};

class BranchAndBound {
 public:
  BranchAndBound(const Evaluator& evaluator, std::size_t top_k, double at_least)
      : evaluator_(evaluator),
        space_(evaluator.space()),
        top_k_(std::max<std::size_t>(top_k, 1)),
        at_least_(at_least),
        bounds_(evaluator),
        window_(degree_window(evaluator, evaluator.constraints().accuracy_min)),
        store_(space_) {}

  ExactResult run(const std::function<bool()>& stop) {
    const Stopwatch watch;
    result_.monotone = bounds_.monotone();
    for (const Stratum& stratum : space_.strata()) {
      box_.cover(stratum);
      probe(stratum, box_.low);
      probe(stratum, box_.high);
      push(box_);
    }
    while (!heap_.empty()) {
      if (stop()) {
        result_.complete = false;
        break;
      }
      const Waiting waiting = heap_.top();
      heap_.pop();
      store_.take(waiting.slot, box_);
      if (!cut(waiting.bound)) branch(waiting.bound);
    }
    result_.found = result_.best.feasible();
    result_.seconds = watch.seconds();
    return std::move(result_);
  }

 private:
  // A configuration out of turn, which the leaf that holds it leaves out: leaves never overlap.
  void probe(const Stratum& stratum, const std::vector<std::int64_t>& options) {
    const NetworkId id = space_.id(stratum, options);
    if (probed_.contains(id)) return;
    probed_.insert(id, {});
    evaluate(stratum, options);
  }

  void evaluate(const Stratum& stratum, const std::vector<std::int64_t>& options) {
    const Evaluation evaluation = evaluator_(stratum, options);
    const bool first = result_.evaluations++ == 0;
    if (!first && evaluation.violation > result_.best.violation) return;
    const NetworkId id = space_.id(stratum, options);
    if (first || better(evaluation, id, result_.best, result_.best_id)) {
      // Boxes cut for their objective had the old violation: they are now cut for that.
      if (evaluation.violation < result_.best.violation) result_.largest_cut_bound = 0;
      result_.best = evaluation;
      result_.best_id = id;
    }
    if (evaluation.feasible()) rank({id, evaluation.objective});
  }

  void rank(const Ranked& candidate) {
    std::vector<Ranked>& top = result_.top;
    const auto place = std::ranges::lower_bound(top, candidate, ranks_before);
    if (place != top.end() && *place == candidate) return;  // seen before
    top.insert(place, candidate);
    if (top.size() > top_k_) top.pop_back();
  }

  void push(const Box& box) {
    ++result_.boxes;
    const Measurement least = bounds_.least_metrics(box);
    const double degree = bounds_.best_degree(box);
    const double loss = bounds_.least_loss(box);
    Bound bound = bound_of(degree, least, loss);
    if (cut(bound)) return;
    if (evaluator_.degree_helps() && box.size() > leaf_size) {
      bound = bound_by_slices(box, degree, least, loss);
      if (cut(bound)) return;
    }
    heap_.push({bound, store_.put(box)});
  }

  Bound bound_of(double best_degree, const Measurement& least, double loss) const {
    const double accuracy = less_loss(bounds_.most_accuracy(best_degree), loss);
    const Evaluation best = evaluator_.weigh(best_degree, accuracy, least);
    return {best.violation, best.objective * (1 + rounding_slack)};
  }

  // NN-Degree has its price: the box's configurations are taken in slices of NN-Degree, each with the
  // accuracy of its upper end and the least metrics of its lower end. The best slice bounds the box. One
  // slice begins where the accuracy floor may be met.
  Bound bound_by_slices(const Box& box, double most, const Measurement& least, double loss) {
    const double lowest = bounds_.least(evaluator_.tables(box.stratum).degree, box);
    double start = lowest;
    Bound bound{std::numeric_limits<double>::infinity(), 0};
    const auto take = [&](double from, double to) {
      const Bound slice = bound_of(to, bounds_.least_metrics(box, least, from), loss);
      if (better(slice, bound)) bound = slice;
    };
    const double floor = window_.maybe_low;
    if (floor > lowest && floor <= most) {
      take(lowest, floor);
      start = floor;
    }
    for (int i = 0; i < slices; ++i)
      take(start + (most - start) * i / slices,
           i + 1 == slices ? most : start + (most - start) * (i + 1) / slices);
    return bound;
  }

  // True where nothing within the bound can be better; an equal one might have the lower id.
  bool cut(const Bound& bound) {
    const Evaluation& best = result_.best;
    if (at_least_ > 0 && bound.violation > 0) return true;
    if (at_least_ > 0 && bound.objective < at_least_) {
      result_.largest_cut_bound = std::max(result_.largest_cut_bound, bound.objective);
      return true;
    }
    if (bound.violation > best.violation) return true;
    if (bound.violation < best.violation) return false;
    if (bound.objective >= least_wanted()) return false;
    result_.largest_cut_bound = std::max(result_.largest_cut_bound, bound.objective);
    return true;
  }

  void branch(const Bound& bound) {
    const Stratum& stratum = space_.strata()[box_.stratum];
    NetworkId count = box_.size();
    const bool can_only_tie = bound.objective * (1 - 2 * rounding_slack) <= least_wanted();
    // Of equals the lowest ids are enough.
    if (can_only_tie && count > top_k_ && uniform()) count = top_k_;
    if (count <= leaf_size || count < box_.size()) {
      for_each(box_, static_cast<std::uint64_t>(count), options_, [&](const auto& options) {
        if (!probed_.contains(space_.id(stratum, options))) evaluate(stratum, options);
      });
      return;
    }
    options_.resize(box_.low.size());
    for (std::size_t c = 0; c < options_.size(); ++c)
      options_[c] = box_.low[c] + (box_.high[c] - box_.low[c]) / 2;
    probe(stratum, options_);
    halve(box_, bounds_.widest_cell(box_), upper_);
    push(box_);
    push(upper_);
  }

  // The objective below which a box as good in violation as the best cannot enter the result.
  double least_wanted() const {
    if (!result_.best.feasible()) return result_.best.objective;
    return result_.top.size() < top_k_ ? 0 : result_.top.back().objective;
  }

  // Whether all configurations of the box are worth the same, to the last bit.
  bool uniform() const {
    const StratumTables& tables = evaluator_.tables(box_.stratum);
    const auto constant = [this](const Term& term) {
      return bounds_.least(term, box_) == bounds_.largest(term, box_);
    };
    const Objective& objective = evaluator_.objective();
    const Constraints& constraints = evaluator_.constraints();
    if ((objective.accuracy > 0 || std::isfinite(constraints.accuracy_min)) && !evaluator_.degree_is_idle() &&
        !constant(tables.degree))
      return false;
    if ((objective.accuracy > 0 || std::isfinite(constraints.accuracy_min)) && !tables.loss.sum.empty() &&
        !constant(tables.loss))
      return false;
    for (const Metric m : evaluator_.metrics()) {
      if ((objective.metric[m] > 0 || std::isfinite(constraints.metric_max[m])) &&
          !constant(tables.metric[m]))
        return false;
    }
    return true;
  }

  const Evaluator& evaluator_;
  const Space& space_;
  const std::size_t top_k_;
  const double at_least_;
  BoxBounds bounds_;
  const DegreeWindow window_;
  BoxStore store_;
  std::priority_queue<Waiting, std::vector<Waiting>, LessPromising> heap_;
  ExactResult result_;
  struct Nothing {};
  IdMap<Nothing> probed_{256};
  Box box_;
  Box upper_;
  std::vector<std::int64_t> options_;
};

}  // namespace

ExactResult solve_exact(const Evaluator& evaluator, const std::function<bool()>& stop, std::size_t top_k,
                        double at_least) {
  if (&evaluator.listed() != &evaluator) {
    ExactResult result = solve_exact(evaluator.listed(), stop, top_k, at_least);
    result.best = evaluator.at(result.best_id);  // with the score that it has
    result.monotone = true;                      // of a list nobody expects an order
    return result;
  }
  // Prices know nothing of losses; boxes hold whatever the slots.
  if (has_many_choices(evaluator.space()) && !evaluator.loses()) return solve_choices(evaluator, stop, top_k);
  return BranchAndBound(evaluator, top_k, at_least).run(stop);
}

bool any_feasible(const Evaluator& evaluator) {
  if (!has_many_choices(evaluator.listed().space())) return solve_exact(evaluator).found;
  return search_choices(evaluator, {.any = true}, [] { return false; }).found;
}

Json to_json(const ExactResult& result) {
  return {{"complete", result.complete},
          {"found", result.found},
          {"best", to_json(result.best, result.best_id)},
          {"top", to_json(result.top)},
          {"monotone", result.monotone},
          {"evaluations", result.evaluations},
          {"boxes", result.boxes},
          {"largest_cut_bound", result.largest_cut_bound},
          {"seconds", result.seconds}};
}

}  // namespace flash
