#include "choice_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "choice_best.hpp"
#include "choice_node.hpp"
#include "choice_relaxation.hpp"
#include "choice_repair.hpp"
#include "flash/core/clock.hpp"

namespace flash {
namespace {

constexpr int first_steps = 8, whole_steps = 100,
              part_steps = 12;  // of prices, for a stratum and for what is in it
constexpr std::uint64_t few_enough = 32;
constexpr double worth_splitting =
    0.3;  // of a node's bound over what is needed: what a majorant may take of it

struct WorthLess {
  bool operator()(const ChoiceNode& a, const ChoiceNode& b) const {
    if (a.worth != b.worth) return a.worth < b.worth;
    return a.stratum != b.stratum ? a.stratum > b.stratum : a.first > b.first;
  }
};

class ChoiceSearch {
 public:
  ChoiceSearch(const Evaluator& evaluator, const ChoiceQuestion& question)
      : evaluator_(evaluator),
        goal_(evaluator),
        question_(question),
        limits_(goal_.limits(question.violation)),
        store_(evaluator, goal_, question.top_k),
        best_(evaluator, question),
        needed_(goal_.least()),
        relaxation_(goal_, [this](const auto& options, const Values& sums) { offer_chosen(options, sums); }) {
  }

  ExactResult run(const std::function<bool()>& stop) {
    const Stopwatch watch;
    enter_strata();
    while (!heap_.empty() && !done()) {
      if (stop()) {
        result_.complete = false;
        break;
      }
      ChoiceNode node = take();
      if (node.worth < needed_) {  // so are all others
        cut_ = std::max(cut_, node.worth);
        break;
      }
      knapsack_ = &store_.open(node.stratum);
      if (node.looks < 2) {
        look(std::move(node));
      } else {
        branch(node);
      }
    }
    best_.fill(result_);
    cut_ = std::max(cut_, relaxation_.cut());
    if (cut_ > -unbounded && result_.found)
      result_.largest_cut_bound = goal_.objective(std::min(cut_, needed_));
    result_.seconds = watch.seconds();
    return std::move(result_);
  }

 private:
  bool done() const { return question_.any && best_.found(); }

  ChoiceNode take() {
    std::ranges::pop_heap(heap_, WorthLess());
    ChoiceNode node = std::move(heap_.back());
    heap_.pop_back();
    return node;
  }

  void wait(ChoiceNode node) {
    if (!goal_.matters()) node.first = best_.first(*knapsack_, node.options);
    heap_.push_back(std::move(node));
    std::ranges::push_heap(heap_, WorthLess());
  }

  // Each stratum by the ends of its tables.
  void enter_strata() {
    for (const Stratum& stratum : evaluator_.space().strata()) {
      const StratumTables& tables = evaluator_.tables(stratum.index);
      ++result_.boxes;
      Values best{};
      bool may_fit = true;
      for (std::size_t q = 0; q < goal_.size(); ++q) {
        const auto [low, high] = goal_.term(tables, q).range();
        best[q] = q > 0 ? low : goal_.sign() < 0 ? -low : high;
        may_fit = may_fit && (q == 0 ? goal_.sign() == 0 || best[0] >= limits_[0] : low <= limits_[q]);
      }
      if (!may_fit) continue;
      ChoiceNode node;
      node.stratum = static_cast<std::uint32_t>(stratum.index);
      node.worth = goal_.worth(best) + rounding_slack * (1 + std::abs(goal_.worth(best)));
      heap_.push_back(std::move(node));
    }
    std::ranges::make_heap(heap_, WorthLess());
  }

  // A stratum with the prices of the one before, then with its own.
  void look(ChoiceNode node) {
    if (node.looks == 0) {
      for (const ChoiceSlot* slot : knapsack_->slots) node.options.push_back(slot->useful);
      node.low.fill(-unbounded);
      node.high = limits_;
      node.high[0] = unbounded;
      node.low[0] = limits_[0];
      node.prices = prices_;
    }
    const bool first = node.looks++ == 0;
    if (!bound(node, first ? first_steps : whole_steps)) return;
    prices_ = node.prices;
    if (!first || !best_.found()) improve();
    if (node.worth >= needed_) wait(std::move(node));
  }

  bool bound(ChoiceNode& node, int steps) {
    ++result_.boxes;
    return relaxation_.bound(
        *knapsack_, node, [this] { return needed_; }, steps);
  }

  void branch(ChoiceNode& node) {
    NetworkId size = 1;
    for (const std::uint64_t set : node.options) size *= static_cast<NetworkId>(std::popcount(set));
    if (size <= few_enough) return enumerate(node);
    if (!goal_.matters() && !best_.wants_numbers(*knapsack_, node.options)) return;
    // Bounds are of the node as it was last; its prices' values are asked for once more.
    if (!bound(node, 2)) return;
    const double gap = std::isfinite(needed_) ? node.worth - needed_ : std::abs(node.worth);
    if (++branched_ % 64 == 0) improve();
    const Values slack = relaxation_.slack();
    std::size_t widest = 0;
    for (std::size_t q = 1; q < goal_.size(); ++q)
      if (slack[q] > slack[widest] && !relaxation_.has_most(q)) widest = q;
    if (widest > 0 && slack[widest] > worth_splitting * gap && split(node, widest)) return;
    const std::size_t slot = slot_to_branch(node, gap);
    if (slot == node.options.size()) return enumerate(node);
    std::vector<ChoiceNode> children;
    for_each_option(node.options[slot], [&](std::size_t k) {
      ChoiceNode child = node;
      child.options[slot] = std::uint64_t{1} << k;
      child.worth = relaxation_.bound_with(slot, k);
      children.push_back(std::move(child));
    });
    for (ChoiceNode& child : children) enter(std::move(child));
  }

  // The one that is hardest to decide; where all are worth the same the first, since the lowest number is asked for.
  std::size_t slot_to_branch(const ChoiceNode& node, double gap) const {
    const auto open = [&](std::size_t s) { return !std::has_single_bit(node.options[s]); };
    std::size_t slot = node.options.size();
    double most = -1;
    for (std::size_t s = 0; s < node.options.size(); ++s) {
      if (!open(s)) continue;
      if (!goal_.matters()) return s;
      if (const double doubt = relaxation_.doubt(s, gap); doubt > most) most = doubt, slot = s;
    }
    if (slot == node.options.size()) return slot;
    // Twins are in the same doubt, and their options ascend: the one in the middle decides half of them.
    std::size_t first = slot, last = slot;
    while (knapsack_->twin(first) && node.options[first - 1] == node.options[slot]) --first;
    while (last + 1 < node.options.size() && knapsack_->twin(last + 1) &&
           node.options[last + 1] == node.options[slot])
      ++last;
    return first + (last - first) / 2;
  }

  // Halves what a quantity may come to, so that majorants lie closer.
  bool split(const ChoiceNode& node, std::size_t quantity) {
    const auto [low, high] = relaxation_.range(quantity);
    const double middle = std::sqrt(low * high);
    if (!(middle > low && middle < high)) return false;
    ChoiceNode lower = node, upper = node;
    lower.high[quantity] = middle;
    upper.low[quantity] = middle;
    enter(std::move(lower));
    enter(std::move(upper));
    return true;
  }

  void enter(ChoiceNode node) {
    if (node.worth < needed_) {
      cut_ = std::max(cut_, node.worth);
      return;
    }
    if (bound(node, part_steps)) wait(std::move(node));
  }

  void enumerate(const ChoiceNode& node) {
    options_.clear();
    for (const std::uint64_t set : node.options) options_.push_back(std::countr_zero(set));
    for (;;) {
      offer(options_);
      std::size_t s = options_.size();
      for (; s-- > 0;) {
        const std::uint64_t above = node.options[s] & ~((std::uint64_t{2} << options_[s]) - 1);
        options_[s] = std::countr_zero(above != 0 ? above : node.options[s]);
        if (above != 0) break;
      }
      if (s >= options_.size()) return;
    }
  }

  // Offered only where the sums say that it may be among the best.
  void offer_chosen(const std::vector<std::int64_t>& options, const Values& sums) {
    if (sums[0] < limits_[0]) return;
    for (std::size_t q = 1; q < goal_.size(); ++q)
      if (sums[q] > limits_[q]) return;
    if (best_.found() && goal_.worth(sums) < needed_) return;
    offer(options);
  }

  void improve() {
    options_ = relaxation_.chosen();
    if (repair(goal_, *knapsack_, limits_, options_)) offer(options_);
  }

  void offer(const std::vector<std::int64_t>& options) {
    if (best_.offer(*knapsack_, options))
      needed_ = std::max(goal_.least(), goal_.needed(best_.least_wanted()));
  }

  const Evaluator& evaluator_;
  const Goal goal_;
  const ChoiceQuestion question_;
  const Values limits_;
  KnapsackStore store_;
  RankedBest best_;
  double needed_;
  Relaxation relaxation_;
  const Knapsack* knapsack_ = nullptr;
  std::vector<ChoiceNode> heap_;
  Values prices_{};
  std::uint64_t branched_ = 0;
  double cut_ = -unbounded;
  std::vector<std::int64_t> options_;
  ExactResult result_;
};

}  // namespace

ExactResult search_choices(const Evaluator& evaluator, const ChoiceQuestion& question,
                           const std::function<bool()>& stop) {
  return ChoiceSearch(evaluator, question).run(stop);
}

}  // namespace flash
