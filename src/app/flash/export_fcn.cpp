#include "export_fcn.hpp"

#include <cstdio>
#include <fstream>
#include <optional>

#include "flash/core/error.hpp"
#include "flash/job/images.hpp"
#include "flash/job/job.hpp"
#include "flash/process/child.hpp"
#include "flash/run/network_export.hpp"
#include "flash/worker/worker.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

// Options of networks that are trained say nothing about one that has been.
void check_arguments(const Arguments& arguments) {
  const auto refuse = [](const char* option) {
    throw Error(ExitCode::usage,
                std::string(option) + " is for networks of a job: a compressed network is exported as it is");
  };
  if (arguments.id) refuse("--id");
  if (!arguments.network.empty()) refuse("--network");
  if (arguments.untrained) refuse("--untrained");
  if (!arguments.device.empty()) refuse("--device");
  if (!arguments.output) throw Error(ExitCode::usage, "name the folder for the network's files with -o DIR");
  if (!fs::exists(arguments.run))
    throw Error(ExitCode::missing_input, arguments.run.string() + ": no such compressed network");
}

// With images, if there is a job that names some.
std::optional<Job> job_with_images(const Arguments& arguments) {
  if (arguments.job.empty()) return std::nullopt;
  if (!fs::exists(arguments.job))
    throw Error(ExitCode::missing_input,
                arguments.job.string() + ": no such run directory, job file or archive");
  Job job = job_argument_of(arguments).job;
  resolve_images(job);
  job.images = look_at_images(job.data).digest;
  return job;
}

std::string percent(const Json& share) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f %%", 100 * share.get<double>());
  return text;
}

void print_fcn_export(const Json& exported, const fs::path& file) {
  print(file.string() + ": " + exported.at("parameters").dump() + " parameters, " +
        exported.at("kept").dump() + " of " + exported.at("weights").dump() + " weights are not 0\n");
  const fs::path folder = exported.at("folder").get<std::string>();
  for (const Json& each : exported.at("files"))
    print("  " + (folder / each.at("name").get<std::string>()).string() + ", " + each.at("bytes").dump() +
          " bytes\n");
  print("  " + (folder / exported.at("description").get<std::string>()).string() + "\n");
  if (!exported.contains("accuracy")) {
    print(std::string("8 bits need images to calibrate on: --job JOB names them\n"));
    return;
  }
  const Json& accuracy = exported.at("accuracy");
  print("accuracy on " + accuracy.at("test_images").dump() +
        " test images: " + percent(accuracy.at("before")) + ", in 8 bits " + percent(accuracy.at("after")) +
        " (calibrated on " + exported.at("calibration").at("training_images").dump() + " training images)\n");
}

}  // namespace

bool names_fcn(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return path.extension() == ".fcn" && !fs::exists(path, ignored);
  char head[4] = {};
  std::ifstream(path, std::ios::binary).read(head, sizeof head);
  return std::string_view(head, sizeof head) == "FCN1" || path.extension() == ".fcn";
}

int export_fcn(const Arguments& arguments) {
  check_arguments(arguments);
  const std::optional<Job> job = job_with_images(arguments);
  Child trainer({trainer_program()});
  const Json exported =
      export_fcn(trainer, {arguments.run, *arguments.output, job ? &*job : nullptr, arguments.calibration});
  if (arguments.json)
    print(exported);
  else
    print_fcn_export(exported, arguments.run);
  return 0;
}

}  // namespace flash
