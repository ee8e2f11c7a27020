// One proxy device: the methods side by side on measured latencies of others, which are not in this project.
//   bench_proxy --data FOLDER [--seeds K] [--section NAME] [--targets all|chosen|judged] [--pairs N]
//     [--except NAME,...] [--random]
// FOLDER (or the environment variable FLASH_DEVICE_DATA): nasbench201_1500.csv, nasbench201_1999_other_devices.csv,
// fbnet_1000.csv. Sections: nasbench201, fbnet, fbnet-library, guard, bands, accept, front, time; all without --section.
// Choices of design were made by looking at the targets called "chosen" below; "judged" are the others. --except: not
// these targets. --random: samples are drawn at random, not D-optimally.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/devices/adaptation.hpp"
#include "flash/devices/front.hpp"
#include "flash/devices/monotonicity.hpp"
#include "flash/devices/sampling.hpp"
#include "flash/import/device_tables.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "flash/predict/student_t.hpp"

namespace flash {
namespace {

struct Settings {
  std::filesystem::path data;
  std::uint64_t seeds = 5;
  std::string section;
  std::string targets = "judged";
  std::size_t pairs = 24;
  bool random = false;
  std::string except;
} settings;

const std::set<std::string> chosen_nasbench{"pixel3",     "essential_ph_1", "titanx_256",
                                            "1080ti_256", "true_vpu",       "true_a76"};
const std::set<std::string> chosen_fbnet{"1080ti_1", "titanx_1", "pixel3", "silver_4114", "essential_ph_1"};

struct Table {
  DeviceTable table;
  std::vector<std::size_t> live;
  std::set<std::string> chosen;
  const Encoding& encoding() const { return table.encoding; }
};

Table read(const std::string& file, std::set<std::string> chosen) {
  Table result{read_device_tables({settings.data / file}, {}).table, {}, std::move(chosen)};
  for (std::size_t i = 0; i < result.encoding().networks; ++i)
    if (result.encoding().live.empty() || result.encoding().live[i]) result.live.push_back(i);
  return result;
}

double srcc_of(const std::vector<double>& x, const std::vector<double>& y,
               const std::vector<std::size_t>& networks) {
  std::vector<double> a;
  std::vector<double> b;
  for (const std::size_t i : networks) {
    a.push_back(x[i]);
    b.push_back(y[i]);
  }
  return spearman(a, b);
}

struct Pair {
  const Table* table;
  std::size_t proxy, target;
  double raw;
  std::vector<std::size_t> library;
};

std::vector<Pair> pairs_of(const Table& table, double least, double below, std::size_t library) {
  std::vector<Pair> pairs;
  const std::size_t devices = table.table.devices.size();
  for (std::size_t t = 0; t < devices; ++t) {
    const bool chosen = table.chosen.contains(table.table.devices[t]);
    if (settings.targets != "all" && chosen != (settings.targets == "chosen")) continue;
    if (settings.except.find(table.table.devices[t]) != std::string::npos) continue;
    for (std::size_t p = 0; p < devices; ++p) {
      if (p == t) continue;
      const double raw = srcc_of(table.table.latency_ms[p], table.table.latency_ms[t], table.live);
      if (!(raw >= least && raw < below)) continue;
      Pair pair{&table, p, t, raw, {}};
      Philox random(100 * p + t, 3);
      std::vector<std::size_t> others;
      for (std::size_t d = 0; d < devices; ++d)
        if (d != p && d != t) others.push_back(d);
      for (std::size_t k = 0; k < std::min(library, others.size()); ++k) {
        std::swap(others[k], others[k + random.below(others.size() - k)]);
        pair.library.push_back(others[k]);
      }
      pairs.push_back(std::move(pair));
    }
  }
  return pairs;
}

// A choice that is the same whatever is compared.
std::vector<Pair> some(std::vector<Pair> pairs, std::size_t count) {
  Philox random(1, 5);
  for (std::size_t k = 0; k < pairs.size(); ++k)
    std::swap(pairs[k], pairs[k + random.below(pairs.size() - k)]);
  if (pairs.size() > count) pairs.resize(count);
  return pairs;
}

std::vector<std::size_t> sampled(const Pair& pair, std::size_t count, std::uint64_t seed) {
  if (settings.random) {
    std::vector<std::size_t> all = pair.table->live;
    Philox random(seed, 7);
    for (std::size_t k = 0; k < count; ++k) std::swap(all[k], all[k + random.below(all.size() - k)]);
    all.resize(count);
    return all;
  }
  SamplingInput input;
  input.encoding = &pair.table->encoding();
  input.devices.push_back(pair.table->table.latency_ms[pair.proxy]);
  for (const std::size_t d : pair.library) input.devices.push_back(pair.table->table.latency_ms[d]);
  input.count = count;
  input.seed = seed;
  return networks_to_measure(input);
}

AdaptationInput input_of(const Pair& pair, std::size_t count, std::uint64_t seed) {
  AdaptationInput input;
  input.encoding = &pair.table->encoding();
  input.proxy = pair.table->table.latency_ms[pair.proxy];
  for (const std::size_t d : pair.library) input.library.push_back(pair.table->table.latency_ms[d]);
  input.sampled = sampled(pair, count, seed);
  for (const std::size_t i : input.sampled)
    input.measured.push_back(pair.table->table.latency_ms[pair.target][i]);
  return input;
}

double unsampled_srcc(const Pair& pair, const AdaptationInput& input, const std::vector<double>& predicted) {
  const std::set<std::size_t> seen(input.sampled.begin(), input.sampled.end());
  std::vector<std::size_t> rest;
  for (const std::size_t i : pair.table->live)
    if (!seen.contains(i)) rest.push_back(i);
  return srcc_of(predicted, pair.table->table.latency_ms[pair.target], rest);
}

// The published technique with its lasso is a method of its own here.
double measured_srcc(const Pair& pair, const AdaptationInput& input, const std::string& method) {
  AdaptationOptions options;
  options.compare = false;
  options.deviations = false;
  options.method = method == "paper-l1" ? "paper" : method == "chosen" ? "" : method;
  if (method == "paper-l1") options.penalty = "l1";
  const double r = unsampled_srcc(pair, input, adapt(input, options).predicted);
  return std::isnan(r) ? 0 : r;
}

struct Mean {
  double mean = 0, half = 0;  // 95 %
};

Mean mean_of(const std::vector<double>& values) {
  Mean m;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) m.mean += v / n;
  double squares = 0;
  for (const double v : values) squares += (v - m.mean) * (v - m.mean);
  if (values.size() > 1)
    m.half =
        student_t_two_sided(0.95, static_cast<int>(values.size()) - 1) * std::sqrt(squares / (n - 1) / n);
  return m;
}

void compare(const char* title, const std::vector<Pair>& pairs, const std::vector<std::size_t>& counts) {
  double raw = 0;
  std::set<std::string> targets;
  for (const Pair& pair : pairs) {
    raw += pair.raw / static_cast<double>(pairs.size());
    targets.insert(pair.table->table.devices[pair.target]);
  }
  std::printf("\n## %s: %zu pairs, %llu seeds, proxy as it is %.3f; targets (%s):", title, pairs.size(),
              static_cast<unsigned long long>(settings.seeds), raw, settings.targets.c_str());
  for (const std::string& target : targets) std::printf(" %s", target.c_str());
  // What 500 samples reach: beyond lie noise, and latencies that are no sum over places.
  std::map<std::size_t, double> ceilings;
  double ceiling = 0;
  for (const Pair& pair : pairs) {
    if (!ceilings.contains(pair.target)) {
      Pair alone = pair;
      alone.library.clear();
      // At random: what an optimal choice of so many leaves over is too much alike.
      const bool random = std::exchange(settings.random, true);
      ceilings[pair.target] = measured_srcc(alone, input_of(alone, 500, 1), "shared");
      settings.random = random;
    }
    ceiling += ceilings[pair.target] / static_cast<double>(pairs.size());
  }
  std::printf("\n\n500 random samples, one proxy: %.3f;", ceiling);
  for (const auto& [target, srcc] : ceilings)
    std::printf(" %s %.3f", pairs.front().table->table.devices[target].c_str(), srcc);
  std::printf("\n\n| n | method | mean SRCC | less paper | less counts |\n| --- | --- | --- | --- | --- |\n");
  const std::vector<std::string> methods{"paper", "paper-l1", "scratch", "counts", "shared", "chosen"};
  for (const std::size_t n : counts) {
    std::map<std::string, std::vector<double>> of;
    for (const Pair& pair : pairs) {
      std::map<std::string, double> means;
      for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
        const AdaptationInput input = input_of(pair, n, seed);
        for (const std::string& method : methods)
          means[method] += measured_srcc(pair, input, method) / static_cast<double>(settings.seeds);
      }
      for (const std::string& method : methods) of[method].push_back(means[method]);
    }
    for (const std::string& method : methods) {
      const auto less = [&](const std::string& other) {
        std::vector<double> differences;
        for (std::size_t k = 0; k < pairs.size(); ++k) differences.push_back(of[method][k] - of[other][k]);
        return mean_of(differences);
      };
      const Mean paper = less("paper");
      const Mean by_counts = less("counts");
      std::printf("| %zu | %s | %.3f | %+.3f ± %.3f | %+.4f ± %.4f |\n", n, method.c_str(),
                  mean_of(of[method]).mean, paper.mean, paper.half, by_counts.mean, by_counts.half);
    }
    std::fflush(stdout);
  }
}

void guard(const char* title, const std::vector<Pair>& pairs) {
  std::printf(
      "\n## Adapted worse than the proxy as it is by more than 0.01 (median over seeds), %s, %zu pairs\n\n",
      title, pairs.size());
  std::printf(
      "| n | chosen: pairs | worst | shared: pairs | worst | paper: pairs | worst |\n| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const std::size_t n : {10, 20, 50}) {
    std::printf("| %zu |", n);
    for (const std::string method : {"chosen", "shared", "paper"}) {
      std::size_t worse = 0;
      double worst = 1;
      const Pair* worst_pair = nullptr;
      for (const Pair& pair : pairs) {
        std::vector<double> differences;
        for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
          const AdaptationInput input = input_of(pair, n, seed);
          differences.push_back(measured_srcc(pair, input, method) -
                                unsampled_srcc(pair, input, pair.table->table.latency_ms[pair.proxy]));
        }
        std::ranges::sort(differences);
        const double median = differences[differences.size() / 2];
        worse += median < -0.01 ? 1 : 0;
        if (median < worst) {
          worst = median;
          worst_pair = &pair;
        }
      }
      std::printf(" %zu | %+.3f %s from %s |", worse, worst,
                  worst_pair->table->table.devices[worst_pair->target].c_str(),
                  worst_pair->table->table.devices[worst_pair->proxy].c_str());
      std::fflush(stdout);
    }
    std::printf("\n");
  }
}

// How many of the networks that were not sampled the bands of adapted models hold.
void bands(const char* title, const std::vector<Pair>& pairs) {
  std::printf("\n## 95 %% bands of adapted models, %s, %zu pairs\n\n", title, pairs.size());
  std::printf(
      "| n | models with a band | held | least, of a pair | half width, mean | SRCC of predictions | of the sum |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n");
  for (const std::size_t n : {20, 50, 100}) {
    std::vector<double> of_pairs;
    std::vector<double> of_predictions;
    std::vector<double> of_sums;
    std::vector<double> widths;
    std::size_t without = 0;
    for (const Pair& pair : pairs) {
      double held = 0;
      double networks = 0;
      for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
        const AdaptationInput input = input_of(pair, n, seed);
        AdaptationOptions options;
        options.deviations = false;
        options.seed = seed;
        const Adaptation adapted = adapt(input, options);
        if (std::isnan(adapted.model_error)) {
          ++without;
          continue;
        }
        const double width = student_t_two_sided(0.95, adapted.model_error_degrees) * adapted.model_error;
        widths.push_back(width);
        const std::set<std::size_t> seen(input.sampled.begin(), input.sampled.end());
        std::vector<double> sums;
        for (std::size_t i = 0; i < adapted.predicted.size(); ++i)
          sums.push_back(adapted.model.at(pair.table->encoding(), i));
        of_predictions.push_back(unsampled_srcc(pair, input, adapted.predicted));
        of_sums.push_back(unsampled_srcc(pair, input, sums));
        for (const std::size_t i : pair.table->live) {
          if (seen.contains(i)) continue;
          const double predicted = sums[i];
          ++networks;
          held += std::abs(pair.table->table.latency_ms[pair.target][i] - predicted) <= width * predicted;
        }
      }
      if (networks > 0) of_pairs.push_back(held / networks);
    }
    if (of_pairs.empty()) continue;
    std::printf("| %zu | %zu of %zu | %.3f | %.3f | %.3f | %.3f | %.3f |\n", n, widths.size(),
                widths.size() + without, mean_of(of_pairs).mean, std::ranges::min(of_pairs),
                mean_of(widths).mean, mean_of(of_predictions).mean, mean_of(of_sums).mean);
    std::fflush(stdout);
  }
}

// How often 30 random samples of a pair whose true SRCC is in [0.85, 0.9) pass for monotone.
void accept(const std::vector<Pair>& pairs) {
  std::size_t by_estimate = 0;
  std::size_t by_bound = 0;
  std::size_t cases = 0;
  for (const Pair& pair : pairs)
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
      std::vector<std::size_t> all = pair.table->live;
      Philox random(seed, 11);
      std::vector<double> x;
      std::vector<double> y;
      for (std::size_t k = 0; k < 30; ++k) {
        std::swap(all[k], all[k + random.below(all.size() - k)]);
        x.push_back(pair.table->table.latency_ms[pair.proxy][all[k]]);
        y.push_back(pair.table->table.latency_ms[pair.target][all[k]]);
      }
      ++cases;
      by_estimate += spearman(x, y) >= 0.9 ? 1 : 0;
      by_bound += check_proxy(x, y).answer == ProxyVerdict::Answer::accept ? 1 : 0;
    }
  std::printf(
      "\n## Accepted as monotone at 30 samples, true SRCC in [.85, .9): %zu pairs of all devices, 200 draws each\n\n"
      "estimate >= 0.9: %.3f; lower bound >= 0.9: %.3f\n",
      pairs.size(), static_cast<double>(by_estimate) / static_cast<double>(cases),
      static_cast<double>(by_bound) / static_cast<double>(cases));
}

void front(const std::vector<Pair>& pairs) {
  std::printf("\n## Fronts of accuracy and latency, %zu pairs, %llu seeds, at most 80 measurements\n\n",
              pairs.size(), static_cast<unsigned long long>(settings.seeds));
  std::printf(
      "| loop | method | hypervolume | accuracy points lost | measurements |\n| --- | --- | --- | --- | --- |\n");
  struct Loop {
    const char* name;
    FrontOptions options;
  };
  std::vector<Loop> loops;
  FrontOptions published;
  published.active = false;
  published.first = 50;
  published.method = "paper";
  loops.push_back({"published", published});
  FrontOptions active;
  for (const char* method : {"paper", "counts", "shared"}) {
    active.method = method;
    loops.push_back({"active", active});
  }
  active.stable = 0;
  loops.push_back({"active, whole budget", active});
  for (const Loop& loop : loops) {
    std::vector<double> volumes;
    std::vector<double> losses;
    double measurements = 0;
    for (const Pair& pair : pairs) {
      double volume = 0;
      double loss = 0;
      const std::vector<double>& truth = pair.table->table.latency_ms[pair.target];
      for (std::uint64_t seed = 1; seed <= settings.seeds; ++seed) {
        FrontInput input;
        input.devices.encoding = &pair.table->encoding();
        input.devices.proxy = pair.table->table.latency_ms[pair.proxy];
        input.accuracy = pair.table->table.accuracy;
        FrontOptions options = loop.options;
        options.seed = seed;
        FrontStep step = front_step(input, options);
        while (!step.ended) {
          for (const std::size_t network : step.measure) {
            input.devices.sampled.push_back(network);
            input.devices.measured.push_back(truth[network]);
          }
          step = front_step(input, options);
        }
        const FrontQuality quality = front_quality(pair.table->table.accuracy, truth, step.found, 0.15);
        volume += quality.hypervolume / static_cast<double>(settings.seeds);
        loss += 100 * quality.accuracy_lost / static_cast<double>(settings.seeds);
        measurements += static_cast<double>(input.devices.sampled.size()) /
                        static_cast<double>(settings.seeds * pairs.size());
      }
      volumes.push_back(volume);
      losses.push_back(loss);
    }
    std::printf("| %s | %s | %.4f ± %.4f | %.3f ± %.3f | %.0f |\n", loop.name, loop.options.method.c_str(),
                mean_of(volumes).mean, mean_of(volumes).half, mean_of(losses).mean, mean_of(losses).half,
                measurements);
    std::fflush(stdout);
  }
}

double milliseconds(const auto& body, int times) {
  std::vector<double> list;
  for (int k = 0; k < times; ++k) {
    const std::clock_t start = std::clock();
    body();
    list.push_back(1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::ranges::sort(list);
  return list[list.size() / 2];
}

// Tables of the size of NAS-Bench-201: all 15,625 cells, latencies drawn.
void time_it() {
  Encoding encoding;
  encoding.networks = 15625;
  for (int place = 0; place < 6; ++place)
    encoding.places.push_back({"e" + std::to_string(place), {"none", "skip", "conv1", "conv3", "pool"}, 0});
  Philox random(1);
  std::vector<std::vector<double>> latency(27);
  std::vector<std::vector<double>> weights(27);
  for (auto& of : weights)
    for (int cell = 0; cell < 30; ++cell) of.push_back(random.uniform());
  for (std::size_t network = 0; network < encoding.networks; ++network) {
    std::size_t left = network;
    for (std::size_t place = 0; place < 6; ++place, left /= 5) {
      const auto op = static_cast<std::uint16_t>(left % 5);
      encoding.operators.push_back(op);
      encoding.living.push_back(random.uniform() < 0.1 ? std::uint16_t{0} : op);
    }
    for (std::size_t d = 0; d < latency.size(); ++d) {
      double sum = 1 + 0.05 * random.normal();
      for (std::size_t place = 0; place < 6; ++place)
        sum += weights[d][place * 5 + encoding.living[network * 6 + place]];
      latency[d].push_back(std::max(sum, 0.1));
    }
  }
  SamplingInput sampling;
  sampling.encoding = &encoding;
  sampling.devices = {latency[0]};
  sampling.count = 50;
  AdaptationInput input;
  input.encoding = &encoding;
  input.proxy = latency[0];
  input.sampled = networks_to_measure(sampling);
  for (const std::size_t i : input.sampled) input.measured.push_back(latency[1][i]);
  std::printf("\n## Times on one core, 15,625 networks of NAS-Bench-201's form (median)\n\n");
  AdaptationOptions options;
  options.method = "shared";
  options.compare = options.deviations = false;
  std::printf("fit on 50 samples and rank, shared: %.1f ms\n",
              milliseconds([&] { adapt(input, options); }, 9));
  options.deviations = true;
  std::printf("the same with deviations: %.1f ms\n", milliseconds([&] { adapt(input, options); }, 9));
  options.method.clear();
  options.compare = true;
  std::printf("the same, all methods cross-validated: %.1f ms\n",
              milliseconds([&] { adapt(input, options); }, 5));
  options.method = "shared";
  options.compare = options.deviations = false;
  input.library.assign(latency.begin() + 2, latency.begin() + 10);
  std::printf("fit on 50 samples and rank, shared, library of 8 devices: %.1f ms\n",
              milliseconds([&] { adapt(input, options); }, 9));
  std::printf("50 networks to measure: %.1f ms\n", milliseconds([&] { networks_to_measure(sampling); }, 5));
  std::printf("SRCC matrix of 27 devices: %.1f ms\n",
              milliseconds([&] { monotonicity(latency, {}, false); }, 5));
  std::printf("with Kendall's: %.1f ms\n", milliseconds([&] { monotonicity(latency); }, 3));
  for (std::size_t d = 0; d < latency.size(); ++d) latency[d][7 * d] = std::nan("");
  std::printf("SRCC matrix, each device lacking another network: %.1f ms\n",
              milliseconds([&] { monotonicity(latency, {}, false); }, 5));
}

bool asked(const char* section) { return settings.section.empty() || settings.section == section; }

void run() {
  const std::vector<Table> nasbench{read("nasbench201_1500.csv", chosen_nasbench),
                                    read("nasbench201_1999_other_devices.csv", chosen_nasbench)};
  const Table fbnet = read("fbnet_1000.csv", chosen_fbnet);
  const auto of_nasbench = [&](double least, double below) {
    std::vector<std::vector<Pair>> lists;
    for (const Table& table : nasbench) lists.push_back(pairs_of(table, least, below, 0));
    return lists;
  };
  const auto joined = [&](std::vector<std::vector<Pair>> lists, std::size_t each) {
    std::vector<Pair> all;
    for (std::vector<Pair>& list : lists)
      for (Pair& pair : some(std::move(list), each)) all.push_back(std::move(pair));
    return all;
  };
  if (asked("nasbench201")) {
    compare("NAS-Bench-201, SRCC < .85, 13 devices", some(of_nasbench(-1, 0.85)[0], settings.pairs),
            {20, 30, 50, 100});
    compare("NAS-Bench-201, SRCC < .85, five other devices", some(of_nasbench(-1, 0.85)[1], settings.pairs),
            {20, 30, 50, 100});
  }
  if (asked("fbnet"))
    compare("FBNet, SRCC < .7, one proxy", some(pairs_of(fbnet, -1, 0.7, 0), settings.pairs), {20, 50, 100});
  if (asked("fbnet-library"))
    compare("FBNet, SRCC < .7, library of 8 devices", some(pairs_of(fbnet, -1, 0.7, 8), settings.pairs),
            {20, 50, 100});
  if (asked("guard")) {
    guard("NAS-Bench-201", joined(of_nasbench(-1, 1), settings.pairs));
    guard("FBNet", some(pairs_of(fbnet, -1, 1, 0), settings.pairs));
  }
  if (asked("bands")) {
    bands("NAS-Bench-201", joined(of_nasbench(-1, 0.85), settings.pairs / 2));
    bands("FBNet", some(pairs_of(fbnet, -1, 0.7, 0), settings.pairs / 2));
  }
  if (asked("front")) front(some(of_nasbench(-1, 0.85)[0], settings.pairs / 2));
  if (asked("accept")) {
    settings.targets = "all";
    std::vector<Pair> near = joined(of_nasbench(0.85, 0.9), 1000);
    for (Pair& pair : pairs_of(fbnet, 0.85, 0.9, 0)) near.push_back(std::move(pair));
    accept(near);
  }
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  using flash::settings;
  if (const char* data = std::getenv("FLASH_DEVICE_DATA")) settings.data = data;
  for (int k = 1; k < argc; ++k) {
    const std::string name = argv[k];
    const std::string value = k + 1 < argc ? argv[k + 1] : "";
    if (name == "--random") {
      settings.random = true;
      continue;
    }
    if (name == "--data") settings.data = value;
    if (name == "--seeds") settings.seeds = std::stoull(value);
    if (name == "--section") settings.section = value;
    if (name == "--targets") settings.targets = value;
    if (name == "--except") settings.except = value;
    if (name == "--pairs") settings.pairs = std::stoull(value);
    ++k;
  }
  if (flash::asked("time")) flash::time_it();
  if (settings.section == "time") return 0;
  if (settings.data.empty()) {
    std::printf("skipped: no tables of devices; name their folder with --data or FLASH_DEVICE_DATA\n");
    return 0;
  }
  flash::run();
  return 0;
}
