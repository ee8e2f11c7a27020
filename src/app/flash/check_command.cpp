// flash check: a dry run.
#include <filesystem>

#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/job/cost_estimate.hpp"
#include "flash/job/job.hpp"
#include "flash/job/networks.hpp"
#include "flash/job/plan.hpp"
#include "flash/job/task_executor.hpp"
#include "flash/search/exhaustive.hpp"
#include "output.hpp"

namespace flash {
namespace {

Json missing_parts(Job job) {
  Json missing = Json::array();
  try {
    resolve_input(job);
  } catch (const Error& error) {
    missing.push_back(error.what());
  }
  try {
    require_measurable(job);
  } catch (const Error& error) {
    missing.push_back(error.what());
  }
  const std::filesystem::path trainer = trainer_program();
  if (!std::filesystem::exists(trainer))
    missing.push_back(trainer.string() + ": the training program is not there");
  if (!job.models_file.empty() && !std::filesystem::exists(job.models_file)) {
    missing.push_back(job.models_file.string() + ": no such models file");
  }
  return missing;
}

}  // namespace

int check_command(const Arguments& arguments) {
  Job job = read_job(arguments.job);
  Json missing = missing_parts(job);
  if (missing.empty()) resolve_input(job);
  const Space space(job.space);
  // Without models the constraint sets are not known yet; there are three, or four where a job sets floor and
  // ceilings.
  const std::size_t sets = 3;
  const bool sweeps = space.size() <= job.sweep.max_size;
  const std::vector<Constraints> some_sets(sets);
  Json stages = Json::object();
  stages["train"] = networks_to_train(job, space).ids.size();
  stages["calibrate"] = networks_to_measure(job, space).ids.size();
  stages["sweep"] = sweeps ? tile(space, job.sweep.block).size() * sets : 0;
  stages["compare"] = search_runs(job, some_sets).size();
  const CostEstimate estimate = estimate_cost(job, space);
  Json warnings = Json::array();
  for (const std::string& warning : estimate.warnings) warnings.push_back(warning);
  if (missing.empty()) {
    for (const std::string& warning : data_warnings(job.data)) warnings.push_back(warning);
  }
  if (!sweeps) {
    warnings.push_back(
        "the space is larger than sweep.max_size: `flash run` leaves the sweep out, the exact search proves "
        "the optimum");
  }
  const Json json{{"job", job.name},
                  {"space_size", space.size()},
                  {"strata", space.strata().size()},
                  {"tasks", stages},
                  {"training_gmac", estimate.training_gmac},
                  {"training_core_seconds", estimate.training_core_seconds},
                  {"sweep_core_seconds", sweeps ? estimate.sweep_core_seconds : 0},
                  {"missing", missing},
                  {"warnings", warnings}};
  if (arguments.json) {
    print(json);
  } else {
    print("job      " + job.name + "\nspace    " + std::to_string(space.size()) + " configurations in " +
          std::to_string(space.strata().size()) + " strata\n");
    for (const auto& [stage, tasks] : stages.items()) {
      print(stage + std::string(9 - std::min<std::size_t>(stage.size(), 8), ' ') + tasks.dump() + " tasks\n");
    }
    print("cost     " + estimate.text() + "\n");
    for (const Json& line : warnings) print("warning  " + line.get<std::string>() + "\n");
    for (const Json& line : missing) print("missing  " + line.get<std::string>() + "\n");
  }
  return static_cast<int>(missing.empty() ? ExitCode::ok : ExitCode::missing_input);
}

}  // namespace flash
