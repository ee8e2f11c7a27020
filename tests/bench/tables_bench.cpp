// What the stages train and refine look up in a table of accuracies that others have measured, in their order: a line
// a look-up. refine_tables.py holds it against other searches.
//
//     bench_tables TABLE [SEEDS] [LOOKUPS] [NETWORK_COLUMN] [ACCURACY_COLUMN]     of NAS-Bench-201
//     bench_tables TABLE predictors [DRAWS]             ... fits to random networks, judged by all others
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numeric>
#include <string>

#include "flash/core/error.hpp"
#include "flash/core/parse_json.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/refinement.hpp"
#include "flash/findings/run_models.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/job/job.hpp"
#include "flash/predict/rank_correlation.hpp"

namespace flash {
namespace {

constexpr int first = 10, round = 5;  // networks of the design, and of a round

Job job_of(const std::string& table, const std::string& network, const std::string& accuracy, int seed,
           int lookups) {
  const std::string text = "[job]\nname = \"tables\"\nseed = " + std::to_string(seed) +
                           "\n[space]\npreset = \"nasbench201\"\n[data]\nsource = \"cifar100\"\n" +
                           "[sample]\ncount = " + std::to_string(first) +
                           "\nholdout = 0\n[refine]\nnetworks = " + std::to_string(round) +
                           "\nrounds = " + std::to_string((lookups - first + round - 1) / round) +
                           "\n[train]\ntable = \"" + table + "\"\nnetwork_columns = \"" + network +
                           "\"\naccuracy_column = \"" + accuracy + "\"\n";
  Job job = parse_job(text, "/tables.toml");
  resolve_input(job, /*trains=*/false);
  return job;
}

// Does a plan's tasks as a worker would.
void look_up(const StagePlan& plan, Results& results) {
  for (const StageTask& task : plan.tasks) {
    if (results.stage(plan.name).contains(task.id)) continue;
    StageOutcome outcome;
    outcome.ok = true;
    outcome.output = parse_json(task.input).at("values");
    outcome.inputs = task.inputs;
    results.add(plan.name, task.id, std::move(outcome));
  }
}

Models models_of(const Job& job, const std::vector<PredictorFit>& fits) {
  OwnFits own;
  own.predictors = fits;
  own.hardware.emplace();
  return run_models(job, own);
}

void search(const Job& job, int seed) {
  std::map<std::string, int> taken;  // which predictor rounds rested on
  const Space space(job.space);
  Results results;
  const NetworkPlan design = networks_to_train(job, space);
  std::vector<PlannedTraining> trainings;
  for (const NetworkId id : design.ids) trainings.push_back({id, id, 0});
  look_up(plan_trainings(job, space, train_name, trainings), results);
  const std::vector<TrainedSample> samples = trained_samples(space, design, results);
  std::vector<NetworkId> order = design.ids;
  // All answers at once, of which refinement takes what a round has asked for, as it does from a journal.
  RefineRound all;
  all.networks = job.accuracies.table->networks();
  look_up(plan_refinement(job, space, {all}), results);
  const Refinement found =
      refinement(job, space, results, samples, [&](const std::vector<PredictorFit>& fits) {
        const auto used = std::ranges::find_if(fits, &PredictorFit::used);
        ++taken[used->predictor];
        return models_of(job, fits);
      });
  for (const RefineRound& each : found.rounds)
    order.insert(order.end(), each.networks.begin(), each.networks.end());
  int number = 0;
  for (const NetworkId id : order)
    std::printf("%d,%d,%llu,%.6f\n", seed, ++number, static_cast<unsigned long long>(id),
                job.accuracies.table->accuracy.at(id));
  for (const auto& [name, times] : taken)
    std::fprintf(stderr, "seed %d: %d rounds by %s\n", seed, times, name.c_str());
}

void predictors(const Job& job, int draws) {
  const Space space(job.space);
  const std::vector<NetworkId> all = job.accuracies.table->networks();
  std::printf("networks,predictor,rmse,spearman,times taken by auto\n");
  for (const std::size_t count : {12u, 25u, 50u, 100u}) {
    std::map<std::string, std::array<double, 3>> sums;
    for (int draw = 0; draw < draws; ++draw) {
      std::vector<NetworkId> order = all;
      Philox random(derive_seed(1, "draw", static_cast<std::uint64_t>(draw)));
      for (std::size_t i = order.size() - 1; i > 0; --i) std::swap(order[i], order[random.below(i + 1)]);
      std::vector<TrainedSample> samples(count);
      for (std::size_t i = 0; i < count; ++i) {
        samples[i].id = order[i];
        samples[i].point = space.point(order[i]);
        samples[i].good = samples[i].result.ok = true;
        samples[i].result.accuracy = job.accuracies.table->accuracy.at(order[i]);
      }
      for (const PredictorFit& fit : fit_predictors(job, space, samples)) {
        std::vector<double> predicted, truth;
        for (std::size_t i = count; i < order.size(); ++i) {
          predicted.push_back(fit.fit.model(predictor_value(fit, space, space.point(order[i]))));
          truth.push_back(job.accuracies.table->accuracy.at(order[i]));
        }
        auto& sum = sums[fit.predictor];
        sum[0] += fit.rmse_holdout / draws;
        sum[1] += spearman(predicted, truth) / draws;
        sum[2] += fit.used;
      }
    }
    for (const auto& [name, sum] : sums)
      std::printf("%zu,%s,%.4f,%.3f,%.0f\n", count, name.c_str(), sum[0], sum[1], sum[2]);
  }
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  const auto argument = [&](int at, const char* otherwise) -> std::string {
    return argc > at ? argv[at] : otherwise;
  };
  if (argc < 2) {
    std::fprintf(stderr, "bench_tables TABLE [SEEDS] [LOOKUPS] [NETWORK_COLUMN] [ACCURACY_COLUMN]\n");
    return 64;
  }
  try {
    const bool of_predictors = argument(2, "") == "predictors";
    const int lookups = std::stoi(argument(of_predictors ? 9 : 3, "100"));
    const std::string network = argument(4, "arch"), accuracy = argument(5, "accuracy_cifar100_pct");
    if (of_predictors) {
      flash::predictors(flash::job_of(argv[1], network, accuracy, 1, lookups), std::stoi(argument(3, "20")));
      return 0;
    }
    std::printf("seed,lookup,id,accuracy\n");
    for (int seed = 0; seed < std::stoi(argument(2, "20")); ++seed)
      flash::search(flash::job_of(argv[1], network, accuracy, seed, lookups), seed);
  } catch (const flash::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}
