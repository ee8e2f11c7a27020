#include "flash/search/exhaustive.hpp"

#include <algorithm>
#include <bit>
#include <optional>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/parallel_for.hpp"
#include "ranking.hpp"
#include "row_range.hpp"
#include "sweep_kernel.hpp"
#include "sweep_pilot.hpp"
#include "sweep_tables.hpp"

namespace flash {
namespace {

// Sweeps ranges of ids on one thread, row by row: a row holds the options of the last cell.
class Sweep {
 public:
  Sweep(const Evaluator& evaluator, const SweepKernel& kernel, std::size_t top_k, double floor)
      : evaluator_(evaluator),
        tables_(evaluator),
        kernel_(kernel.function(tables_.shape())),
        ranges_(evaluator),
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
  // Of all cells but the last.
  struct Leading {
    double degree = 0;
    PerMetric<Term::Lead> metric;
  };

  void sweep(const Stratum& stratum, std::uint64_t first, std::uint64_t end) {
    tables_.set_stratum(stratum);
    trusted_ = ranges_.set_stratum(stratum) && tables_.trusted();
    terms_ = &evaluator_.tables(stratum.index);
    update_limit();
    const auto row_size = static_cast<std::uint64_t>(stratum.options.back());
    std::vector<std::int64_t> options = evaluator_.space().options_of(stratum, first);
    for (std::uint64_t id = first; id < end;) {
      const auto column = static_cast<std::uint64_t>(options.back());
      const std::uint64_t count = std::min(row_size - column, end - id);
      sum_up(options);
      row_first_id_ = id - column;
      sweep_row(column, column + count);
      id += count;
      options.back() = 0;
      for (std::size_t c = options.size() - 1; c-- > 0;) {  // the next row
        if (++options[c] < stratum.options[c]) break;
        options[c] = 0;
      }
    }
    add_checksum();
  }

  void sum_up(const std::vector<std::int64_t>& options) {
    const std::span<const std::int64_t> others(options.data(), options.size() - 1);
    leading_.degree = terms_->degree.lead(others).sum;
    row_.degree = tables_.degree(leading_.degree);
    for (const Metric m : evaluator_.metrics()) leading_.metric[m] = terms_->metric[m].lead(others);
    for (std::size_t i = 0; i < tables_.metrics().size(); ++i)
      tables_.set_lead(row_, i, leading_.metric[tables_.metrics()[i]]);
  }

  // The options [begin, end) of the last cell.
  void sweep_row(std::uint64_t begin, std::uint64_t end) {
    if (!trusted_) {
      evaluate(begin, end);
      for (std::uint64_t k = begin; k < end; ++k) decide(k, true);
      return;
    }
    const RowRange range = ranges_(leading_.degree, leading_.metric);
    const auto within = [&](std::uint64_t option) { return std::clamp(option, begin, end); };
    const std::uint64_t feasible_begin = within(range.begin);
    const std::uint64_t feasible_end = within(range.end);
    evaluate(begin, feasible_begin);
    rank(feasible_begin, feasible_end);
    evaluate(feasible_end, end);
    result_.feasible += feasible_end - feasible_begin;
    for (std::uint64_t k = within(range.first); k < feasible_begin; ++k) decide(k, true);
    for (std::uint64_t k = feasible_end; k < within(range.last); ++k) decide(k, true);
  }

  // Calls f(chunks, begin) for every stretch that one call of the kernel takes.
  template <class F>
  void each_stretch(std::uint64_t begin, std::uint64_t end, const F& f) {
    for (; begin < end; begin += row_.count) {
      row_.column = begin;
      row_.count = std::min<std::uint64_t>(kernel_row, end - begin);
      f(kernel_(tables_.stratum(), row_, sums_, nullptr));
    }
  }

  void evaluate(std::uint64_t begin, std::uint64_t end) {
    each_stretch(begin, end, [](std::uint64_t) {});
  }

  void rank(std::uint64_t begin, std::uint64_t end) {
    each_stretch(begin, end, [&](std::uint64_t chunks) {
      for (; chunks != 0; chunks &= chunks - 1) {
        const auto chunk = row_.column + static_cast<std::uint64_t>(std::countr_zero(chunks)) * kernel_chunk;
        rank_chunk(chunk, std::min<std::uint64_t>(kernel_chunk, row_.column + row_.count - chunk));
      }
    });
  }

  void rank_chunk(std::uint64_t column, std::uint64_t count) {
    KernelRow chunk = row_;
    chunk.column = column;
    chunk.count = count;
    KernelSums counted;  // once already
    kernel_(tables_.stratum(), chunk, counted, marks_.data());
    for (std::uint64_t k = 0; k < count; ++k)
      if (marks_[k] != 0) decide(column + k, false);
    update_limit();
  }

  // One configuration, in double precision.
  void decide(std::uint64_t option, bool count) {
    Measurement metrics;
    for (const Metric m : evaluator_.metrics())
      metrics[m] = terms_->metric[m].with_last(leading_.metric[m], option);
    const Evaluation e = evaluator_.judge(leading_.degree + terms_->degree.sum.back()[option], metrics);
    if (!e.feasible()) return;
    if (count) ++result_.feasible;
    ranking_.offer({row_first_id_ + option, e.objective});
  }

  void update_limit() { tables_.set_limit(ranking_.least()); }

  void add_checksum() {
    for (const std::uint32_t lane : sums_.degree_bits) result_.checksum += lane;
    for (const std::uint32_t lane : sums_.product_bits) result_.checksum += 3 * lane;
    sums_ = {};
  }

  const Evaluator& evaluator_;
  SweepTables tables_;
  const KernelFunction kernel_;
  RowRanges ranges_;
  Ranking ranking_;
  BlockResult result_;
  bool trusted_ = false;
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
