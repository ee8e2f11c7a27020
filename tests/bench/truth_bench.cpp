// How well accuracy predictors do, and what a search of 30 trainings finds, on networks all of which have been
// trained: a table that truth.py made (by default truth.csv), three trainings each. What a method is shown is the first
// training; what it is judged by is the mean of the two others, which it never sees.
//
//     bench_truth predictors [DRAWS] [SAMPLES] [TABLE]    fits to random samples, judged by all other networks
//     bench_truth search [SEEDS] [TABLE]                  a line a question, seed and method: true objective of what it ends with
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

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/promise.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/hardware/hardware_model.hpp"
#include "flash/job/job.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "flash/predict/shrinkage.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

struct Network {
  NetworkId id = 0;
  double latency = 0;            // [ms]
  double shown = 0;              // accuracy of its first training
  double truth = 0;              // mean of the others
  double first = 0, second = 0;  // these
};

struct Truth {
  std::string job;  // file of the job whose space it is of
  Input input;      // of its networks: the job's images need not be here
  std::vector<Network> networks;
};

Truth read_truth(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw Error(ExitCode::missing_input, path + ": cannot be read");
  std::string line;
  Truth truth;
  std::map<std::string, std::size_t> columns;
  while (std::getline(file, line)) {
    if (constexpr std::string_view of = "# job "; line.starts_with(of))
      truth.job = FLASH_SOURCE_DIR "/" + line.substr(of.size());
    std::sscanf(line.c_str(), "# input %d %d %d", &truth.input.channels, &truth.input.side,
                &truth.input.classes);
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
    truth.networks.push_back(network);
  }
  return truth;
}

class Bench {
 public:
  explicit Bench(const std::string& table) : Bench(read_truth(table)) {}
  explicit Bench(Truth truth)
      : job_(of_input(read_job(truth.job), truth.input)),
        space_(job_.space),
        networks_(std::move(truth.networks)) {}

  void predictors(int draws, std::size_t count) const;
  void search(int seeds) const;

 private:
  class Search;

  static Job of_input(Job job, const Input& input) {
    job.space.input = input;
    return job;
  }

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

// A search among the networks of the table that are within a ceiling: nobody spends a training on one that is known to
// be too slow. Latencies are had by a model fitted to 25 measurements; an objective found rests on the measured one.
class Bench::Search {
 public:
  Search(const Bench& bench, const char* question, double latency_exponent, double ceiling, int seed)
      : bench_(bench), question_(question), exponent_(latency_exponent), seed_(seed) {
    for (const Network& n : bench.networks_)
      if (n.latency <= ceiling) pool_[n.id] = n, ids_.push_back(n.id);
    order_ = bench.shuffled(ids_.size(), "search", seed);
    fit_latency();
  }

  void run() {
    print("random", best_shown(begin(budget)));
    one_shot();
    refine();
  }
  double optimum() const {
    double best = 0;
    for (const auto& [id, n] : pool_) best = std::max(best, worth(n, n.truth));
    return best;
  }
  std::size_t size() const { return pool_.size(); }

 private:
  static constexpr std::size_t budget = 30;
  using Samples = std::vector<TrainedSample>;

  void fit_latency() {
    const std::vector<std::string> names = bench_.job_.hardware.setup().features(bench_.space_);
    std::vector<Point> points;
    std::vector<double> measured;
    for (const std::size_t i : bench_.shuffled(bench_.networks_.size(), "measure", seed_)) {
      if (points.size() == 25) break;
      points.push_back(bench_.space_.point(bench_.networks_[i].id));
      measured.push_back(bench_.networks_[i].latency);
    }
    latency_ = fit_metric(names, fit_data(bench_.space_, names, points, measured), {}).model;
  }
  double worth(const Network& n, double accuracy) const { return accuracy / std::pow(n.latency, exponent_); }
  double worth_shown(const TrainedSample& sample) const {
    return worth(pool_.at(sample.id), sample.accuracy());
  }
  Samples begin(std::size_t count) const {
    Samples samples;
    for (std::size_t i = 0; i < count; ++i) samples.push_back(bench_.sample(pool_.at(ids_[order_[i]])));
    return samples;
  }
  NetworkId best_shown(const Samples& samples) const {
    return std::ranges::max_element(samples, {}, [&](const auto& s) { return worth_shown(s); })->id;
  }
  void print(const char* method, NetworkId id, bool twice = false) const {
    const Network& n = pool_.at(id);
    std::printf("%s,%d,%s,%.6f\n", question_, seed_, method, worth(n, twice ? n.second : n.truth));
  }
  Evaluator evaluator(const std::vector<PredictorFit>& fits) const {
    Models models = bench_.models_of(fits);
    models.metrics[Metric::latency] = latency_;
    Objective objective{.accuracy = 1, .metric = PerMetric<double>()};
    objective.metric[Metric::latency] = exponent_;
    return Evaluator(bench_.space_, models, objective, Constraints{});
  }
  std::vector<NetworkId> ranked(const Evaluator& by) const {
    std::vector<NetworkId> list = ids_;
    std::ranges::stable_sort(list, std::greater{}, [&](NetworkId id) { return by.at(id).objective; });
    return list;
  }

  // 25 at random, then the five that the models think best; of all the one that did best.
  void one_shot() const {
    Samples samples = begin(25);
    const std::vector<PredictorFit> fits = fit_predictors(bench_.job_, bench_.space_, samples);
    const std::vector<NetworkId> list = ranked(evaluator(fits));
    print("models' best", list.front());
    for (const NetworkId id : list)
      if (samples.size() < budget && std::ranges::find(samples, id, &TrainedSample::id) == samples.end())
        samples.push_back(bench_.sample(pool_.at(id)));
    print("one-shot", best_shown(samples));
  }

  // 12 at random, 4 of them twice; then rounds; the one of which most is expected.
  void refine() const {
    Samples samples = begin(12);
    for (std::size_t i = 0; i < 4; ++i) samples[i].again.push_back(pool_.at(samples[i].id).first);
    for (std::size_t left = budget - 16; left > 0;) {
      const std::vector<PredictorFit> fits = fit_predictors(bench_.job_, bench_.space_, samples);
      const Evaluator by = evaluator(fits);
      const KnownNetworks known{bench_.job_, bench_.space_, samples, fits, by};
      const std::vector<NetworkId> next =
          most_promising(known, ranked(by).front(), ids_, std::min<std::size_t>(5, left));
      if (next.empty()) break;
      for (const NetworkId id : next) samples.push_back(bench_.sample(pool_.at(id)));
      left -= next.size();
    }
    print("refine's luckiest", best_shown(samples));
    const std::vector<PredictorFit> fits = fit_predictors(bench_.job_, bench_.space_, samples);
    const Evaluator by = evaluator(fits);
    std::vector<ObservedAccuracy> observed;
    for (const TrainedSample& s : samples)
      observed.push_back({by.at(s.id).accuracy, s.accuracy(), s.trainings()});
    const auto expected = expected_accuracies(observed, training_noise(samples).deviation);
    std::size_t best = 0;
    const auto promised = [&](std::size_t i) { return worth(pool_.at(samples[i].id), expected[i].accuracy); };
    for (std::size_t i = 1; i < samples.size(); ++i)
      if (promised(i) > promised(best)) best = i;
    print("refine", samples[best].id, samples[best].trainings() > 1);
  }

  const Bench& bench_;
  const char* question_;
  const double exponent_;
  const int seed_;
  std::map<NetworkId, Network> pool_;
  std::vector<NetworkId> ids_;
  std::vector<std::size_t> order_;
  MetricModel latency_;
};

void Bench::search(int seeds) const {
  std::vector<double> latencies;
  for (const Network& n : networks_) latencies.push_back(n.latency);
  std::ranges::sort(latencies);
  struct Question {
    const char* name;
    double exponent;
    double ceiling;
  };
  std::printf("question,seed,method,truth\n");
  for (const Question& question : {Question{"accuracy under a ceiling", 0, latencies[latencies.size() / 2]},
                                   Question{"accuracy / latency", 1, latencies.back()}}) {
    for (int seed = 0; seed < seeds; ++seed) {
      Search search(*this, question.name, question.exponent, question.ceiling, seed);
      if (seed == 0) {
        std::fprintf(stderr, "%s: %zu networks\n", question.name, search.size());
        std::printf("%s,,optimum,%.6f\n%s,,ceiling,%.6f\n", question.name, search.optimum(), question.name,
                    question.ceiling);
      }
      search.run();
    }
  }
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  const auto argument = [&](int at, const char* otherwise) -> std::string {
    return argc > at ? argv[at] : otherwise;
  };
  const std::string what = argument(1, "");
  const bool of_predictors = what == "predictors";
  if (!of_predictors && what != "search") {
    std::fprintf(stderr, "bench_truth predictors [DRAWS] [SAMPLES] [TABLE] | search [SEEDS] [TABLE]\n");
    return 64;
  }
  const flash::Bench bench(argument(of_predictors ? 4 : 3, FLASH_SOURCE_DIR "/tests/bench/truth.csv"));
  if (of_predictors)
    bench.predictors(std::stoi(argument(2, "10")), std::stoul(argument(3, "25")));
  else
    bench.search(std::stoi(argument(2, "20")));
}
