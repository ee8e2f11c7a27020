#include "flash/findings/plan.hpp"

#include <algorithm>
#include <set>

#include "flash/core/error.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "flash/findings/networks.hpp"
#include "flash/findings/trainings.hpp"
#include "flash/search/methods/search_method.hpp"
#include "flash/space/random_id.hpp"

namespace flash {
namespace {

NetworkPlan plan_networks(const Job& job, const std::string& section, const Space& space, int fit,
                          int holdout, double max_mmacs, std::uint64_t seed,
                          const std::vector<NetworkId>& only = {}) {
  NetworkPlan plan;
  plan.fit = static_cast<std::size_t>(fit);
  try {
    plan.ids = spread_networks(space, plan.fit + static_cast<std::size_t>(holdout), max_mmacs, seed, only);
  } catch (const Error& error) {
    throw Error(error.code(), job.path.string() + ": " + section + "." + error.what());
  }
  return plan;
}

// Each has a place of its own, so that the held-out ones are no special part of a file and stay the same,
// whatever order the file is in.
NetworkPlan spread_listed(const Job& job, std::vector<NetworkId> ids) {
  NetworkPlan plan;
  plan.ids = std::move(ids);
  const std::uint64_t seed = derive_seed(job.seed, "sample", 1);
  std::ranges::sort(plan.ids, {},
                    [&](NetworkId id) { return std::pair(seed_of_network(seed, "row", id), id); });
  plan.fit = plan.ids.size() - std::min(plan.ids.size(), static_cast<std::size_t>(job.hardware.holdout));
  return plan;
}

}  // namespace

NetworkPlan networks_to_train(const Job& job, const Space& space) {
  return plan_networks(job, "sample", space, job.sample.count, job.sample.holdout, job.sample.max_mmacs,
                       derive_seed(job.seed, "sample", 0), only_trainable(job));
}

NetworkPlan networks_to_list(const Job& job, const Space& space) {
  return plan_networks(job, "hardware", space, job.hardware.count, job.hardware.holdout,
                       job.hardware.max_mmacs, derive_seed(job.seed, "sample", 1));
}

NetworkPlan networks_to_measure(const Job& job, const Space& space) {
  const auto listed = job.hardware.setup().listed(space);
  return listed ? spread_listed(job, *listed) : networks_to_list(job, space);
}

std::vector<NetworkId> networks_held_out(const Job& job, const Space& space,
                                         const std::vector<NetworkId>& pool) {
  const auto wanted = static_cast<std::size_t>(job.hardware.holdout);
  const std::set<NetworkId> seen(pool.begin(), pool.end());
  // A longer design begins with the shorter one.
  for (Job longer = job;; longer.hardware.holdout *= 2) {
    const NetworkPlan plan = networks_to_list(longer, space);
    std::vector<NetworkId> ids;
    for (std::size_t i = plan.fit; i < plan.ids.size() && ids.size() < wanted; ++i)
      if (!seen.contains(plan.ids[i])) ids.push_back(plan.ids[i]);
    const std::size_t planned = plan.fit + static_cast<std::size_t>(longer.hardware.holdout);
    if (ids.size() == wanted || plan.ids.size() < planned) return ids;
  }
}

std::uint64_t network_seed(const Job& job, const std::string& stage, NetworkId network) {
  return seed_of_network(job.seed, stage, network);
}

std::string digest(const StagePlan& plan) {
  std::string all = plan.name;
  for (const StageTask& task : plan.tasks) all.append(" ").append(task.inputs);
  return sha256_hex(all);
}

std::vector<SearchRun> search_runs(const Job& job, const std::vector<Constraints>& sets) {
  std::vector<SearchRun> runs;
  for (const SearchMethod* method : search_methods()) {
    const auto& wanted = job.search.methods;
    const bool listed = std::find(wanted.begin(), wanted.end(), method->name) != wanted.end();
    if (wanted.empty() ? method->exhaustive : !listed) continue;
    const int seeds = method->exhaustive ? 1 : job.search.seeds;  // the others cost milliseconds
    for (std::size_t set = 0; set < sets.size(); ++set) {
      for (int seed = 0; seed < seeds; ++seed)
        runs.push_back({method->name, set, static_cast<std::uint64_t>(seed)});
    }
  }
  return runs;
}

std::uint64_t search_seed(const Job& job, const SearchRun& run) {
  return derive_seed(job.seed, "search", run.seed);
}

double training_macs(const Job& job, const Space& space, std::size_t train_images,
                     std::size_t judging_images) {
  double forward = 0;
  for (const NetworkId id : networks_to_train(job, space).ids) {
    forward += static_cast<double>(space.counts(space.point(id)).macs);
  }
  // Backward costs two forward passes; those that judge are passed forward once an epoch.
  return forward * (job.training.epochs + (job.accuracy_on == "chip" ? job.training.noise_epochs : 0)) *
         (3.0 * static_cast<double>(train_images) + static_cast<double>(judging_images));
}

}  // namespace flash
