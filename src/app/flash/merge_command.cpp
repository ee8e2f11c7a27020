// flash merge: the shards of a sweep as one run.
#include "command_options.hpp"
#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/report/report.hpp"
#include "flash/run/run.hpp"
#include "flash/run/shards.hpp"
#include "output.hpp"

namespace flash {
namespace {

int perform_merge(const Arguments& arguments) {
  std::vector<ShardRun> shards;
  for (const std::filesystem::path& directory : arguments.shards) shards.push_back(read_shard(directory));
  require_all_shards(shards);
  Job job = job_of(shards.front().job);
  resolve_input(job, /*trains=*/false, shards.front().directory / "models.json");
  MergedSweep sweep = merge_shards(job, std::move(shards));
  override_option(job, "models.file", std::filesystem::absolute(sweep.models).string());

  Farm farm;
  RunOptions options;
  options.directory = arguments.output;
  options.command_line = arguments.command_line;
  Run run(job, farm, Executor(), options);  // no stage is performed
  run.take_over(std::move(sweep));
  const ArchiveContents contents = run.write();
  if (arguments.json) {
    print(report_json(contents));
  } else {
    print(report_text(contents));
  }
  return 0;
}

}  // namespace

Command merge_command() {
  return {"merge", "Put the shards of a sweep together into one run", "flash merge runs/a.shards/* -o runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "DIR", arguments.shards, "Run directories of all shards")->required();
            output_option(sub, arguments, true);
          },
          perform_merge};
}

}  // namespace flash
