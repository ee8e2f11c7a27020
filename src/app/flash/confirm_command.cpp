// flash confirm: the models' choice trained and measured, beside what it was preferred to.
#include <filesystem>
#include <string>
#include <vector>

#include "command_options.hpp"
#include "farm_command.hpp"
#include "flash/archive/archive.hpp"
#include "flash/archive/table_text.hpp"
#include "flash/core/error.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

// What a table still lacks of the networks that the run's archive has as confirmed.
int emit_unmeasured(const Arguments& arguments) {
  const ArchiveContents archive = read_archive(*arguments.output / "archive.h5");
  const Table* confirmed = archive.find("confirmed");
  const auto id = [&](std::size_t row) -> NetworkId {
    if (table_text::has_numbers(*confirmed, "id")) return table_text::whole(*confirmed, "id", row);
    return id_from_json(table_text::text(*confirmed, "id", row));
  };
  std::vector<NetworkId> ids;
  for (std::size_t row = 0; row < table_text::rows(confirmed); ++row)
    if (table_text::text(*confirmed, "measured", row) == "missing") ids.push_back(id(row));
  if (ids.empty())
    throw Error(ExitCode::missing_input, (*arguments.output / "archive.h5").string() +
                                             ": no confirmed network is without a measurement");
  Job job = job_for(arguments);
  resolve_known_images(job);
  return emit_networks(arguments, job, ids);
}

int perform_confirm(const Arguments& arguments) {
  if (!arguments.emit.empty()) return emit_unmeasured(arguments);
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    const Stage& trainings = stage_named(confirm_name);
    if (!trainings.asked(job))
      throw Error(ExitCode::usage, job.path.string() +
                                       ": nothing to confirm: confirm.networks is 0, or the objective is "
                                       "training-free; set it, or name networks with --top or --networks");
    for (const Stage* stage : {&trainings, &stage_named(confirm_measure_name)})
      if (!run.perform(*stage)) return stopped(run);
    const Stage& keep = stage_named(confirm_keep_name);
    if (keep.asked(job)) run.save();  // whatever becomes of the files
    if (!run.perform(keep)) return stopped(run);
    keep.conclude(run.findings());
    const bool all_failed = !run.failures(keep).empty() && run.failures(trainings).empty();
    return report(arguments, run, all_failed ? keep : trainings);
  });
}

}  // namespace

Command confirm_command() {
  return {"confirm", "Train and measure what the models have chosen, beside what it was preferred to",
          "mpirun -n 4 flash confirm job.toml -o runs/a --top 10",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, true);
            farm_options(sub, arguments);
            question_options(sub, arguments);
            CLI::Option* top = whole_option(sub, "--top", arguments.confirm_top,
                                            "The K best by the models in place of the job's choice",
                                            {.min = 1, .max = 1'000});
            text_option(sub, "--networks", arguments.confirm_file,
                        "File with networks to confirm, one a line: ids, or networks in words")
                ->excludes(top);
            CLI::Option* emit = text_option(
                sub, "--emit", arguments.emit,
                "Confirm nothing: write those that a table target lacks into this folder, to measure "
                "them");
            sub->add_flag("--list-only", arguments.list_only,
                          "With --emit: the list alone, without the networks' files")
                ->needs(emit);
            device_option(sub, arguments, {"train.device", "hardware.device"},
                          "Train and measure on this device instead of the job's: cpu, cuda, cuda:1");
          },
          perform_confirm};
}

}  // namespace flash
