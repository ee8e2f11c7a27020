// flash check: a dry run.
#include <filesystem>

#include "command_options.hpp"
#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/findings/file_models.hpp"
#include "flash/job/job.hpp"
#include "flash/run/cost_estimate.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"
#include "flash/worker/worker.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

// What keeps a run of the job from starting, in the order in which it would say so, and the exit code that it
// would say it with.
struct Missing {
  Json lines = Json::array();
  ExitCode code = ExitCode::ok;

  void add(ExitCode new_code, const std::string& line) {
    if (lines.empty()) code = new_code;
    lines.push_back(line);
  }
  template <class Step>
  void try_step(const Step& step) {
    try {
      step();
    } catch (const Error& error) {
      add(error.code(), error.what());
    }
  }
};

Missing missing_parts(Job& job, std::vector<std::string>& warnings) {
  Missing missing;
  missing.try_step([&] {
    resolve_input(job);
    for (std::string& note : require_compressible(job)) warnings.push_back(std::move(note));
  });
  missing.try_step([&] { require_measurable(job); });
  missing.try_step([&] {
    for (std::string& warning : models_file_warnings(job)) warnings.push_back(std::move(warning));
  });
  const std::filesystem::path trainer = trainer_program();
  if (!std::filesystem::exists(trainer))
    missing.add(ExitCode::missing_input, trainer.string() + ": the training program is not there");
  return missing;
}

std::string words_of(const std::string& stage) { return std::string(stage_named(stage).words()); }

int perform_check(const Arguments& arguments) {
  Job job = job_argument_of(arguments).job;
  std::vector<std::string> of_models;
  Missing missing = missing_parts(job, of_models);
  const Space space(job.space);
  missing.try_step([&] { require_stages(job, space); });
  const CostEstimate estimate = estimate_cost(job, space);
  Json stages = Json::object();
  for (const auto& [stage, count] : estimate.tasks) stages[stage] = count;
  Json warnings = job.notes;
  for (const std::string& warning : estimate.warnings) warnings.push_back(warning);
  for (const std::string& warning : of_models) warnings.push_back(warning);
  if (missing.lines.empty() && !job.accuracies.known()) {
    for (const std::string& warning : data_warnings(job.data)) warnings.push_back(warning);
  }
  const std::string accuracies = accuracy_words(job);
  Json json{{"job", job.name},
            {"space_size", id_json(space.count())},
            {"strata", space.strata().size()},
            {"tasks", stages},
            {"training_gmac", estimate.training_gmac},
            {"training_core_seconds", estimate.training_core_seconds},
            {"sweep_core_seconds", estimate.sweep_core_seconds},
            {"missing", missing.lines},
            {"warnings", warnings}};
  if (!accuracies.empty()) json["accuracies"] = accuracies;
  if (arguments.json) {
    print(json);
  } else {
    print("job       " + job.name + "\nspace     " + id_text(space.count()) + " configurations in " +
          std::to_string(space.strata().size()) + " strata\n");
    for (const auto& [stage, count] : estimate.tasks)
      if (count > 0) print("tasks     " + std::to_string(count) + " " + words_of(stage) + "\n");
    print("cost      " + estimate.text() + "\n");
    if (!accuracies.empty()) print("accuracy  " + accuracies + "\n");
    for (const Json& line : warnings) print("warning   " + line.get<std::string>() + "\n");
    for (const Json& line : missing.lines) print("missing   " + line.get<std::string>() + "\n");
  }
  return static_cast<int>(missing.code);
}

}  // namespace

Command check_command() {
  return {"check", "What a job would do, what it would cost, what is missing; runs nothing",
          "flash check jobs/quickstart.toml",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            question_options(sub, arguments);
          },
          perform_check};
}

}  // namespace flash
