// flash: all commands of the batch engine. `flash COMMAND --help` has an example for each.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <functional>
#include <map>

#include "commands.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/version.hpp"
#include "flash/log/log.hpp"

namespace {

using flash::Arguments;

// Adds one command and what all commands share.
CLI::App* command(CLI::App& app, Arguments& arguments, const char* name, const char* description,
                  const char* example) {
  CLI::App* sub = app.add_subcommand(name, description);
  sub->footer(std::string("Example: ") + example);
  sub->add_flag("--json", arguments.json, "Print one JSON document instead of text");
  sub->add_flag("-v,--verbose", arguments.verbose, "Log more");
  return sub;
}

void job_argument(CLI::App* sub, Arguments& arguments) {
  sub->add_option("JOB", arguments.job, "Job file (TOML); `flash options --sample` prints a documented one")
      ->required();
}

void output_option(CLI::App* sub, Arguments& arguments, bool required) {
  CLI::Option* option =
      sub->add_option("-o,--output", arguments.output, "Run directory; the same command resumes it");
  if (required) option->required();
}

void farm_options(CLI::App* sub, Arguments& arguments) {
  sub->add_option("--deadline", arguments.deadline_s, "Stop by then with exit code 75, resumable [seconds]")
      ->check(CLI::PositiveNumber);
  sub->add_option("--max-tasks", arguments.max_tasks,
                  "Stop once so many tasks have finished in this start, with exit code 75, resumable")
      ->check(CLI::PositiveNumber);
  sub->add_flag("--retry-failed", arguments.retry_failed,
                "Try tasks again that failed for good in an earlier start");
  sub->add_flag(
      "--again", arguments.again,
      "Go on in a run directory of another job, where nothing of its results holds: all is made anew");
}

int run(int argc, char** argv) {
  Arguments arguments;
  arguments.argc = &argc;
  arguments.argv = &argv;
  for (int i = 0; i < argc; ++i) {
    if (i > 0) arguments.command_line += ' ';
    arguments.command_line += argv[i];
  }

  CLI::App app("flash: hardware-aware neural architecture search as a batch job");
  app.set_version_flag("--version",
                       std::string("flash ") + flash::software_version + " (" + flash::git_hash + ")");
  app.require_subcommand(1);
  std::map<const CLI::App*, std::function<int(const Arguments&)>> commands;

  CLI::App* sub =
      command(app, arguments, "run", "All stages of a job: train, calibrate, fit, sweep, compare, report",
              "mpirun -n 4 flash run jobs/quickstart.toml -o runs/quickstart");
  commands[sub] = flash::run_command;
  job_argument(sub, arguments), output_option(sub, arguments, true), farm_options(sub, arguments);
  sub->add_option("--device", arguments.device,
                  "Train and measure on this device instead of the job's: cpu, cuda, cuda:1");

  sub = command(app, arguments, "check",
                "What a job would do, what it would cost, what is missing; runs nothing",
                "flash check jobs/quickstart.toml");
  commands[sub] = flash::check_command;
  job_argument(sub, arguments);

  sub = command(app, arguments, "train", "Train the sampled networks",
                "mpirun -n 4 flash train job.toml -o runs/a");
  commands[sub] = flash::train_command;
  job_argument(sub, arguments), output_option(sub, arguments, true), farm_options(sub, arguments);
  sub->add_option("--device", arguments.device, "Train on this device instead of the job's");

  sub = command(app, arguments, "calibrate", "Measure networks on the hardware target",
                "flash calibrate job.toml -o runs/a");
  commands[sub] = flash::calibrate_command;
  job_argument(sub, arguments), output_option(sub, arguments, false), farm_options(sub, arguments);
  sub->add_option("--emit", arguments.emit,
                  "Measure nothing here: write the networks to measure on a device into this folder");
  sub->add_flag("--list-only", arguments.list_only,
                "With --emit: the list alone, without the networks' files");
  sub->add_option("--device", arguments.device, "Measure on this device instead of the job's");

  sub = command(app, arguments, "fit", "Fit accuracy predictor and hardware models to what a run holds",
                "flash fit job.toml -o runs/a");
  commands[sub] = flash::fit_command;
  job_argument(sub, arguments), output_option(sub, arguments, true);

  sub = command(app, arguments, "sweep", "Evaluate every configuration of the space",
                "mpirun -n 4 flash sweep job.toml -o runs/a");
  commands[sub] = flash::sweep_command;
  job_argument(sub, arguments), output_option(sub, arguments, false), farm_options(sub, arguments);
  sub->add_option("--threads", arguments.threads,
                  "Threads of each rank; default: the cores that it may use, shared with the ranks beside it")
      ->check(CLI::Range(1U, 4096U));
  sub->add_flag("--histograms", arguments.histograms,
                "Also exact histograms of every quantity over the whole space, as sweep.histograms of a job");
  sub->add_flag("--pareto", arguments.pareto,
                "Also the exact Pareto fronts of the whole space, as sweep.pareto of a job");
  CLI::Option* shard = sub->add_option(
      "--shard", arguments.shard,
      "Sweep part I of N alone (1/16 to 16/16), in a run directory of its own and without MPI; see merge");
  sub->add_option("--models", arguments.models,
                  "With --shard: fitted models instead of the job's models.file")
      ->needs(shard);

  sub = command(app, arguments, "merge", "Put the shards of a sweep together into one run",
                "flash merge runs/a.shards/* -o runs/a");
  commands[sub] = flash::merge_command;
  sub->add_option("DIR", arguments.shards, "Run directories of all shards")->required();
  output_option(sub, arguments, true);

  sub = command(app, arguments, "compare",
                "Run every search method under every constraint set and compare them",
                "mpirun -n 4 flash compare job.toml -o runs/a");
  commands[sub] = flash::compare_command;
  job_argument(sub, arguments), output_option(sub, arguments, false), farm_options(sub, arguments);

  sub = command(app, arguments, "search", "Search the space with one method",
                "flash search job.toml -o runs/a --method shgo-hierarchical --seed 1");
  commands[sub] = flash::search_command;
  job_argument(sub, arguments), output_option(sub, arguments, false);
  sub->add_option("--method", arguments.method, "Search method")->capture_default_str();
  sub->add_option("--seed", arguments.seed, "Seed of the method")->capture_default_str();
  sub->add_option("--evaluations", arguments.evaluations, "Evaluations at most; default: the job's");
  sub->add_flag("--training-free", arguments.training_free,
                "Let NN-Degree stand for accuracy; needs no trained network");

  sub = command(app, arguments, "exact", "Find the optimum by branch and bound, with a proof",
                "flash exact job.toml -o runs/a");
  commands[sub] = flash::exact_command;
  job_argument(sub, arguments), output_option(sub, arguments, false);
  sub->add_option("--top", arguments.top, "Find the K best")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  sub->add_flag("--pareto", arguments.pareto,
                "Also find the fronts of accuracy against the target's metrics");
  sub->add_flag("--training-free", arguments.training_free,
                "Let NN-Degree stand for accuracy; needs no trained network");

  sub = command(app, arguments, "space", "Size, strata and variables of a job's space",
                "flash space jobs/flash63b.toml --json");
  commands[sub] = flash::space_command;
  job_argument(sub, arguments);

  sub = command(app, arguments, "describe", "One configuration: NN-Degree, NN-Mass, parameters, MACs",
                "flash describe jobs/flash63b.toml --id 63102615224");
  commands[sub] = flash::describe_command;
  job_argument(sub, arguments);
  sub->add_option("--id", arguments.id, "Id of the configuration")->required();

  sub = command(app, arguments, "simulate",
                "One configuration on the imc chip, layer by layer and part by part",
                "flash simulate jobs/flash63b.toml --id 17 --design data/targets/imc-32nm.toml");
  commands[sub] = flash::simulate_command;
  job_argument(sub, arguments);
  sub->add_option("--id", arguments.id, "Id of the configuration")->required();
  sub->add_option("--design", arguments.design, "The chip (TOML) instead of the job's");

  sub =
      command(app, arguments, "options", "All options of a job file", "flash options --sample > my-job.toml");
  commands[sub] = flash::options_command;
  sub->add_flag("--sample", arguments.sample, "Print a documented job file with every option at its default");
  sub->add_flag("--imc", arguments.imc,
                "The constants of the imc target, with their sources; with --sample its file");

  sub = command(app, arguments, "status", "How far a run is", "flash status runs/a");
  commands[sub] = flash::status_command;
  sub->add_option("RUN", arguments.run, "Run directory")->required();
  sub->add_flag("--watch", arguments.watch, "Again every 2 s until the run has ended or stopped");

  sub = command(app, arguments, "report", "The tables of a run again", "flash report runs/a");
  commands[sub] = flash::report_command;
  sub->add_option("RUN", arguments.run, "Run directory or archive")->required();

  sub = command(app, arguments, "repair", "Save what is whole of a damaged journal", "flash repair runs/a");
  commands[sub] = flash::repair_command;
  sub->add_option("RUN", arguments.run, "Run directory")->required();

  sub = command(app, arguments, "export", "Train one network and write it as TorchScript and ONNX files",
                "flash export runs/quickstart --id 17 -o networks");
  commands[sub] = flash::export_command;
  sub->add_option("RUN", arguments.run, "Run directory or job file")->required();
  sub->add_option("--id", arguments.id, "Id of the network's configuration")->required();
  sub->add_option("-o,--output", arguments.output, "Folder of the files; default: RUN/export");
  sub->add_flag("--untrained", arguments.untrained,
                "Random weights, no training and no data set: to measure latency elsewhere");
  sub->add_option("--device", arguments.device, "Train on this device instead of the job's");

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(flash::ExitCode::usage);
  }
  flash::init_logging(0, flash::host_name(), arguments.verbose);
  return commands.at(app.get_subcommands().front())(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  // A file size limit is to be an error of write, like a full disk, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  try {
    return run(argc, argv);
  } catch (const flash::Error& error) {
    std::fprintf(stderr, "flash: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "flash: internal error: %s\n", error.what());
    return static_cast<int>(flash::ExitCode::internal);
  }
}
