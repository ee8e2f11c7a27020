// flash compress: networks pruned and quantised into files.
#include <algorithm>
#include <string>
#include <utility>

#include "command_options.hpp"
#include "compress_accounting.hpp"
#include "compress_run.hpp"
#include "farm_command.hpp"
#include "flash/core/error.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"
#include "output.hpp"

namespace flash {
namespace {

void refuse_untrained(const std::string& what) { throw Error(ExitCode::usage, "--untrained: " + what); }

// Options that would change nothing of what is counted; a job may have them for its trainings.
void refuse_idle_options(const Arguments& arguments) {
  if (arguments.output) refuse_untrained("nothing is written; leave out -o");
  const std::string trains = "nothing is trained; leave out ",
                    shares = "all layers keep the same share, but for those of --layers; leave out ";
  for (const auto& [option, why] : {std::pair{"epochs", &trains},
                                    {"seeds", &trains},
                                    {"stages", &trains},
                                    {"target", &shares},
                                    {"macs-ratio", &shares}}) {
    std::string key = std::string("compress.") + option;
    std::ranges::replace(key, '-', '_');
    if (std::ranges::find(arguments.overrides, key, &Override::key) != arguments.overrides.end())
      refuse_untrained(*why + "--" + option);
  }
}

// No image is looked at, no run written.
int account(const Arguments& arguments) {
  refuse_idle_options(arguments);
  Job job = job_for(arguments);
  const CompressionSettings& how = job.compress.how;
  if (how.method == "smartdeal")
    refuse_untrained("counts weights on levels, and method smartdeal has none; take --method admm");
  if (how.groups != "none")
    refuse_untrained("counts single weights, and groups are " + how.groups + "; take --groups none");
  for (std::size_t k = 0; k < job.hardware.targets.size(); ++k)
    if (Target& target = job.hardware.targets[k]; target.has_model()) read_target_files(job, target);
  if (job.compress.networks.empty())
    throw Error(ExitCode::usage,
                job.path.string() + ": nothing to account for: name a network with --network");
  Json list = Json::array();
  for (const std::string& network : job.compress.networks) list.push_back(accounted(job, network));
  if (arguments.json) {
    print(list);
  } else {
    for (const Json& network : list) print(accounting_text(network));
  }
  return 0;
}

int perform_compress(const Arguments& arguments) {
  if (arguments.untrained) return account(arguments);
  if (!arguments.output)
    throw Error(ExitCode::usage, "name the run directory with -o RUN, or --untrained for counts alone");
  return run_compressions(arguments, "compress", [](const Job&) {});
}

}  // namespace

int run_compressions(const Arguments& arguments, const std::string& verb,
                     const std::function<void(const Job&)>& check) {
  const Stage& stage = stage_named(compress_name);
  const auto compress = [&](Run& run, const Job&) {
    for (const Stage* each : {&stage_named(break_even_name), &stage})
      if (!run.perform(*each)) return stopped(run);
    return report(arguments, run, stage);
  };
  return with_farm(arguments, /*trains=*/true, compress, [&](const Job& job) {
    if (!stage.asked(job))
      throw Error(ExitCode::usage, job.path.string() + ": nothing to " + verb +
                                       ": name a network with --network, or in compress.networks");
    if (job.accuracies.known())
      throw Error(ExitCode::usage,
                  job.path.string() + ": with train.table nothing is trained, nor compressed");
    check(job);
  });
}

Command compress_command() {
  return {
      "compress", "Train, prune and quantise networks into files that are as small as they claim",
      "flash compress job.toml -o runs/a --network lenet5 --ratio 85 --bits 3",
      [](CLI::App* sub, Arguments& arguments) {
        job_argument(sub, arguments);
        output_option(sub, arguments, false);
        farm_options(sub, arguments);
        compression_options(sub, arguments);
        sub->add_flag(
            "--untrained", arguments.untrained,
            "Train nothing: bytes, MACs and break-evens by counting, of networks too large to train here");
        device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");
      },
      perform_compress};
}

}  // namespace flash
