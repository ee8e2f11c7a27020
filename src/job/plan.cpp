#include "flash/job/plan.hpp"

#include <algorithm>

#include "evaluator_input.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "flash/job/networks.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/search.hpp"
#include "flash/topology/costs.hpp"

namespace flash {
namespace {

NetworkPlan plan_networks(const Space& space, int fit, int holdout, double max_mmacs, std::uint64_t seed) {
  NetworkPlan plan;
  plan.fit = static_cast<std::size_t>(fit);
  plan.ids = spread_networks(space, plan.fit + static_cast<std::size_t>(holdout), max_mmacs, seed);
  return plan;
}

// A task for each network; the dearest run first.
Stage network_stage(std::string name, const Space& space, const NetworkPlan& plan, const Json& common,
                    const Job& job) {
  Stage stage;
  stage.name = std::move(name);
  for (const std::uint64_t id : plan.ids) {
    Json input = common;
    input["id"] = id;
    input["seed"] = network_seed(job, stage.name, id);
    const auto macs = static_cast<double>(network_costs(space, space.configuration(id)).macs);
    stage.tasks.push_back({id, macs, input.dump()});
  }
  return stage;
}

// Thousands of tasks have the same evaluator: it is written once.
std::string with_evaluator(const Json& input, const std::string& evaluator) {
  std::string text = input.dump();
  text.back() = ',';
  return text.append("\"evaluator\":").append(evaluator).append("}");
}

}  // namespace

NetworkPlan networks_to_train(const Job& job, const Space& space) {
  return plan_networks(space, job.sample.count, job.sample.holdout, job.sample.max_mmacs,
                       derive_seed(job.seed, "sample", 0));
}

// The rows of a table in an order of the job's own, so that the held-out ones are no special part of the
// file.
NetworkPlan table_rows(const Job& job, const Space& space) {
  const std::vector<MeasuredRow>& rows = job.hardware.rows;
  NetworkPlan plan;
  for (std::size_t i = 0; i < rows.size(); ++i)
    plan.ids.push_back(rows[i].configuration ? space.id(*rows[i].configuration) : i);
  Philox random(derive_seed(job.seed, "sample", 1));
  for (std::size_t left = plan.ids.size(); left > 1; --left)
    std::swap(plan.ids[left - 1], plan.ids[static_cast<std::size_t>(random.below(left))]);
  plan.fit = rows.size() - std::min(rows.size(), static_cast<std::size_t>(job.hardware.holdout));
  return plan;
}

NetworkPlan networks_to_list(const Job& job, const Space& space) {
  return plan_networks(space, job.hardware.count, job.hardware.holdout, job.hardware.max_mmacs,
                       derive_seed(job.seed, "sample", 1));
}

NetworkPlan networks_to_measure(const Job& job, const Space& space) {
  return job.hardware.target == "table" ? table_rows(job, space) : networks_to_list(job, space);
}

std::uint64_t network_seed(const Job& job, const std::string& stage, std::uint64_t network) {
  return derive_seed(job.seed, stage, network);
}

Stage plan_train(const Job& job, const Space& space) {
  const Json common{{"kind", "train"},
                    {"space", to_json(job.space)},
                    {"data", to_json(job.data)},
                    {"training", to_json(job.training)},
                    {"timeout_s", job.farm.task_timeout_s}};
  return network_stage("train", space, networks_to_train(job, space), common, job);
}

// The measurements of a table are tasks like any other, so that the journal and the archive hold them.
Stage plan_import(const Job& job, const Space& space) {
  Stage stage;
  stage.name = "calibrate";
  for (std::size_t i = 0; i < job.hardware.rows.size(); ++i) {
    const MeasuredRow& row = job.hardware.rows[i];
    Json values = Json::object();
    for (const Metric metric : all_metrics)
      values[std::string(key(metric))] = number_or_null(row.metrics[metric]);
    const std::uint64_t id = row.configuration ? space.id(*row.configuration) : i;
    stage.tasks.push_back({id, 1, Json{{"kind", "import"}, {"values", std::move(values)}}.dump()});
  }
  return stage;
}

Stage plan_calibrate(const Job& job, const Space& space) {
  if (job.hardware.target == "table") return plan_import(job, space);
  if (job.hardware.target == "imc") {
    const Json common{
        {"kind", "simulate"}, {"space", to_json(job.space)}, {"design", to_json(job.hardware.design)}};
    return network_stage("calibrate", space, networks_to_measure(job, space), common, job);
  }
  const Json common{{"kind", "measure"},
                    {"space", to_json(job.space)},
                    {"host", to_json(job.hardware.host)},
                    {"timeout_s", job.farm.task_timeout_s}};
  Stage stage = network_stage("calibrate", space, networks_to_measure(job, space), common, job);
  stage.one_per_host = true;
  return stage;
}

Stage plan_sweep(const Job& job, const Space& space, const Models& models,
                 const std::vector<Constraints>& sets) {
  Stage stage;
  stage.name = "sweep";
  stage.digest = models_digest(job, models, sets);
  const std::vector<IdRange> blocks = tile(space, job.sweep.block);
  for (const Constraints& constraints : sets) {
    const std::string evaluator = evaluator_input(job, models, constraints).dump();
    for (const IdRange& block : blocks) {
      const Json input{
          {"kind", "sweep"}, {"top", job.sweep.top}, {"first_id", block.first_id}, {"count", block.count}};
      stage.tasks.push_back(
          {stage.tasks.size(), static_cast<double>(block.count), with_evaluator(input, evaluator)});
    }
  }
  return stage;
}

std::string models_digest(const Job& job, const Models& models, const std::vector<Constraints>& sets) {
  Json inputs = Json::array();
  for (const Constraints& constraints : sets) inputs.push_back(evaluator_input(job, models, constraints));
  return sha256_hex(inputs.dump());
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
  stage.digest = models_digest(job, models, sets);
  std::vector<std::string> evaluators;
  for (const Constraints& set : sets) evaluators.push_back(evaluator_input(job, models, set).dump());
  for (const SearchRun& run : search_runs(job, sets)) {
    const Json input{{"kind", "search"},
                     {"method", run.method},
                     {"seed", search_seed(job, run)},
                     {"evaluations", job.search.evaluations}};
    stage.tasks.push_back({stage.tasks.size(), 1, with_evaluator(input, evaluators[run.set])});
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
