// flash merge: the shards of a sweep as one run.
#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/report/report.hpp"
#include "flash/run/run.hpp"
#include "flash/run/shards.hpp"
#include "output.hpp"

namespace flash {

int merge_command(const Arguments& arguments) {
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

}  // namespace flash
