#include "flash/search/exhaustive.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <numeric>
#include <thread>

#include "flash/core/clock.hpp"
#include "ranking.hpp"
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
        ranking_(top_k, floor),
        flags_(kernel_row + kernel_lanes) {}

  void run(IdRange range) {
    const Stopwatch watch;
    for (std::uint64_t id = range.first_id; id < range.first_id + range.count;) {
      const Stratum& stratum = evaluator_.space().stratum_of(id);
      const std::uint64_t end = std::min(range.first_id + range.count, stratum.first_id + stratum.size);
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
  // The sums over all cells but the last, in the order of SeparableSum.
  struct Leading {
    double degree = 0;
    double metric[3] = {};
  };

  void sweep(const Stratum& stratum, std::uint64_t first, std::uint64_t end) {
    tables_.set_stratum(stratum);
    sums_of_ = &evaluator_.tables(stratum.index);
    update_limit();
    const auto row_size = static_cast<std::uint64_t>(stratum.options.back());
    std::vector<std::int64_t> options = evaluator_.space().options_of(stratum, first);
    for (std::uint64_t id = first; id < end;) {
      const auto column = static_cast<std::uint64_t>(options.back());
      const std::uint64_t count = std::min(row_size - column, end - id);
      sum_up(options);
      for (std::uint64_t done = 0; done < count; done += kernel_row)
        sweep_row(id + done, column + done, std::min<std::uint64_t>(kernel_row, count - done));
      id += count;
      options.back() = 0;
      for (std::size_t c = options.size() - 1; c-- > 0;) {  // the next row
        if (++options[c] < stratum.options[c]) break;
        options[c] = 0;
      }
    }
    drain();
  }

  void sum_up(const std::vector<std::int64_t>& options) {
    const auto leading = [&](const SeparableSum& sum) {
      double total = sum.base;
      for (std::size_t c = 0; c + 1 < options.size(); ++c)
        total += sum.cell[c][static_cast<std::size_t>(options[c])];
      return total;
    };
    leading_.degree = leading(sums_of_->degree);
    row_.degree = tables_.degree(leading_.degree);
    for (std::size_t i = 0; i < tables_.metrics().size(); ++i) {
      leading_.metric[i] = leading(metric_sum(i));
      row_.metric[i] = tables_.metric(i, leading_.metric[i]);
    }
  }

  void sweep_row(std::uint64_t first_id, std::uint64_t column, std::uint64_t count) {
    constexpr std::uint64_t drain_after = std::uint64_t{1} << 31;  // the lanes count modulo 2^32
    row_.column = column;
    row_.count = count;
    row_.limit = limit_;
    std::uint64_t chunks = kernel_(tables_.stratum(), row_, sums_, nullptr);
    if (!tables_.trusted()) {
      for (std::uint64_t k = 0; k < count; ++k) decide(first_id + k, column + k, true);
    } else if (chunks != 0) {
      for (; chunks != 0; chunks &= chunks - 1) {
        const auto begin = static_cast<std::uint64_t>(std::countr_zero(chunks)) * kernel_chunk;
        decide_chunk(first_id + begin, column + begin, std::min<std::uint64_t>(kernel_chunk, count - begin));
      }
    }
    swept_ += count;
    if (swept_ >= drain_after) drain();
  }

  void decide_chunk(std::uint64_t first_id, std::uint64_t column, std::uint64_t count) {
    KernelRow chunk = row_;
    chunk.column = column;
    chunk.count = count;
    KernelSums counted;  // once already
    kernel_(tables_.stratum(), chunk, counted, flags_.data());
    for (std::uint64_t k = 0; k < count; ++k)
      if (flags_[k] != 0) decide(first_id + k, column + k, (flags_[k] & kernel_undecided) != 0);
    update_limit();
  }

  // In double precision; counts the configuration where the kernel has not.
  void decide(std::uint64_t id, std::uint64_t column, bool uncounted) {
    Measurement metrics;
    for (std::size_t i = 0; i < tables_.metrics().size(); ++i)
      metrics[tables_.metrics()[i]] = leading_.metric[i] + metric_sum(i).cell.back()[column];
    const Evaluation e = evaluator_.judge(leading_.degree + sums_of_->degree.cell.back()[column], metrics);
    if (!e.feasible()) return;
    if (uncounted) ++result_.feasible;
    ranking_.offer({id, e.objective});
  }

  void update_limit() { limit_ = tables_.limit(ranking_.least()); }

  const SeparableSum& metric_sum(std::size_t i) const {
    return sums_of_->metric[static_cast<std::size_t>(tables_.metrics()[i])];
  }

  void drain() {
    const auto total = [](const std::uint32_t(&lanes)[kernel_lanes]) {
      return std::accumulate(std::begin(lanes), std::end(lanes), std::uint64_t{0});
    };
    if (tables_.trusted()) result_.feasible += total(sums_.feasible);
    result_.checksum += static_cast<std::uint32_t>(total(sums_.degree_bits) + 3 * total(sums_.product_bits));
    sums_ = {};
    swept_ = 0;
  }

  const Evaluator& evaluator_;
  SweepTables tables_;
  const KernelFunction kernel_;
  Ranking ranking_;
  BlockResult result_;
  const StratumTables* sums_of_ = nullptr;
  Leading leading_;
  KernelRow row_;
  float limit_ = 0;
  KernelSums sums_;
  std::uint64_t swept_ = 0;  // since the last drain
  std::vector<std::int32_t> flags_;
};

}  // namespace

BlockResult sweep_block(const Evaluator& evaluator, IdRange block, const SweepOptions& options) {
  constexpr std::uint64_t least_piece = 1'000'000;  // configurations: worth a thread's while
  constexpr std::uint64_t pieces_per_thread = 16;   // so that all end at about the same time
  const Stopwatch watch;
  const SweepKernel& kernel = sweep_kernel(options.kernel);
  const double floor = pilot_objective(evaluator, block, options.top_k);
  const std::uint64_t threads =
      std::clamp<std::uint64_t>(options.threads, 1, std::max<std::uint64_t>(1, block.count / least_piece));
  const std::uint64_t pieces = threads == 1 ? 1 : threads * pieces_per_thread;
  const double pilot_seconds = watch.seconds();

  std::vector<BlockResult> results(threads);
  std::atomic<std::uint64_t> next{0};
  const auto work = [&](std::size_t thread) {
    Sweep sweep(evaluator, kernel, options.top_k, floor);
    for (std::uint64_t piece = next++; piece < pieces; piece = next++) {
      const std::uint64_t begin = block.count / pieces * piece;
      const std::uint64_t end = piece + 1 == pieces ? block.count : begin + block.count / pieces;
      sweep.run({block.first_id + begin, end - begin});
    }
    results[thread] = std::move(sweep).take();
  };
  std::vector<std::jthread> others;
  for (std::size_t thread = 1; thread < threads; ++thread) others.emplace_back(work, thread);
  work(0);
  others.clear();

  BlockResult all;
  all.block = block;
  all.seconds = pilot_seconds;
  for (const BlockResult& part : results) {
    all.feasible += part.feasible;
    all.checksum += part.checksum;
    all.seconds += part.seconds;
    all.top.insert(all.top.end(), part.top.begin(), part.top.end());
  }
  std::ranges::sort(all.top, ranks_before);
  if (all.top.size() > options.top_k) all.top.resize(options.top_k);
  return all;
}

std::vector<std::string> sweep_kernel_names() {
  std::vector<std::string> names;
  for (const SweepKernel& kernel : sweep_kernels()) names.push_back(kernel.name);
  return names;
}

}  // namespace flash
