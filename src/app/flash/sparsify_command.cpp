// flash sparsify: networks pruned for what they send over a chip.
#include <algorithm>
#include <string>

#include "command_options.hpp"
#include "compress_run.hpp"
#include "farm_command.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

int perform_sparsify(const Arguments& arguments) {
  if (!arguments.output) throw Error(ExitCode::usage, "name the run directory with -o RUN");
  return run_compressions(arguments, "sparsify", [](const Job& job) {
    if (job.compress.how.sparsity == 0)
      throw Error(
          ExitCode::usage,
          job.path.string() +
              ": to which sparsity? Name one above 0 with --sparsity, such as 0.75, or in compress.sparsity");
  });
}

}  // namespace

Command sparsify_command() {
  return {"sparsify", "Train networks and prune them for what they send over a chip's wires",
          "flash sparsify job.toml -o runs/a --network best --method cannon --sparsity 0.75",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, false);
            farm_options(sub, arguments);
            sparsity_options(sub, arguments);
            device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");
          },
          perform_sparsify};
}

}  // namespace flash
