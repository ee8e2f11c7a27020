#include "flash/search/exact.hpp"

#include <algorithm>
#include <queue>

#include "flash/core/clock.hpp"
#include "flash/search/search.hpp"

namespace flash {
namespace {

constexpr std::uint64_t leaf_size = 32;  // configurations; cheaper to evaluate than to halve further

using Options = std::vector<std::int64_t>;

struct Box {
  std::size_t stratum = 0;
  Options low;
  Options high;  // inclusive
  Evaluation bound;

  std::uint64_t size() const {
    std::uint64_t product = 1;
    for (std::size_t c = 0; c < low.size(); ++c) product *= static_cast<std::uint64_t>(high[c] - low[c] + 1);
    return product;
  }
};

// For a heap whose top is the most promising box.
struct LessPromising {
  bool operator()(const Box& a, const Box& b) const {
    if (a.bound.violation != b.bound.violation) return a.bound.violation > b.bound.violation;
    return a.bound.objective < b.bound.objective;
  }
};

// Least (or largest) value of a quantity over a box: at a corner where its tables ascend, else cell by cell.
double extreme(const SeparableSum& sum, const Box& box, bool largest) {
  if (sum.non_decreasing) return sum(largest ? box.high : box.low);
  double total = sum.base;
  for (std::size_t c = 0; c < sum.cell.size(); ++c) {
    const auto part = sum.cell[c].subspan(static_cast<std::size_t>(box.low[c]),
                                          static_cast<std::size_t>(box.high[c] - box.low[c] + 1));
    total += largest ? *std::ranges::max_element(part) : *std::ranges::min_element(part);
  }
  return total;
}

class BranchAndBound {
 public:
  explicit BranchAndBound(const Evaluator& evaluator) : evaluator_(evaluator), space_(evaluator.space()) {}

  ExactResult run(const std::function<bool()>& stop) {
    const Stopwatch watch;
    for (const Stratum& stratum : space_.strata()) {
      Box box;
      box.stratum = stratum.index;
      box.low.assign(stratum.cells(), 0);
      box.high = stratum.options;
      for (std::int64_t& option : box.high) --option;
      evaluate(stratum, box.low);
      evaluate(stratum, box.high);
      push(std::move(box));
    }
    while (!boxes_.empty()) {
      if (stop()) {
        result_.complete = false;
        break;
      }
      const Box box = boxes_.top();
      boxes_.pop();
      if (!cut(box.bound)) branch(box);
    }
    result_.found = result_.best.feasible();
    result_.seconds = watch.seconds();
    return result_;
  }

 private:
  void evaluate(const Stratum& stratum, const Options& options) {
    const Evaluation evaluation = evaluator_(stratum, options);
    const std::uint64_t id = space_.id(stratum, options);
    if (result_.evaluations++ == 0 || better(evaluation, id, result_.best, result_.best_id)) {
      result_.best = evaluation;
      result_.best_id = id;
    }
  }

  void push(Box box) {
    const StratumTables& tables = evaluator_.tables(box.stratum);
    Measurement least;
    for (const Metric m : all_metrics)
      if (evaluator_.has(m)) least[m] = extreme(tables.metric[static_cast<std::size_t>(m)], box, false);
    box.bound = evaluator_.judge(extreme(tables.degree, box, evaluator_.degree_helps()), least);
    box.bound.objective *= 1 + rounding_slack;
    box.bound.violation *= 1 - rounding_slack;
    ++result_.boxes;
    if (!cut(box.bound)) boxes_.push(std::move(box));
  }

  // True where nothing within the bound can be better; an equal one might have the lower id.
  bool cut(const Evaluation& bound) {
    const Evaluation& best = result_.best;
    if (bound.violation > best.violation) return true;
    if (bound.violation < best.violation || bound.objective >= best.objective) return false;
    result_.largest_cut_bound = std::max(result_.largest_cut_bound, bound.objective);
    return true;
  }

  void branch(const Box& box) {
    const Stratum& stratum = space_.strata()[box.stratum];
    if (box.size() <= leaf_size) {
      enumerate(stratum, box);
      return;
    }
    Options middle(box.low.size());
    for (std::size_t c = 0; c < middle.size(); ++c) middle[c] = box.low[c] + (box.high[c] - box.low[c]) / 2;
    evaluate(stratum, middle);
    const std::size_t c = widest(box);
    Box lower = box;
    Box upper = box;
    lower.high[c] = middle[c];
    upper.low[c] = middle[c] + 1;
    push(std::move(lower));
    push(std::move(upper));
  }

  void enumerate(const Stratum& stratum, const Box& box) {
    Options options = box.low;
    for (std::uint64_t left = box.size(); left > 0; --left) {
      evaluate(stratum, options);
      for (std::size_t c = options.size(); c-- > 0;) {
        if (++options[c] <= box.high[c]) break;
        options[c] = box.low[c];
      }
    }
  }

  // The cell over which NN-Degree and metrics vary most, relative to their values: halving it tightens the
  // bound most.
  std::size_t widest(const Box& box) const {
    const StratumTables& tables = evaluator_.tables(box.stratum);
    std::size_t widest = 0;
    double most = -1;
    for (std::size_t c = 0; c < box.low.size(); ++c) {
      if (box.low[c] == box.high[c]) continue;
      double variation = share(tables.degree, box, c);
      for (const Metric m : all_metrics)
        if (evaluator_.has(m)) variation += share(tables.metric[static_cast<std::size_t>(m)], box, c);
      if (variation > most) {
        most = variation;
        widest = c;
      }
    }
    return widest;
  }

  static double share(const SeparableSum& sum, const Box& box, std::size_t c) {
    const auto value = [&](std::int64_t option) { return sum.cell[c][static_cast<std::size_t>(option)]; };
    return (value(box.high[c]) - value(box.low[c])) / sum(box.high);
  }

  const Evaluator& evaluator_;
  const Space& space_;
  std::priority_queue<Box, std::vector<Box>, LessPromising> boxes_;
  ExactResult result_;
};

}  // namespace

ExactResult solve_exact(const Evaluator& evaluator, const std::function<bool()>& stop) {
  return BranchAndBound(evaluator).run(stop);
}

Json to_json(const ExactResult& result) {
  return {{"complete", result.complete},
          {"found", result.found},
          {"best", to_json(result.best, result.best_id)},
          {"evaluations", result.evaluations},
          {"boxes", result.boxes},
          {"largest_cut_bound", result.largest_cut_bound},
          {"seconds", result.seconds}};
}

}  // namespace flash
