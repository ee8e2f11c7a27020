#include "flash/job/plan.hpp"

#include <algorithm>

#include "evaluator_input.hpp"
#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "flash/job/networks.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"
#include "flash/topology/costs.hpp"

namespace flash {
namespace {

NetworkPlan plan_networks(const Job& job, const std::string& section, const Space& space, int fit,
                          int holdout, double max_mmacs, std::uint64_t seed) {
  NetworkPlan plan;
  plan.fit = static_cast<std::size_t>(fit);
  try {
    plan.ids = spread_networks(space, plan.fit + static_cast<std::size_t>(holdout), max_mmacs, seed);
  } catch (const Error& error) {
    throw Error(error.code(), job.path.string() + ": " + section + "." + error.what());
  }
  return plan;
}

// Each has a place of its own, so that the held-out ones are no special part of a file and stay the same,
// whatever order the file is in.
NetworkPlan spread_listed(const Job& job, std::vector<std::uint64_t> ids) {
  NetworkPlan plan;
  plan.ids = std::move(ids);
  const std::uint64_t seed = derive_seed(job.seed, "sample", 1);
  std::ranges::sort(plan.ids, {},
                    [&](std::uint64_t id) { return std::pair(derive_seed(seed, "row", id), id); });
  plan.fit = plan.ids.size() - std::min(plan.ids.size(), static_cast<std::size_t>(job.hardware.holdout));
  return plan;
}

}  // namespace

NetworkPlan networks_to_train(const Job& job, const Space& space) {
  return plan_networks(job, "sample", space, job.sample.count, job.sample.holdout, job.sample.max_mmacs,
                       derive_seed(job.seed, "sample", 0));
}

NetworkPlan networks_to_list(const Job& job, const Space& space) {
  return plan_networks(job, "hardware", space, job.hardware.count, job.hardware.holdout,
                       job.hardware.max_mmacs, derive_seed(job.seed, "sample", 1));
}

NetworkPlan networks_to_measure(const Job& job, const Space& space) {
  const auto listed = job.hardware.setup().listed(space);
  return listed ? spread_listed(job, *listed) : networks_to_list(job, space);
}

std::uint64_t network_seed(const Job& job, const std::string& stage, std::uint64_t network) {
  return derive_seed(job.seed, stage, network);
}

std::string digest(const Stage& stage) {
  std::string all = stage.name;
  for (const StageTask& task : stage.tasks) all.append(" ").append(task.inputs);
  return sha256_hex(all);
}

Stage plan_train(const Job& job, const Space& space, const NetworkPlan& networks) {
  Stage stage;
  stage.name = "train";
  const Json all_data = to_json(job.data);
  Json data = all_data;  // where the images lie does not matter, what they are does
  data.erase("train");
  data.erase("test");
  const Json common{{"kind", "train"},
                    {"space", to_json(job.space)},
                    {"data", data},
                    {"images", job.images},
                    {"training", to_json(job.training)}};
  stage.inputs = {{"space", digest_of(common["space"])},
                  {"images", digest_of({common["data"], common["images"]})},
                  {"training settings", digest_of(common["training"])},
                  {"seed", std::to_string(job.seed)}};
  for (const std::uint64_t id : networks.ids) {
    Json input = common;
    input["id"] = id;
    input["seed"] = network_seed(job, stage.name, id);
    const std::string inputs = digest_of(input);
    // What does not change the result.
    input["data"] = all_data;
    input["timeout_s"] = job.farm.task_timeout_s;
    const auto macs = static_cast<double>(network_costs(space, space.configuration(id)).macs);
    stage.tasks.push_back({{id, macs, input.dump()}, inputs});
  }
  return stage;
}

Stage plan_calibrate(const Job& job, const Space& space, const NetworkPlan& networks) {
  const Target& target = job.hardware.setup();
  Stage stage;
  stage.name = "calibrate";
  stage.inputs = target.inputs(job.space, job.seed);
  stage.one_per_host = target.runs_here();
  for (const std::uint64_t id : target.listed(space).value_or(networks.ids)) {
    Json input = target.task(space, id, network_seed(job, stage.name, id));
    const std::string inputs = digest_of(input);
    if (target.runs_here()) input["timeout_s"] = job.farm.task_timeout_s;
    stage.tasks.push_back({{id, target.cost(space, id), input.dump()}, inputs});
  }
  return stage;
}

Stage plan_sweep(const Job& job, const Space& space, const Models& models,
                 const std::vector<Constraints>& sets) {
  Stage stage;
  stage.name = "sweep";
  stage.inputs = evaluation_inputs(job, models, sets);
  const std::vector<IdRange> blocks = tile(space, job.sweep.block);
  for (const Constraints& constraints : sets) {
    const EvaluatorInput evaluator(job, models, constraints);
    for (const IdRange& block : blocks) {
      const Json input{
          {"kind", "sweep"}, {"top", job.sweep.top}, {"first_id", block.first_id}, {"count", block.count}};
      stage.tasks.push_back(evaluator.task(stage.tasks.size(), static_cast<double>(block.count), input));
    }
  }
  return stage;
}

std::vector<SearchRun> search_runs(const Job& job, const std::vector<Constraints>& sets) {
  std::vector<SearchRun> runs;
  for (const NamedMethod& method : search_methods()) {
    const auto& wanted = job.search.methods;
    const bool listed = std::find(wanted.begin(), wanted.end(), method.name) != wanted.end();
    if (wanted.empty() ? method.name == "exhaustive" : !listed) continue;
    const int seeds = method.name == "exhaustive" ? 1 : job.search.seeds;  // the others cost milliseconds
    for (std::size_t set = 0; set < sets.size(); ++set) {
      for (int seed = 0; seed < seeds; ++seed)
        runs.push_back({method.name, set, static_cast<std::uint64_t>(seed)});
    }
  }
  return runs;
}

std::uint64_t search_seed(const Job& job, const SearchRun& run) {
  return derive_seed(job.seed, "search", run.seed);
}

Stage plan_compare(const Job& job, const Models& models, const std::vector<Constraints>& sets) {
  Stage stage;
  stage.name = "compare";
  stage.inputs = evaluation_inputs(job, models, sets);
  stage.inputs.push_back({"seed", std::to_string(job.seed)});
  stage.inputs.push_back({"search.evaluations", std::to_string(job.search.evaluations)});
  std::vector<EvaluatorInput> evaluators;
  for (const Constraints& set : sets) evaluators.emplace_back(job, models, set);
  for (const SearchRun& run : search_runs(job, sets)) {
    const Json input{{"kind", "search"},
                     {"method", run.method},
                     {"seed", search_seed(job, run)},
                     {"evaluations", job.search.evaluations}};
    stage.tasks.push_back(evaluators[run.set].task(stage.tasks.size(), 1, input));
  }
  return stage;
}

double training_macs(const Job& job, const Space& space, std::size_t train_images, std::size_t test_images) {
  double forward = 0;
  for (const std::uint64_t id : networks_to_train(job, space).ids) {
    forward += static_cast<double>(network_costs(space, space.configuration(id)).macs);
  }
  // Backward costs two forward passes; the test images are passed forward once an epoch.
  return forward * job.training.epochs *
         (3.0 * static_cast<double>(train_images) + static_cast<double>(test_images));
}

}  // namespace flash
