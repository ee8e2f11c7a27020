#include "flash/search/histogram.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json_reader.hpp"
#include "flash/core/parallel_for.hpp"
#include "histogram_counts.hpp"

namespace flash {
namespace {

// Rows counted at once: 8 MB of sums.
constexpr std::uint64_t most_rows = 1 << 20;

constexpr Quantity all_quantities[] = {Quantity::nn_degree,  Quantity::additive_score, Quantity::accuracy,
                                       Quantity::latency,    Quantity::energy,         Quantity::area,
                                       Quantity::parameters, Quantity::macs,           Quantity::peak_memory,
                                       Quantity::objective};

bool is_score(Quantity quantity) {
  return quantity == Quantity::nn_degree || quantity == Quantity::additive_score;
}

bool rests_on_known(const Evaluator& evaluator, Quantity quantity) {
  return &evaluator.listed() != &evaluator &&
         (quantity == Quantity::accuracy || quantity == Quantity::objective);
}

std::pair<double, double> range(const Evaluator& evaluator, Quantity quantity) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  if (rests_on_known(evaluator, quantity)) return range(evaluator.listed(), quantity);
  for (const Stratum& stratum : evaluator.space().strata()) {
    const StratumTables& tables = evaluator.tables(stratum.index);
    auto [worst, best] = tables.degree.range();
    if (!evaluator.degree_helps()) std::swap(worst, best);
    Measurement least;
    Measurement most;
    for (const Metric m : evaluator.metrics()) std::tie(least[m], most[m]) = tables.metric[m].range();
    const double one = value(evaluator.judge(worst, most), quantity);
    const double other = value(evaluator.judge(best, least), quantity);
    low = std::min({low, one, other});
    high = std::max({high, one, other});
  }
  return {low, high};
}

}  // namespace

std::optional<Metric> metric_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::latency:
      return Metric::latency;
    case Quantity::energy:
      return Metric::energy;
    case Quantity::area:
      return Metric::area;
    case Quantity::parameters:
      return Metric::parameters;
    case Quantity::macs:
      return Metric::macs;
    case Quantity::peak_memory:
      return Metric::peak_memory;
    default:
      return std::nullopt;
  }
}

std::string_view name(Quantity quantity) {
  switch (quantity) {
    case Quantity::nn_degree:
      return "nn_degree";
    case Quantity::additive_score:
      return "additive_score";
    case Quantity::accuracy:
      return "accuracy";
    case Quantity::objective:
      return "objective";
    default:
      return name(*metric_of(quantity));
  }
}

std::string_view unit(Quantity quantity) {
  const auto metric = metric_of(quantity);
  return metric ? unit(*metric) : "1";
}

double value(const Evaluation& evaluation, Quantity quantity) {
  switch (quantity) {
    case Quantity::nn_degree:
    case Quantity::additive_score:
      return evaluation.nn_degree;
    case Quantity::accuracy:
      return evaluation.accuracy;
    case Quantity::objective:
      return evaluation.objective;
    default:
      return evaluation.metrics[*metric_of(quantity)];
  }
}

std::vector<Quantity> quantities(const Evaluator& evaluator) {
  std::vector<Quantity> found;
  for (const Quantity quantity : all_quantities) {
    const auto metric = metric_of(quantity);
    if (is_score(quantity) &&
        (quantity == Quantity::additive_score) != evaluator.models().additive.has_value())
      continue;
    if (!metric || evaluator.has(*metric)) found.push_back(quantity);
  }
  return found;
}

std::vector<double> histogram_edges(const Evaluator& evaluator, Quantity quantity, std::size_t bins) {
  const auto [low, high] = range(evaluator, quantity);
  if (high - low < 1e-6 * high) bins = 1;
  const bool linear = is_score(quantity) || quantity == Quantity::accuracy;
  std::vector<double> edges{low};
  for (std::size_t i = 1; i < bins; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(bins);
    edges.push_back(linear ? low + share * (high - low) : low * std::pow(high / low, share));
  }
  edges.push_back(high);
  return edges;
}

std::vector<HistogramPart> histogram_parts(const Space& space) {
  std::vector<HistogramPart> parts;
  for (const Stratum& stratum : space.strata()) {
    const auto row_size = static_cast<std::uint64_t>(stratum.options.back());
    const std::uint64_t rows = small_id(stratum.size) / row_size;
    for (std::uint64_t first = 0; first < rows; first += most_rows) {
      const std::uint64_t count = std::min(most_rows, rows - first);
      parts.push_back({stratum.index, first, count, count * row_size});
    }
  }
  std::ranges::stable_sort(parts, std::greater{}, &HistogramPart::size);
  return parts;
}

Histogram count_histogram(const Evaluator& evaluator, Quantity quantity, std::vector<double> edges,
                          std::span<const HistogramPart> parts, unsigned threads,
                          const std::function<bool()>& stop) {
  const Stopwatch watch;
  Histogram histogram;
  histogram.quantity = quantity;
  const std::vector<double> inner(edges.begin() + 1, edges.end() - 1);
  const std::optional<Metric> metric = metric_of(quantity);
  const std::unique_ptr<const PartCounter> counter =
      rests_on_known(evaluator, quantity) ? known_counter(evaluator, quantity, inner)
      : quantity == Quantity::objective   ? objective_counter(evaluator, inner)
      : metric && has_maximum(*metric)    ? term_counter(evaluator, *metric, inner)
                                          : sum_counter(evaluator, quantity, inner);
  histogram.edges = std::move(edges);
  histogram.counts.assign(histogram.edges.size() - 1, 0);
  std::vector<std::vector<std::uint64_t>> counts(std::max(threads, 1U));
  parallel_for(parts.size(), counts.size(), [&](std::size_t part, std::size_t thread) {
    if (stop()) throw Error(ExitCode::stopped, "stopped");
    counts[thread].resize(histogram.counts.size());
    counter->count(parts[part], counts[thread]);
  });
  for (const std::vector<std::uint64_t>& of_thread : counts)
    for (std::size_t bin = 0; bin < of_thread.size(); ++bin) histogram.counts[bin] += of_thread[bin];
  histogram.seconds = watch.seconds();
  return histogram;
}

Histogram count_histogram(const Evaluator& evaluator, Quantity quantity, unsigned threads, std::size_t bins) {
  return count_histogram(evaluator, quantity, histogram_edges(evaluator, quantity, bins),
                         histogram_parts(evaluator.space()), threads);
}

Json to_json(const Histogram& histogram) {
  return {{"quantity", std::string(name(histogram.quantity))},
          {"unit", std::string(unit(histogram.quantity))},
          {"edges", histogram.edges},
          {"counts", histogram.counts},
          {"seconds", histogram.seconds}};
}

Histogram histogram_from_json(const Json& json) {
  const JsonReader reader(json, "histogram");
  Histogram histogram;
  const auto text = reader.get<std::string>("quantity");
  const auto* found = std::ranges::find(all_quantities, text, [](Quantity q) { return name(q); });
  if (found == std::end(all_quantities)) reader.fail("is of an unknown quantity '" + text + "'");
  histogram.quantity = *found;
  histogram.edges = reader.get<std::vector<double>>("edges");
  histogram.counts = reader.get<std::vector<std::uint64_t>>("counts");
  histogram.seconds = reader.get<double>("seconds");
  if (histogram.counts.empty() || histogram.edges.size() != histogram.counts.size() + 1)
    reader.fail("has not one edge more than counts");
  return histogram;
}

}  // namespace flash
