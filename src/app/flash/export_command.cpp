// flash export: one network as files that run without flash.
#include <filesystem>
#include <optional>

#include "commands.hpp"
#include "flash/archive/journal.hpp"
#include "flash/core/error.hpp"
#include "flash/core/log.hpp"
#include "flash/job/job.hpp"
#include "flash/job/network_export.hpp"
#include "flash/job/results.hpp"
#include "flash/job/task_executor.hpp"
#include "flash/process/child.hpp"
#include "flash/task/training.hpp"
#include "output.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

fs::path job_file(const Arguments& arguments) {
  if (!fs::is_directory(arguments.run)) {
    if (!fs::exists(arguments.run))
      throw Error(ExitCode::missing_input, arguments.run.string() + ": no such run directory or job file");
    return arguments.run;
  }
  for (const char* part : {"job.toml", "journal"}) {
    if (!fs::exists(arguments.run / part))
      throw Error(ExitCode::missing_input,
                  arguments.run.string() + ": holds no " + part + ": not a run directory");
  }
  return arguments.run / "job.toml";
}

fs::path output_folder(const Arguments& arguments) {
  if (arguments.output) return *arguments.output;
  if (!fs::is_directory(arguments.run))
    throw Error(ExitCode::usage, "name the folder for the network's files with -o DIR");
  return arguments.run / "export";
}

// A run's copy of its job keeps relative paths, which then no longer lead from the job file's own folder.
void resolve_images(const Arguments& arguments, Job& job) {
  try {
    resolve_input(job);
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input) throw;
    if (arguments.untrained) return;  // the preset's or source's usual images will do
    const bool run = fs::is_directory(arguments.run);
    throw Error(error.code(), error.what() + std::string(run ? "; where the job names it by a relative path, "
                                                               "give the job file instead of the run"
                                                             : ""));
  }
}

// What the run's training stage measured for the network, if it trained it.
std::optional<TrainingResult> known_sample(const Arguments& arguments) {
  if (!fs::is_directory(arguments.run)) return std::nullopt;
  Results results;
  for (const Record& record : read_journal(arguments.run / "journal").records) results.replay(record);
  const Results::Stage& trained = results.stage("train");
  const auto found = trained.find(arguments.id);
  if (found == trained.end() || !found->second.ok) return std::nullopt;
  return training_result_from_json(found->second.output);
}

void compare_with_run(const Arguments& arguments, const Json& exported) {
  const std::optional<TrainingResult> sample = known_sample(arguments);
  if (!sample || arguments.untrained) return;
  const auto accuracy = exported.at("accuracy").get<double>();
  if (accuracy == sample->accuracy) return;
  spdlog::warn(
      "the run's sample of network {} has accuracy {}, this one {}: another machine, device or LibTorch",
      arguments.id, sample->accuracy, accuracy);
}

void print_text(const Json& exported) {
  const fs::path folder = exported.at("folder").get<std::string>();
  print("network " + exported.at("id").dump() +
        (exported.at("trained").get<bool>() ? ": accuracy " + exported.at("accuracy").dump()
                                            : ": not trained") +
        ", " + exported.at("parameters").dump() + " parameters, " + exported.at("macs").dump() + " MACs\n");
  for (const Json& file : exported.at("files"))
    print("  " + (folder / file.at("name").get<std::string>()).string() + "\n");
  print("  " + (folder / ("network-" + exported.at("id").dump() + ".json")).string() + "\n");
  if (exported.at("kept").get<bool>())
    print(std::string("these were there already and are the same network: nothing was written\n"));
}

}  // namespace

int export_command(const Arguments& arguments) {
  Job job = read_job(job_file(arguments));
  NetworkExport wanted;
  wanted.id = arguments.id;
  wanted.train = !arguments.untrained;
  wanted.folder = output_folder(arguments);
  if (!arguments.device.empty()) job.training.device = arguments.device;
  resolve_images(arguments, job);
  Space(job.space).configuration(wanted.id);  // an id out of range is said before LibTorch is loaded
  if (wanted.train)
    spdlog::info("network {}: {} epochs, unless it is exported already", wanted.id, job.training.epochs);
  Child trainer({trainer_program()});
  const Json exported = export_network(trainer, job, wanted);
  compare_with_run(arguments, exported);
  if (arguments.json)
    print(exported);
  else
    print_text(exported);
  return 0;
}

}  // namespace flash
