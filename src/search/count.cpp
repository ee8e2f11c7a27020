#include "flash/search/count.hpp"

#include <algorithm>
#include <vector>

#include "box.hpp"
#include "choice_search.hpp"

namespace flash {
namespace {

class Counter {
 public:
  Counter(const Evaluator& evaluator, double least, std::uint64_t most_boxes)
      : evaluator_(evaluator), least_(least), most_boxes_(most_boxes), bounds_(evaluator) {}

  WorthCount run() {
    for (const Stratum& stratum : evaluator_.space().strata()) {
      Box whole;
      whole.cover(stratum);
      waiting_.push_back(std::move(whole));
    }
    while (!waiting_.empty()) {
      if (result_.boxes++ == most_boxes_) {
        result_.complete = false;
        break;
      }
      box_ = std::move(waiting_.back());
      waiting_.pop_back();
      look_at_box();
    }
    return result_;
  }

 private:
  void look_at_box() {
    const StratumTables& tables = evaluator_.tables(box_.stratum);
    const double lowest = bounds_.least(tables.degree, box_), highest = bounds_.largest(tables.degree, box_);
    const bool helps = evaluator_.degree_helps();
    const Measurement least = bounds_.least_metrics(box_);
    const double best_degree = helps ? highest : lowest;
    const Evaluation best = evaluator_.weigh(best_degree, bounds_.most_accuracy(best_degree), least);
    if (best.violation > 0 || best.objective * (1 + rounding_slack) < least_) return;
    Measurement most;
    for (const Metric m : evaluator_.metrics()) most[m] = bounds_.largest(tables.metric[m], box_);
    const double worst_accuracy = evaluator_.accuracy(helps ? lowest : highest) * (1 - rounding_slack);
    const Evaluation worst = evaluator_.weigh(helps ? lowest : highest, worst_accuracy, most);
    if (worst.feasible() && worst.objective * (1 - rounding_slack) >= least_) {
      result_.count += box_.size();
      return;
    }
    if (box_.size() <= leaf_size) return count_each();
    Box upper;
    halve(box_, bounds_.widest_cell(box_), upper);
    waiting_.push_back(std::move(upper));
    waiting_.push_back(std::move(box_));
  }

  void count_each() {
    const Stratum& stratum = evaluator_.space().strata()[box_.stratum];
    for_each(box_, static_cast<std::uint64_t>(box_.size()), options_, [&](const auto& options) {
      const Evaluation e = evaluator_(stratum, options);
      result_.count += e.feasible() && e.objective >= least_;
    });
  }

  const Evaluator& evaluator_;
  const double least_;
  const std::uint64_t most_boxes_;
  BoxBounds bounds_;
  WorthCount result_;
  std::vector<Box> waiting_;  // the last one next
  Box box_;
  std::vector<std::int64_t> options_;
};

}  // namespace

WorthCount count_worth(const Evaluator& evaluator, double least, std::uint64_t most_boxes) {
  // Of many choices boxes seldom are worth the same throughout: what they do not count soon they do not count at all.
  constexpr std::uint64_t most_of_choices = 100'000;
  if (has_many_choices(evaluator.listed().space())) most_boxes = std::min(most_boxes, most_of_choices);
  return Counter(evaluator.listed(), least, most_boxes).run();
}

}  // namespace flash
