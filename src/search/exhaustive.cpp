#include "flash/search/exhaustive.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "flash/core/clock.hpp"
#include "flash/search/degree_window.hpp"

namespace flash {
namespace {

// Configurations handled at once: their sums stay in the first-level cache.
constexpr std::size_t segment_size = 512;

using Sums = std::array<double, segment_size>;

// One quantity of a stratum: NN-Degree, or a metric that the target has.
struct Quantity {
  const SeparableSum* sum = nullptr;
  std::uint64_t weight = 0;  // in the checksum
  double max = std::numeric_limits<double>::infinity();
  double leading = 0;  // base and the cells but the last, of the row in hand
  Sums sums{};         // of the segment in hand
};

// Sweeps a contiguous range of ids, row by row (the last cell's options) and segment by segment. Every
// configuration's sums are formed, summed up in the checksum and held against the constraints; the predictor
// itself and the ranking are left out where a bound over the segment shows that nothing in it can enter the
// result.
class BlockSweep {
 public:
  BlockSweep(const Evaluator& evaluator, std::size_t top_k)
      : evaluator_(evaluator), window_(degree_window(evaluator)), top_k_(top_k) {}

  BlockResult run(IdRange block) {
    const Stopwatch watch;
    result_.block = block;
    for (const Stratum& stratum : evaluator_.space().strata()) {
      const std::uint64_t first = std::max(block.first_id, stratum.first_id);
      const std::uint64_t last = std::min(block.first_id + block.count, stratum.first_id + stratum.size);
      if (first < last) sweep(stratum, first, last);
    }
    if (result_.feasible > 0) {
      result_.least_violating_id = 0;
      result_.least_violation = result_.least_objective = 0;
    }
    result_.seconds = watch.seconds();
    return std::move(result_);
  }

 private:
  void sweep(const Stratum& stratum, std::uint64_t first, std::uint64_t last) {
    set_up(stratum);
    const auto row_size = static_cast<std::uint64_t>(stratum.options.back());
    std::vector<std::int64_t> options = evaluator_.space().options_of(stratum, first);
    for (std::uint64_t id = first; id < last;) {
      const auto column = static_cast<std::uint64_t>(options.back());
      const std::uint64_t count = std::min(row_size - column, last - id);
      start_row(options);
      for (std::uint64_t done = 0; done < count; done += segment_size)
        segment(id + done, static_cast<std::size_t>(column + done),
                static_cast<std::size_t>(std::min<std::uint64_t>(segment_size, count - done)));
      id += count;
      options.back() = 0;
      for (std::size_t c = options.size() - 1; c-- > 0;) {  // the next row
        if (++options[c] < stratum.options[c]) break;
        options[c] = 0;
      }
    }
  }

  void set_up(const Stratum& stratum) {
    const StratumTables& tables = evaluator_.tables(stratum.index);
    degree_.sum = &tables.degree;
    degree_.weight = 1;
    metric_count_ = 0;
    for (const Metric m : all_metrics) {
      if (!evaluator_.has(m)) continue;
      const auto i = static_cast<std::size_t>(m);
      Quantity& quantity = metrics_[metric_count_];
      quantity.sum = &tables.metric[i];
      quantity.weight = 3 + 2 * i;
      quantity.max = evaluator_.constraints().metric_max[i];
      metric_[metric_count_++] = m;
    }
  }

  template <class F>
  void each_quantity(const F& f) {
    f(degree_);
    for (std::size_t q = 0; q < metric_count_; ++q) f(metrics_[q]);
  }

  // The same additions in the same order as SeparableSum's.
  void start_row(const std::vector<std::int64_t>& options) {
    each_quantity([&](Quantity& quantity) {
      quantity.leading = quantity.sum->base;
      for (std::size_t c = 0; c + 1 < options.size(); ++c)
        quantity.leading += quantity.sum->cell[c][static_cast<std::size_t>(options[c])];
    });
  }

  void segment(std::uint64_t first_id, std::size_t column, std::size_t count) {
    each_quantity([&](Quantity& quantity) { add_up(quantity, column, count); });
    const std::uint64_t feasible = count_feasible(count);
    result_.feasible += feasible;
    const Evaluation bound = bound_of(count);
    if (feasible > 0 && may_rank(bound.objective)) rank(first_id, count);
    if (result_.feasible == 0 && may_miss_by_less(bound)) find_least_violating(first_id, count);
  }

  void add_up(Quantity& quantity, std::size_t column, std::size_t count) {
    const double leading = quantity.leading;
    const double* last_cell = quantity.sum->cell.back().data() + column;
    std::uint64_t bits = 0;
    for (std::size_t k = 0; k < count; ++k) {
      const double sum = leading + last_cell[k];
      quantity.sums[k] = sum;
      bits += std::bit_cast<std::uint64_t>(sum);
    }
    result_.checksum += quantity.weight * bits;
  }

  std::uint64_t count_feasible(std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) feasible_[k] = 1;
    for (std::size_t q = 0; q < metric_count_; ++q) {
      const double max = metrics_[q].max;
      if (max == std::numeric_limits<double>::infinity()) continue;
      for (std::size_t k = 0; k < count; ++k)
        feasible_[k] = metrics_[q].sums[k] <= max ? feasible_[k] : std::uint64_t{0};
    }
    if (window_.bounded()) apply_window(count);
    std::uint64_t feasible = 0;
    for (std::size_t k = 0; k < count; ++k) feasible += feasible_[k];
    return feasible;
  }

  void apply_window(std::size_t count) {
    const double first = degree_.sums[0];
    const double last = degree_.sums[count - 1];
    // Ascending degrees whose ends are surely inside, or on one side outside, all are.
    if (degree_.sum->non_decreasing && window_.sure(first) && window_.sure(last)) return;
    const bool outside =
        degree_.sum->non_decreasing && (last < window_.maybe_low || first > window_.maybe_high);
    for (std::size_t k = 0; k < count; ++k) {
      const double degree = degree_.sums[k];
      if (!outside && window_.sure(degree)) continue;
      if (outside || !window_.maybe(degree) || !judge(k).feasible()) feasible_[k] = 0;
    }
  }

  Evaluation judge(std::size_t k) const {
    Measurement metrics;
    for (std::size_t q = 0; q < metric_count_; ++q) metrics[metric_[q]] = metrics_[q].sums[k];
    return evaluator_.judge(degree_.sums[k], metrics);
  }

  // No configuration of the segment has a larger objective or a smaller violation, up to rounding_slack.
  Evaluation bound_of(std::size_t count) const {
    const auto end = [count](const Quantity& quantity, bool high) {
      if (quantity.sum->non_decreasing) return quantity.sums[high ? count - 1 : 0];
      const auto [low, most] =
          std::minmax_element(quantity.sums.begin(), quantity.sums.begin() + static_cast<long>(count));
      return high ? *most : *low;
    };
    Measurement least;
    for (std::size_t q = 0; q < metric_count_; ++q) least[metric_[q]] = end(metrics_[q], false);
    return evaluator_.judge(end(degree_, evaluator_.degree_helps()), least);
  }

  bool may_rank(double bound) const {
    if (top_k_ == 0) return false;
    return result_.top.size() < top_k_ || bound * (1 + rounding_slack) > result_.top.back().objective;
  }

  void rank(std::uint64_t first_id, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      if (feasible_[k] == 0) continue;
      const Ranked candidate{first_id + k, judge(k).objective};
      std::vector<Ranked>& top = result_.top;
      // Ids ascend: among equals the one that is there already stays ahead.
      if (top.size() == top_k_ && !(candidate.objective > top.back().objective)) continue;
      const auto place =
          std::upper_bound(top.begin(), top.end(), candidate,
                           [](const Ranked& a, const Ranked& b) { return a.objective > b.objective; });
      top.insert(place, candidate);
      if (top.size() > top_k_) top.pop_back();
    }
  }

  bool may_miss_by_less(const Evaluation& bound) const {
    return !any_violating_ || bound.violation * (1 - rounding_slack) <= result_.least_violation;
  }

  void find_least_violating(std::uint64_t first_id, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
      const Evaluation e = judge(k);
      const bool closer = e.violation < result_.least_violation ||
                          (e.violation == result_.least_violation && e.objective > result_.least_objective);
      if (any_violating_ && !closer) continue;
      any_violating_ = true;
      result_.least_violating_id = first_id + k;
      result_.least_violation = e.violation;
      result_.least_objective = e.objective;
    }
  }

  const Evaluator& evaluator_;
  const DegreeWindow window_;
  const std::size_t top_k_;
  BlockResult result_;
  bool any_violating_ = false;
  Quantity degree_;
  std::array<Quantity, 3> metrics_;
  std::array<Metric, 3> metric_{};
  std::size_t metric_count_ = 0;
  std::array<std::uint64_t, segment_size> feasible_{};
};

}  // namespace

BlockResult sweep_block(const Evaluator& evaluator, IdRange block, std::size_t top_k) {
  return BlockSweep(evaluator, top_k).run(block);
}

}  // namespace flash
