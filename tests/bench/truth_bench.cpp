// How well accuracy predictors do, and what a search of 30 trainings finds, on networks all of which have been
// trained: the table of truth.csv (made by truth.py), three trainings each. What a method is shown is the first
// training; what it is judged by is the mean of the two others, which it never sees.
//
//     bench_truth predictors [DRAWS] [SAMPLES]    fits to random samples, judged by all other networks
//     bench_truth search [SEEDS]                  a line a seed and method: true accuracy of what it ends with
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/promise.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/job/job.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

struct Network {
  std::uint64_t id = 0;
  double latency = 0;            // [ms]
  double shown = 0;              // accuracy of its first training
  double truth = 0;              // mean of the others
  double first = 0, second = 0;  // these
};

std::vector<Network> read_truth() {
  std::ifstream file(FLASH_SOURCE_DIR "/tests/bench/truth.csv");
  std::string line;
  std::vector<Network> networks;
  std::map<std::string, std::size_t> columns;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells;
    std::string cell;
    for (std::stringstream cut(line); std::getline(cut, cell, ',');) cells.push_back(cell);
    if (columns.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) columns[cells[i]] = i;
      continue;
    }
    const auto number = [&](const char* name) { return std::stod(cells.at(columns.at(name))); };
    Network network;
    network.id = std::stoull(cells.at(columns.at("id")));
    network.latency = number("latency_ms");
    network.shown = number("accuracy_1");
    network.first = number("accuracy_2");
    network.second = number("accuracy_3");
    network.truth = 0.5 * (network.first + network.second);
    networks.push_back(network);
  }
  return networks;
}

class Bench {
 public:
  Bench()
      : job_(read_job(FLASH_SOURCE_DIR "/jobs/quickstart.toml")),
        space_(job_.space),
        networks_(read_truth()) {
    job_.space.input = {3, 16, 10};
  }

  void predictors(int draws, std::size_t count) const;
  void search(int seeds) const;

 private:
  TrainedSample sample(const Network& network) const {
    TrainedSample made;
    made.id = network.id;
    made.point = space_.point(network.id);
    made.good = made.result.ok = true;
    made.result.accuracy = network.shown;
    return made;
  }
  std::vector<std::size_t> shuffled(std::size_t size, const char* what, int seed) const {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    Philox random(derive_seed(1, what, static_cast<std::uint64_t>(seed)));
    for (std::size_t i = size - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
    return order;
  }
  // Pooled deviation of single trainings.
  double noise() const {
    double squares = 0;
    for (const Network& n : networks_) {
      const double mean = (n.shown + n.first + n.second) / 3;
      for (const double a : {n.shown, n.first, n.second}) squares += (a - mean) * (a - mean);
    }
    return std::sqrt(squares / (2 * static_cast<double>(networks_.size())));
  }
  Models models_of(const std::vector<PredictorFit>& fits) const {
    OwnFits own;
    own.predictors = fits;
    own.hardware.emplace();
    Job job = job_;
    job.space = space_.definition();
    return run_models(job, own);
  }

  Job job_;
  const Space space_;
  const std::vector<Network> networks_;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void Bench::predictors(int draws, std::size_t count) const {
  std::map<std::string, std::vector<double>> errors, ranks, held, widths;
  std::map<std::string, int> taken;
  std::vector<double> mean_errors, mean_widths, mean_held, floors;
  for (int draw = 0; draw < draws; ++draw) {
    const std::vector<std::size_t> order = shuffled(networks_.size(), "draw", draw);
    std::vector<TrainedSample> samples;
    double mean = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) {
      samples.push_back(sample(networks_[order[i]]));
      mean += networks_[order[i]].shown / static_cast<double>(count);
    }
    for (std::size_t i = 0; i < count; ++i) squares += std::pow(networks_[order[i]].shown - mean, 2);
    const double t = student_t_two_sided(0.95, static_cast<int>(count) - 1);
    const double mean_band =
        t * std::sqrt(squares / static_cast<double>(count - 1) * (1 + 1 / static_cast<double>(count)));
    const std::vector<PredictorFit> fits = fit_predictors(job_, space_, samples);
    const auto judge = [&](const std::string& name, const PredictorFit& fit) {
      std::vector<double> predicted, truth;
      double square = 0, inside = 0;
      std::vector<double> bands;
      for (std::size_t i = count; i < order.size(); ++i) {
        const Network& n = networks_[order[i]];
        const double g = predictor_value(fit, space_, space_.point(n.id));
        predicted.push_back(fit.fit.model(g));
        truth.push_back(n.truth);
        square += std::pow(predicted.back() - n.truth, 2);
        bands.push_back(fit.fit.model.band(g));
        inside += std::abs(predicted.back() - n.first) <= bands.back();  // of one training
      }
      const auto others = static_cast<double>(truth.size());
      errors[name].push_back(std::sqrt(square / others));
      ranks[name].push_back(spearman(predicted, truth));
      held[name].push_back(inside / others);
      widths[name].push_back(mean_of(bands) / mean_band);
    };
    for (const PredictorFit& fit : fits) {
      judge(fit.predictor, fit);
      if (!fit.used) continue;
      judge("auto", fit);
      ++taken[fit.predictor];
    }
    double square = 0, inside = 0;
    for (std::size_t i = count; i < order.size(); ++i) {
      square += std::pow(networks_[order[i]].truth - mean, 2);
      inside += std::abs(networks_[order[i]].first - mean) <= mean_band;
    }
    mean_errors.push_back(std::sqrt(square / static_cast<double>(order.size() - count)));
    mean_held.push_back(inside / static_cast<double>(order.size() - count));
  }
  const double floor = noise() / std::sqrt(2.0);
  std::printf("%zu networks, fits to %zu, judged by %zu; %d draws\n", networks_.size(), count,
              networks_.size() - count, draws);
  std::printf("noise of one training %.2f points, of the truth (mean of two) %.2f: the floor\n",
              100 * noise(), 100 * floor);
  std::printf("%-22s %22s %7s %22s %10s %8s\n", "predictor", "RMSE (least .. most)", "/floor",
              "Spearman (low .. high)", "in band %", "width");
  const auto line = [&](const std::string& name) {
    const auto [low, high] = std::ranges::minmax(errors[name]);
    const double rank = mean_of(ranks[name]);
    const auto [from, to] = spearman_interval(rank, static_cast<double>(networks_.size() - count));
    std::printf("%-22s %6.2f (%5.2f .. %5.2f) %7.2f %6.3f (%5.3f .. %5.3f) %10.1f %8.2f\n", name.c_str(),
                100 * mean_of(errors[name]), 100 * low, 100 * high, mean_of(errors[name]) / floor, rank, from,
                to, 100 * mean_of(held[name]), mean_of(widths[name]));
  };
  for (const auto& [name, ignored] : errors) line(name);
  std::printf("%-22s %6.2f %37.2f %32.1f\n", "the mean", 100 * mean_of(mean_errors),
              mean_of(mean_errors) / floor, 100 * mean_of(mean_held));
  for (const auto& [name, times] : taken) std::printf("auto took %s %d times\n", name.c_str(), times);
}

// The networks within the ceiling: half of them. Nobody spends a training on one that is known to be too slow.
void Bench::search(int seeds) const {
  constexpr std::size_t budget = 30, sampled = 25, first_sample = 15, batch = 5;
  std::vector<double> latencies;
  for (const Network& n : networks_) latencies.push_back(n.latency);
  std::ranges::nth_element(latencies, latencies.begin() + static_cast<std::ptrdiff_t>(latencies.size() / 2));
  const double ceiling = latencies[latencies.size() / 2];
  std::map<std::uint64_t, Network> pool;
  std::vector<std::uint64_t> ids;
  for (const Network& n : networks_)
    if (n.latency <= ceiling) pool[n.id] = n, ids.push_back(n.id);
  double optimum = 0;
  for (const auto& [id, n] : pool) optimum = std::max(optimum, n.truth);
  std::printf("# latency <= %.4g ms: %zu networks, the best truly %.4f\n", ceiling, pool.size(), optimum);
  std::printf("seed,method,truth\n");
  for (int seed = 0; seed < seeds; ++seed) {
    const std::vector<std::size_t> order = shuffled(ids.size(), "search", seed);
    const auto begin = [&](std::size_t count) {
      std::vector<TrainedSample> samples;
      for (std::size_t i = 0; i < count; ++i) samples.push_back(sample(pool.at(ids[order[i]])));
      return samples;
    };
    const auto report = [&](const char* method, const std::vector<TrainedSample>& samples) {
      const TrainedSample& best =
          *std::ranges::max_element(samples, {}, [](const auto& s) { return s.result.accuracy; });
      std::printf("%d,%s,%.6f\n", seed, method, pool.at(best.id).truth);
    };
    const auto with_models = [&](const std::vector<TrainedSample>& samples, const auto& use) {
      const std::vector<PredictorFit> fits = fit_predictors(job_, space_, samples);
      const Evaluator evaluator(space_, models_of(fits), job_.objective, Constraints{});
      std::vector<std::uint64_t> ranked = ids;
      std::ranges::stable_sort(ranked, std::greater{},
                               [&](std::uint64_t id) { return evaluator.at(id).accuracy; });
      use(KnownNetworks{job_, space_, samples, fits, evaluator}, ranked);
    };
    report("random", begin(budget));
    std::vector<TrainedSample> once = begin(sampled);
    with_models(once, [&](const KnownNetworks& known, const std::vector<std::uint64_t>& ranked) {
      std::vector<TrainedSample> more;
      for (const std::uint64_t id : ranked) {
        const bool tried = std::ranges::find(known.samples, id, &TrainedSample::id) != known.samples.end();
        if (!tried && more.size() < budget - sampled) more.push_back(sample(pool.at(id)));
      }
      std::vector<TrainedSample> all = known.samples;
      all.insert(all.end(), more.begin(), more.end());
      std::printf("%d,model-best,%.6f\n", seed, pool.at(ranked.front()).truth);
      report("one-shot", all);
    });
    std::vector<TrainedSample> refined = begin(first_sample);
    while (refined.size() < budget) {
      std::vector<std::uint64_t> next;
      with_models(refined, [&](const KnownNetworks& known, const std::vector<std::uint64_t>& ranked) {
        next = most_promising(known, ranked.front(), ids, std::min(batch, budget - refined.size()));
      });
      if (next.empty()) break;
      for (const std::uint64_t id : next) refined.push_back(sample(pool.at(id)));
    }
    report("refine", refined);
  }
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  const auto number = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const flash::Bench bench;
  if (what == "predictors")
    return bench.predictors(number(2, 10), static_cast<std::size_t>(number(3, 25))), 0;
  if (what == "search") return bench.search(number(2, 20)), 0;
  std::fprintf(stderr, "bench_truth predictors [DRAWS] [SAMPLES] | search [SEEDS]\n");
  return 64;
}
