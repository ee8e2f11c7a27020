#include "farm_command.hpp"

#include <memory>
#include <sstream>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/findings/file_models.hpp"
#include "flash/job/notes.hpp"
#include "flash/log/log.hpp"
#include "flash/report/report.hpp"
#include "flash/run/threads.hpp"
#include "flash/space/liveness.hpp"
#include "flash/stage/compression.hpp"
#include "flash/worker/worker.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {

namespace {

// Lines but for blank ones and comments.
Json listed_networks(const std::filesystem::path& file, const Space& space) {
  std::istringstream lines(read_file(file));
  Json networks = Json::array();
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    networks.push_back(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
    try {
      named_trainable(space, networks.back().get<std::string>());
    } catch (const Error& error) {
      throw Error(ExitCode::bad_data, file.string() + ":" + std::to_string(number) + ": " + error.what());
    }
  }
  if (networks.empty())
    throw Error(ExitCode::bad_data,
                file.string() + ": names no network; write one a line: an id, or wm=2 depth=9 ...");
  return networks;
}

// Of a run or an archive that stands for the job, where a command writes into none: what it has fitted.
void take_models_of(const std::filesystem::path& named, Job& job) {
  std::error_code ignored;
  const bool run = std::filesystem::is_directory(named, ignored);
  if (!run && std::filesystem::absolute(job.path) == std::filesystem::absolute(named)) return;  // a job file
  const std::filesystem::path models = run ? named / "models.json" : named.parent_path() / "models.json";
  if (!std::filesystem::exists(models, ignored))
    throw Error(ExitCode::missing_input,
                models.string() +
                    ": is not there: an archive's models are searched by `flash exact` and `flash "
                    "search`; this command takes them from a run, or goes on in one with -o RUN");
  job.models_file = std::filesystem::absolute(models);
  job.refine.rounds = 0;
}

int said_stopped(const Run& run) {
  log_warning("stopped ({}); the same command goes on where this one stopped", run.stop_reason());
  return static_cast<int>(ExitCode::stopped);
}

}  // namespace

Job job_for(const Arguments& arguments) {
  Job job = job_argument_of(arguments).job;
  if (!arguments.device.empty())
    for (const std::string& key : arguments.device_keys) override_option(job, key, arguments.device);
  if (!arguments.models.empty())
    override_option(job, "models.file", std::filesystem::absolute(arguments.models).string());
  if (arguments.confirm_top > 0) override_option(job, "confirm.top", arguments.confirm_top);
  if (!arguments.confirm_file.empty())
    override_option(job, "confirm.named", listed_networks(arguments.confirm_file, Space(job.space)));
  for (const Override& key : arguments.overrides) override_option(job, key.key, key.value);
  if (arguments.histograms) override_option(job, "sweep.histograms", true);
  if (arguments.pareto) override_option(job, "sweep.pareto", true);
  if (!job.overrides.empty()) job.notes = notes_on(job);
  return job;
}

KnownImages images_of(const Arguments& arguments, const Job& job, bool trains) {
  if (job.accuracies.known()) return {};  // no image is looked at
  KnownImages before;
  if (arguments.output) before = read_known_images(*arguments.output / "images.json");
  try {
    return look_at_images(job.data, before);
  } catch (const Error& error) {
    if (trains || error.code() != ExitCode::missing_input) throw;
    return {};
  }
}

int with_farm(const Arguments& arguments, bool trains, const std::function<int(Run&, const Job&)>& work,
              const std::function<void(const Job&)>& check) {
  Farm farm = arguments.shard.empty() ? Farm(arguments.argc, arguments.argv) : Farm();
  init_logging(farm.rank(), farm.host(), arguments.verbose);
  const unsigned threads = arguments.threads > 0 ? arguments.threads : threads_of(rank_placement());
  // Owned by all copies of `execute`: the farm has one for as long as it may run a task.
  const auto executor =
      std::make_shared<TaskWorker>(trainer_program(), threads, [&farm] { return farm.given_up(); });
  const auto execute = [executor](const Task& task) { return (*executor)(task); };
  if (farm.rank() != 0) {
    ignore_stop_signals();
    farm.serve(execute);
    return 0;
  }
  install_stop_signals();
  Job job = job_for(arguments);
  if (!arguments.output) take_models_of(arguments.job, job);
  resolve_input(job, trains, arguments.output ? *arguments.output / "models.json" : std::filesystem::path());
  require_measurable(job);
  if (check) check(job);
  if (trains)
    for (std::string& note : require_compressible(job)) job.notes.push_back(std::move(note));
  if (!job.models_file.empty()) {  // better said now than after hours of training
    for (const std::string& doubt : doubts(read_models_of(job), job)) log_warning(doubt);
  }
  for (const std::string& note : job.notes) log_warning(note);
  RunOptions options;
  if (arguments.output) options.images = images_of(arguments, job, trains);
  job.images = options.images.digest;
  options.directory = arguments.output;
  options.deadline_s = arguments.deadline_s;
  options.max_tasks = arguments.max_tasks;
  options.retry_failed = arguments.retry_failed;
  options.again = arguments.again;
  options.command_line = arguments.command_line;
  if (!arguments.shard.empty()) options.shard = parse_shard(arguments.shard);
  Run run(job, farm, execute, options);
  try {
    return work(run, job);
  } catch (const FitsStopped&) {
    return said_stopped(run);
  }
}

int stopped(Run& run) {
  run.write();
  return said_stopped(run);
}

int report(const Arguments& arguments, const ArchiveContents& contents) {
  if (arguments.json) {
    print(report_json(contents));
  } else {
    print(report_text(contents));
  }
  return 0;
}

// Of networks some may fail, not all; evaluations never should.
int report(const Arguments& arguments, Run& run, const Stage& stage) {
  report(arguments, run.write());
  const std::string failures = run.failures(stage);
  if (failures.empty()) return 0;
  log_error("{}; once that is mended, --retry-failed tries them again", failures);
  return static_cast<int>(stage.of_networks() ? ExitCode::bad_data : ExitCode::internal);
}

}  // namespace flash
