// flash compress: networks pruned and quantised into files.
#include <string>

#include "command_options.hpp"
#include "farm_command.hpp"
#include "flash/core/error.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

int perform_compress(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    const Stage& stage = stage_named(compress_name);
    if (!stage.asked(job))
      throw Error(ExitCode::usage,
                  job.path.string() +
                      ": nothing to compress: name a network with --network, or in compress.networks");
    if (job.accuracies.known())
      throw Error(ExitCode::usage,
                  job.path.string() + ": with train.table nothing is trained, nor compressed");
    for (const Stage* each : {&stage_named(break_even_name), &stage})
      if (!run.perform(*each)) return stopped(run);
    return report(arguments, run, stage);
  });
}

}  // namespace

Command compress_command() {
  return {"compress", "Train, prune and quantise networks into files that are as small as they claim",
          "flash compress job.toml -o runs/a --network lenet5 --ratio 85 --bits 3",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, true);
            farm_options(sub, arguments);
            compression_options(sub, arguments);
            device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");
          },
          perform_compress};
}

}  // namespace flash
