#include "flash/search/exhaustive.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/parallel_for.hpp"
#include "ranking.hpp"
#include "row_bounds.hpp"
#include "row_range.hpp"
#include "sweep_kernel.hpp"
#include "sweep_pilot.hpp"
#include "sweep_rows.hpp"
#include "sweep_tables.hpp"

namespace flash {
namespace {

// Sweeps ranges of ids on one thread, row by row.
class Sweep {
 public:
  Sweep(const Evaluator& evaluator, const SweepKernel& kernel, std::size_t top_k, double floor)
      : evaluator_(evaluator),
        rows_(evaluator),
        tables_(evaluator),
        kernel_(kernel.function(tables_.shape())),
        bounded_kernel_(kernel.function(bounded(tables_.shape()))),
        ranges_(evaluator),
        bounds_(evaluator),
        ranking_(top_k, floor),
        marks_(kernel_chunk + kernel_lanes) {}

  void run(IdRange range) {
    const Stopwatch watch;
    for (std::uint64_t id = range.first_id; id < range.first_id + range.count;) {
      const Stratum& stratum = evaluator_.space().stratum_of(id);
      const auto end = static_cast<std::uint64_t>(
          std::min<NetworkId>(range.first_id + range.count, stratum.first_id + stratum.size));
      sweep(stratum, id, end);
      id = end;
    }
    result_.block.count += range.count;
    result_.seconds += watch.seconds();
  }

  BlockResult take() && {
    result_.top = std::move(ranking_).take();
    return std::move(result_);
  }

 private:
  // Of all slots but the row's.
  struct Leading {
    double degree = 0;
    PerMetric<Term::Lead> metric;
  };

  enum class How { one_by_one, ranges, bounds };  // the constraints are met

  static KernelShape bounded(KernelShape shape) {
    shape.bounded = true;
    return shape;
  }

  void enter(const Stratum& stratum) {
    if (stratum_ == &stratum) return;
    stratum_ = &stratum;
    rows_.set_stratum(stratum);
    terms_ = &rows_.tables();
    tables_.set_stratum(*terms_);
    how_ = !tables_.trusted()             ? How::one_by_one
           : ranges_.set_stratum(*terms_) ? How::ranges
           : bounds_.set_stratum(*terms_) ? How::bounds
                                          : How::one_by_one;
  }

  void sweep(const Stratum& stratum, std::uint64_t first, std::uint64_t end) {
    enter(stratum);
    update_limit();
    const std::vector<std::int64_t>& sizes = rows_.options();
    const auto row_size = static_cast<std::uint64_t>(sizes.back());
    std::vector<std::int64_t> options = rows_.options_at(first - small_id(stratum.first_id));
    for (std::uint64_t id = first; id < end;) {
      const auto column = static_cast<std::uint64_t>(options.back());
      const std::uint64_t count = std::min(row_size - column, end - id);
      sum_up(options);
      row_first_id_ = id - column;
      sweep_row(column, column + count);
      id += count;
      options.back() = 0;
      for (std::size_t c = options.size() - 1; c-- > 0;) {  // the next row
        if (++options[c] < sizes[c]) break;
        options[c] = 0;
      }
    }
    add_sums();
  }

  void sum_up(const std::vector<std::int64_t>& options) {
    const std::span<const std::int64_t> others(options.data(), options.size() - 1);
    leading_.degree = terms_->degree.lead(others).sum;
    row_.degree = tables_.degree(leading_.degree);
    for (const Metric m : evaluator_.metrics()) leading_.metric[m] = terms_->metric[m].lead(others);
    for (std::size_t i = 0; i < tables_.metrics().size(); ++i)
      tables_.set_lead(row_, i, leading_.metric[tables_.metrics()[i]]);
  }

  // The options [begin, end) of the row.
  void sweep_row(std::uint64_t begin, std::uint64_t end) {
    switch (how_) {
      case How::one_by_one:
        evaluate(begin, end);
        return decide(begin, end);
      case How::ranges:
        return sweep_ranges(begin, end);
      case How::bounds:
        return sweep_bounds(begin, end);
    }
  }

  void sweep_ranges(std::uint64_t begin, std::uint64_t end) {
    const RowRange range = ranges_(leading_.degree, leading_.metric);
    const auto within = [&](std::uint64_t option) { return std::clamp(option, begin, end); };
    const std::uint64_t feasible_begin = within(range.begin);
    const std::uint64_t feasible_end = within(range.end);
    evaluate(begin, feasible_begin);
    rank(kernel_, feasible_begin, feasible_end);
    evaluate(feasible_end, end);
    result_.feasible += feasible_end - feasible_begin;
    decide(within(range.first), feasible_begin);
    decide(feasible_end, within(range.last));
  }

  void sweep_bounds(std::uint64_t begin, std::uint64_t end) {
    switch (bounds_.set_lead(row_, leading_.degree, leading_.metric)) {
      case RowBounds::Row::outside:
        return evaluate(begin, end);
      case RowBounds::Row::across:
        return rank(bounded_kernel_, begin, end);
      case RowBounds::Row::inside:
        result_.feasible += end - begin;
        return rank(kernel_, begin, end);
    }
  }

  // Calls f(chunks, begin) for every stretch that one call of the kernel takes.
  template <class F>
  void each_stretch(KernelFunction kernel, std::uint64_t begin, std::uint64_t end, const F& f) {
    for (; begin < end; begin += row_.count) {
      row_.column = begin;
      row_.count = std::min<std::uint64_t>(kernel_row, end - begin);
      f(kernel(tables_.stratum(), row_, sums_, nullptr));
    }
  }

  void evaluate(std::uint64_t begin, std::uint64_t end) {
    each_stretch(kernel_, begin, end, [](std::uint64_t) {});
  }

  void rank(KernelFunction kernel, std::uint64_t begin, std::uint64_t end) {
    each_stretch(kernel, begin, end, [&](std::uint64_t chunks) {
      for (; chunks != 0; chunks &= chunks - 1) {
        const auto chunk = row_.column + static_cast<std::uint64_t>(std::countr_zero(chunks)) * kernel_chunk;
        rank_chunk(kernel, chunk, std::min<std::uint64_t>(kernel_chunk, row_.column + row_.count - chunk));
      }
    });
  }

  void rank_chunk(KernelFunction kernel, std::uint64_t column, std::uint64_t count) {
    KernelRow chunk = row_;
    chunk.column = column;
    chunk.count = count;
    KernelSums counted;  // once already
    kernel(tables_.stratum(), chunk, counted, marks_.data());
    for (std::uint64_t k = 0; k < count; ++k)
      if (marks_[k] != 0) decide_one(column + k, marks_[k] > 0);
    update_limit();
  }

  void decide(std::uint64_t begin, std::uint64_t end) {
    for (std::uint64_t k = begin; k < end; ++k) decide_one(k, true);
  }

  // One configuration, in double precision.
  void decide_one(std::uint64_t option, bool count) {
    Measurement metrics;
    for (const Metric m : evaluator_.metrics())
      metrics[m] = terms_->metric[m].with_last(leading_.metric[m], option);
    const Evaluation e = evaluator_.judge(leading_.degree + terms_->degree.sum.back()[option], metrics);
    if (!e.feasible()) return;
    if (count) ++result_.feasible;
    ranking_.offer({row_first_id_ + option, e.objective});
  }

  void update_limit() { tables_.set_limit(ranking_.least()); }

  void add_sums() {
    for (const std::uint32_t lane : sums_.degree_bits) result_.checksum += lane;
    for (const std::uint32_t lane : sums_.product_bits) result_.checksum += 3 * lane;
    for (const std::uint32_t lane : sums_.feasible) result_.feasible += lane;
    sums_ = {};
  }

  const Evaluator& evaluator_;
  SweepRows rows_;
  SweepTables tables_;
  const KernelFunction kernel_, bounded_kernel_;
  RowRanges ranges_;
  RowBounds bounds_;
  Ranking ranking_;
  BlockResult result_;
  const Stratum* stratum_ = nullptr;
  How how_ = How::one_by_one;
  const StratumTables* terms_ = nullptr;
  Leading leading_;
  KernelRow row_;
  std::uint64_t row_first_id_ = 0;  // of the row's option 0
  KernelSums sums_;
  std::vector<std::int32_t> marks_;
};

}  // namespace

BlockResult sweep_block(const Evaluator& evaluator, IdRange block, const SweepOptions& options) {
  constexpr std::uint64_t least_piece = 1'000'000;  // configurations: worth a thread's while
  constexpr std::uint64_t pieces_per_thread = 16;   // so that all end at about the same time
  constexpr std::uint64_t largest_piece = 1 << 26;  // so that none is long behind a stop
  const Stopwatch watch;
  const SweepKernel& kernel = sweep_kernel(options.kernel);
  const Evaluator& listed = evaluator.listed();
  const double floor = pilot_objective(listed, block, options.top_k);
  const std::uint64_t threads =
      std::clamp<std::uint64_t>(options.threads, 1, std::max<std::uint64_t>(1, block.count / least_piece));
  const std::uint64_t pieces =
      std::max(threads == 1 ? 1 : threads * pieces_per_thread, block.count / largest_piece + 1);
  const double pilot_seconds = watch.seconds();

  std::vector<std::optional<Sweep>> sweeps(threads);
  parallel_for(pieces, threads, [&](std::size_t piece, std::size_t thread) {
    if (options.stop()) throw Error(ExitCode::stopped, "stopped");
    if (!sweeps[thread]) sweeps[thread].emplace(listed, kernel, options.top_k, floor);
    const std::uint64_t begin = block.count / pieces * piece;
    const std::uint64_t end = piece + 1 == pieces ? block.count : begin + block.count / pieces;
    sweeps[thread]->run({block.first_id + begin, end - begin});
  });
  std::vector<BlockResult> results;
  for (std::optional<Sweep>& sweep : sweeps)
    if (sweep) results.push_back(std::move(*sweep).take());

  BlockResult all = joined(results, options.top_k);
  all.block = block;
  all.seconds += pilot_seconds;
  return all;
}

std::vector<std::string> sweep_kernel_names() {
  std::vector<std::string> names;
  for (const SweepKernel& kernel : sweep_kernels()) names.push_back(kernel.name);
  return names;
}

}  // namespace flash
