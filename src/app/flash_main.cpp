// flash: all commands of the batch engine. `flash COMMAND --help` has an example for each.
#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>
#include <map>

#include "commands.hpp"
#include "flash/config/section_builder.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/version.hpp"
#include "flash/job/options.hpp"
#include "flash/log/log.hpp"
#include "number_options.hpp"
#include "program.hpp"

namespace {

using flash::Arguments;
using flash::real_option;
using flash::whole_option;

// What all commands take, before the command's name as well as behind it.
void common_flags(CLI::App& app, Arguments& arguments) {
  app.add_flag("--json", arguments.json, "Print one JSON document instead of text");
  app.add_flag("-v,--verbose", arguments.verbose, "Log more");
}

CLI::App* command(CLI::App& app, Arguments& arguments, const char* name, const char* description,
                  const char* example) {
  CLI::App* sub = app.add_subcommand(name, description);
  sub->footer(std::string("Example: ") + example);
  common_flags(*sub, arguments);
  return sub;
}

// An option that must not be empty, as a script's unset variable leaves it.
template <class T>
CLI::Option* text_option(CLI::App* sub, const char* name, T& value, const char* description) {
  return sub->add_option(name, value, description)->check([](const std::string& text) {
    return text.empty() ? std::string("is empty") : std::string();
  });
}

// `keys`: what of the job it sets.
void device_option(CLI::App* sub, Arguments& arguments, std::vector<std::string> keys,
                   const char* description) {
  sub->add_option("--device", arguments.device, description)
      ->check([](const std::string& text) {
        return flash::is_device(text)
                   ? std::string()
                   : "'" + text + "' is no device; write " + std::string(flash::device_rule);
      })
      ->each([&arguments, keys = std::move(keys)](const std::string&) { arguments.device_keys = keys; });
}

void job_argument(CLI::App* sub, Arguments& arguments) {
  text_option(sub, "JOB", arguments.job, "Job file (TOML); `flash options --sample` prints a documented one")
      ->required();
}

void output_option(CLI::App* sub, Arguments& arguments, bool required) {
  CLI::Option* option =
      text_option(sub, "-o,--output", arguments.output, "Run directory; the same command resumes it");
  if (required) option->required();
}

void farm_options(CLI::App* sub, Arguments& arguments) {
  real_option(sub, "--deadline", arguments.deadline_s,
              "From then on begin no task, and give those in hand 15 s; exit code 75, resumable [seconds]",
              {.open_min = true});
  whole_option(sub, "--max-tasks", arguments.max_tasks,
               "Stop once at least so many tasks have finished in this start, with exit code 75, resumable",
               {.min = 1});
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

  CLI::App app("flash: hardware-aware neural architecture search as a batch job", "flash");
  app.set_version_flag("--version",
                       std::string("flash ") + flash::software_version + " (" + flash::git_hash + ")");
  app.require_subcommand(1);
  common_flags(app, arguments);
  std::map<const CLI::App*, std::function<int(const Arguments&)>> commands;

  CLI::App* sub =
      command(app, arguments, "run", "All stages of a job: train, calibrate, fit, sweep, compare, report",
              "mpirun -n 4 flash run jobs/quickstart.toml -o runs/quickstart");
  commands[sub] = flash::run_command;
  job_argument(sub, arguments), output_option(sub, arguments, true), farm_options(sub, arguments);
  device_option(sub, arguments, {"train.device", "hardware.device"},
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
  device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");

  sub = command(app, arguments, "calibrate", "Measure networks on the hardware target",
                "flash calibrate job.toml -o runs/a");
  commands[sub] = flash::calibrate_command;
  job_argument(sub, arguments), output_option(sub, arguments, false), farm_options(sub, arguments);
  CLI::Option* emit =
      text_option(sub, "--emit", arguments.emit,
                  "Measure nothing here: write the networks to measure on a device into this folder");
  sub->add_flag("--list-only", arguments.list_only,
                "With --emit: the list alone, without the networks' files")
      ->needs(emit);
  device_option(sub, arguments, {"hardware.device"}, "Measure on this device instead of the job's");

  sub = command(app, arguments, "fit", "Fit accuracy predictor and hardware models to what a run holds",
                "flash fit job.toml -o runs/a");
  commands[sub] = flash::fit_command;
  job_argument(sub, arguments), output_option(sub, arguments, true);

  sub = command(app, arguments, "sweep", "Evaluate every configuration of the space",
                "mpirun -n 4 flash sweep job.toml -o runs/a");
  commands[sub] = flash::sweep_command;
  job_argument(sub, arguments), output_option(sub, arguments, false), farm_options(sub, arguments);
  whole_option(sub, "--threads", arguments.threads,
               "Threads of each rank; default: the cores that it may use, shared with the ranks beside it",
               {.min = 1, .max = 4096});
  sub->add_flag("--histograms", arguments.histograms,
                "Also exact histograms of every quantity over the whole space, as sweep.histograms of a job");
  sub->add_flag("--pareto", arguments.pareto,
                "Also the exact Pareto fronts of the whole space, as sweep.pareto of a job");
  CLI::Option* shard = text_option(
      sub, "--shard", arguments.shard,
      "Sweep part I of N alone (1/16 to 16/16), in a run directory of its own and without MPI; see merge");
  text_option(sub, "--models", arguments.models,
              "With --shard: fitted models instead of the job's models.file")
      ->needs(shard);

  sub = command(app, arguments, "merge", "Put the shards of a sweep together into one run",
                "flash merge runs/a.shards/* -o runs/a");
  commands[sub] = flash::merge_command;
  text_option(sub, "DIR", arguments.shards, "Run directories of all shards")->required();
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
  whole_option(sub, "--seed", arguments.seed, "Seed of the method; default: 0");
  whole_option(sub, "--evaluations", arguments.evaluations, "Evaluations at most; default: the job's",
               {.min = 1, .max = 1'000'000'000});
  sub->add_flag("--training-free", arguments.training_free,
                "Let NN-Degree stand for accuracy; needs no trained network");

  sub = command(app, arguments, "exact", "Find the optimum by branch and bound, with a proof",
                "flash exact job.toml -o runs/a");
  commands[sub] = flash::exact_command;
  job_argument(sub, arguments), output_option(sub, arguments, false);
  whole_option(sub, "--top", arguments.top, "Find the K best; default: 1", {.min = 1, .max = 100'000});
  sub->add_flag("--pareto", arguments.pareto,
                "Also find the fronts of accuracy against the target's metrics");
  sub->add_flag("--training-free", arguments.training_free,
                "Let NN-Degree stand for accuracy; needs no trained network");

  sub = command(app, arguments, "space", "Size, strata and variables of a job's space",
                "flash space jobs/flash63b.toml --json");
  commands[sub] = flash::space_command;
  job_argument(sub, arguments);

  sub = command(app, arguments, "describe", "One configuration: NN-Degree, NN-Mass, parameters, MACs",
                "flash describe jobs/flash63b.toml --network \"wm=2 depth=9 tc=3,0,12\"");
  commands[sub] = flash::describe_command;
  job_argument(sub, arguments);
  CLI::Option* id = whole_option(sub, "--id", arguments.id, "Id of the configuration");
  CLI::Option* network =
      text_option(sub, "--network", arguments.network, "In place of --id: \"wm=2 depth=9 tc=3,0,12\"");
  id->excludes(network);
  sub->parse_complete_callback([id, network] {
    if (id->count() + network->count() == 0) throw CLI::RequiredError("--id or --network");
  });

  sub = command(app, arguments, "simulate",
                "One configuration on the imc chip, layer by layer and part by part",
                "flash simulate jobs/flash63b.toml --id 17 --design data/targets/imc-32nm.toml");
  commands[sub] = flash::simulate_command;
  job_argument(sub, arguments);
  whole_option(sub, "--id", arguments.id, "Id of the configuration")->required();
  text_option(sub, "--design", arguments.design, "The chip (TOML) instead of the job's");

  sub =
      command(app, arguments, "options", "All options of a job file", "flash options --sample > my-job.toml");
  commands[sub] = flash::options_command;
  sub->add_flag("--sample", arguments.sample, "Print a documented job file with every option at its default");
  sub->add_flag("--imc", arguments.imc,
                "The constants of the imc target, with their sources; with --sample its file");
  sub->add_flag("--archive", arguments.archive, "The tables of an archive instead, column by column")
      ->excludes("--sample", "--imc");

  sub = command(app, arguments, "status", "How far a run is", "flash status runs/a");
  commands[sub] = flash::status_command;
  text_option(sub, "RUN", arguments.run, "Run directory")->required();
  sub->add_flag("--watch", arguments.watch, "Again every 2 s until the run has ended or stopped");

  sub = command(app, arguments, "report", "The tables of a run again", "flash report runs/a");
  commands[sub] = flash::report_command;
  text_option(sub, "RUN", arguments.run, "Run directory or archive")->required();

  sub = command(app, arguments, "repair", "Save what is whole of a damaged journal", "flash repair runs/a");
  commands[sub] = flash::repair_command;
  text_option(sub, "RUN", arguments.run, "Run directory")->required();

  sub = command(app, arguments, "export", "Train one network and write it as TorchScript and ONNX files",
                "flash export runs/quickstart --id 17 -o networks");
  commands[sub] = flash::export_command;
  text_option(sub, "RUN", arguments.run, "Run directory or job file")->required();
  whole_option(sub, "--id", arguments.id, "Id of the network's configuration")->required();
  text_option(sub, "-o,--output", arguments.output, "Folder of the files; default: RUN/export");
  sub->add_flag("--untrained", arguments.untrained,
                "Random weights, no training and no data set: to measure latency elsewhere");
  device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");

  if (const auto code = flash::parse_command_line(app, argc, argv)) return *code;
  flash::init_logging(0, flash::host_name(), arguments.verbose);
  return commands.at(app.get_subcommands().front())(arguments);
}

}  // namespace

int main(int argc, char** argv) {
  // A file size limit is to be an error of write, like a full disk, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  return flash::run_program("flash", [&] { return run(argc, argv); });
}
