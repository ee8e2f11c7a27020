// flash export: one network as files that run without flash.
#include <filesystem>
#include <string>

#include "command_options.hpp"
#include "commands.hpp"
#include "export_fcn.hpp"
#include "flash/archive/journal.hpp"
#include "flash/core/error.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/job_record.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/images.hpp"
#include "flash/job/job.hpp"
#include "flash/log/log.hpp"
#include "flash/process/child.hpp"
#include "flash/run/network_export.hpp"
#include "flash/space/liveness.hpp"
#include "flash/space/network_text.hpp"
#include "flash/stage/plans.hpp"
#include "flash/task/training.hpp"
#include "flash/worker/worker.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

bool is_run(const Arguments& arguments) { return fs::is_directory(arguments.run); }

// What a run's journal holds; nothing where a job file was named.
Results results_of(const Arguments& arguments) {
  Results results;
  if (!is_run(arguments)) return results;
  for (const char* part : {"job.toml", "journal"}) {
    if (!fs::exists(arguments.run / part))
      throw Error(ExitCode::missing_input,
                  arguments.run.string() + ": holds no " + part + ": not a run directory");
  }
  for (const Record& record : read_journal(arguments.run / "journal").records) results.replay(record);
  return results;
}

Job job_for(const Arguments& arguments, const Results& results) {
  if (is_run(arguments)) return job_of(job_of_run(arguments.run, results));
  if (!fs::exists(arguments.run))
    throw Error(ExitCode::missing_input,
                arguments.run.string() + ": no such run directory, job file or archive");
  Arguments file = arguments;
  file.job = arguments.run;
  return job_argument_of(file).job;
}

fs::path output_folder(const Arguments& arguments) {
  if (arguments.output) return *arguments.output;
  if (!is_run(arguments)) throw Error(ExitCode::usage, "name the folder for the network's files with -o DIR");
  return arguments.run / "export";
}

void resolve_images_for(const Arguments& arguments, Job& job) {
  if (arguments.untrained) return resolve_known_images(job);
  try {
    resolve_images(job);
    if (job.accuracy_on == "chip") read_target_files(job, job.hardware.targets.named(job.hardware.target));
  } catch (const Error& error) {
    if (error.code() != ExitCode::missing_input || !is_run(arguments)) throw;
    throw Error(error.code(), error.what() + std::string("; or give the job file itself instead of its run"));
  }
}

// The run's training stage has the same figures, if it trained this network.
void compare_with_run(Results& results, const Job& job, const Json& exported) {
  if (job.accuracies.known()) return;  // that run has trained none
  const NetworkId id = id_from_json(exported.at("id"));
  const std::string stage = results.stage(train_name).contains(id) ? train_name : refine_name;
  if (!exported.at("trained").get<bool>() || !results.stage(stage).contains(id)) return;
  const Space space(job.space);
  results.select(stage, plan_train(job, space, {{id}, 1}).tasks);
  const auto sample = results.stage(stage).find(id);
  if (sample == results.stage(stage).end()) {
    log_warning(
        "the run's sample of network {} was trained on other images or with other settings than this one",
        network_name(space, id));
    return;
  }
  if (!sample->second.ok || training_result_from_json(sample->second.output).ended_early) return;
  const double there = training_result_from_json(sample->second.output).accuracy;
  const auto here = exported.at("accuracy").get<double>();
  if (here != there)
    log_warning(
        "the run's sample of network {} has accuracy {}, this one {}: another machine, device or LibTorch",
        network_name(space, id), there, here);
}

void print_export(const Json& exported, const std::string& network) {
  const fs::path folder = exported.at("folder").get<std::string>();
  print("network " + network +
        (exported.at("trained").get<bool>() ? ": accuracy " + exported.at("accuracy").dump()
                                            : ": not trained") +
        ", " + exported.at("parameters").dump() + " parameters, " + exported.at("macs").dump() + " MACs\n");
  for (const Json& file : exported.at("files"))
    print("  " + (folder / file.at("name").get<std::string>()).string() + "\n");
  print("  " + (folder / exported.at("description").get<std::string>()).string() + "\n");
  if (exported.at("kept").get<bool>())
    print(std::string("these were there already and are the same network: nothing was written\n"));
}

int perform_export(const Arguments& arguments) {
  if (names_fcn(arguments.run)) return export_fcn(arguments);
  if (!arguments.job.empty())
    throw Error(ExitCode::usage, "--job is for compressed networks (.fcn): a run or job file has its images");
  Results results = results_of(arguments);
  Job job = job_for(arguments, results);
  NetworkExport wanted;
  wanted.train = !arguments.untrained;
  wanted.folder = output_folder(arguments);
  if (!arguments.device.empty()) override_option(job, "train.device", arguments.device);
  resolve_images_for(arguments, job);
  if (wanted.train)
    job.images = look_at_images(job.data, read_known_images(arguments.run / "images.json")).digest;
  const Space space(job.space);
  wanted.id = chosen_network(arguments, space);  // what is none is said before LibTorch is loaded
  if (const std::string why = why_untrainable(space, space.point(wanted.id)); wanted.train && !why.empty())
    throw Error(ExitCode::usage, "network " + network_name(space, wanted.id) + " has " + why +
                                     "; --untrained exports it all the same");
  if (const std::string note = liveness_text(space, space.point(wanted.id)); !note.empty())
    log_warning("network {}: {}", network_name(space, wanted.id), note);
  if (wanted.train)
    log_info("network {}: {} epochs, unless it is exported already", network_name(space, wanted.id),
             job.training.epochs);
  Child trainer({trainer_program()});
  const Json exported = export_network(trainer, job, wanted);
  compare_with_run(results, job, exported);
  if (arguments.json)
    print(exported);
  else
    print_export(exported, network_name(space, wanted.id));
  return 0;
}

}  // namespace

Command export_command() {
  return {"export",
          "Train one network and write it as TorchScript and ONNX files; or a compressed one as ONNX",
          "flash export runs/quickstart --id 17 -o networks",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "RUN", arguments.run,
                        "Run directory, job file or archive; or a compressed network, FILE.fcn")
                ->required();
            network_options(sub, arguments, [](const Arguments& all) { return names_fcn(all.run); });
            text_option(sub, "-o,--output", arguments.output, "Folder of the files; default: RUN/export");
            sub->add_flag("--untrained", arguments.untrained,
                          "Random weights, no training and no data set: to measure latency elsewhere");
            text_option(sub, "--job", arguments.job,
                        "Of FILE.fcn: write it in 8 bits too, calibrated on this job's images");
            whole_option(sub, "--calibration", arguments.calibration,
                         "Of FILE.fcn: training images to calibrate on; default: 256", {.min = 1});
            device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");
          },
          perform_export};
}

}  // namespace flash
