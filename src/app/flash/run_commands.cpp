// flash run, train, calibrate, fit, compare.
#include <filesystem>
#include <optional>

#include "command_options.hpp"
#include "farm_command.hpp"
#include "flash/archive/archive.hpp"
#include "flash/archive/table_text.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/dataset/data_checks.hpp"
#include "flash/log/log.hpp"
#include "flash/run/cost_estimate.hpp"
#include "flash/run/status.hpp"
#include "flash/stage/compression.hpp"
#include "flash/stage/stage.hpp"

namespace flash {
namespace {

// Before tasks go out: a damaged image would fail every network.
void check_images(Run& run, const Job& job) {
  if (job.accuracies.known()) return;
  const DataSource& data = job.data;
  const std::vector<std::string> warnings = data_warnings(data);
  for (const std::string& warning : warnings) log_warning(warning);
  run.note_images(warnings);
  if (run.trains()) require_readable(data);
}

// A run that has nothing left to do is answered from its archive, without MPI, unless something has changed
// that its answer was made from, or what it wrote is not there any more: that is then made from its journal.
std::optional<ArchiveContents> finished(const Arguments& arguments) {
  if (arguments.retry_failed || arguments.again || !arguments.output) return std::nullopt;
  try {
    const Status status = status_from_json(Json::parse(read_file(*arguments.output / "status.json")));
    if (status.state != "finished") return std::nullopt;
    Job job = job_for(arguments);
    job.images = images_of(arguments, job, /*trains=*/true).digest;
    if (status.inputs != inputs_digest(job)) return std::nullopt;
    read_models(*arguments.output / "models.json");
    ArchiveContents archive = read_archive(*arguments.output / "archive.h5");
    for (const char* table : {"confirmed/files", "compressed", "compressed/cells"}) {
      const Table* files = archive.find(table);
      for (std::size_t row = 0; row < table_text::rows(files); ++row)
        if (!std::filesystem::exists(*arguments.output / table_text::text(*files, "file", row)))
          return std::nullopt;
    }
    return archive;
  } catch (const std::exception&) {
    return std::nullopt;  // whatever is wrong with it, the run itself will find and say
  }
}

bool this_is_rank_0() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    if (const char* rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

int perform_run(const Arguments& arguments) {
  if (const auto answer = finished(arguments)) return this_is_rank_0() ? report(arguments, *answer) : 0;
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    const CostEstimate estimate = estimate_cost(job, run.space());
    log_info("{}: {} configurations; {}", job.name, id_text(run.space().count()), estimate.text());
    for (const std::string& warning : estimate.warnings) log_warning(warning);
    check_images(run, job);
    require_stages(job, run.space());
    const std::string no_search = nothing_to_search(job, run.space());
    if (!no_search.empty()) log_info("{}: those of compress.networks are compressed, no more", no_search);
    for (const Stage* stage : stages()) {
      if (!performs(*stage, job, run.space())) continue;
      if (const std::string why = stage->left_out(job, run.space()); !why.empty()) {
        log_warning(why);
        continue;
      }
      if (!run.perform(*stage)) return stopped(run);
      if (stage->of_networks()) run.save();
      stage->conclude(run.findings());
    }
    if (!no_search.empty()) return report(arguments, run, stage_named(compress_name));
    for (const Stage* stage : stages())
      if (!fits_rest_on(*stage) && stage->asked(job) && !run.failures(*stage).empty())
        return report(arguments, run, *stage);
    return report(arguments, run.finish());
  });
}

int perform_train(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/true, [&](Run& run, const Job& job) {
    check_images(run, job);
    const Stage& stage = stage_named("train");
    if (!run.perform(stage)) return stopped(run);
    return report(arguments, run, stage);
  });
}

int perform_calibrate(const Arguments& arguments) {
  if (!arguments.emit.empty()) return emit_networks(arguments);
  if (!arguments.output)
    throw Error(ExitCode::usage, "name a run with -o RUN, or a folder for the list with --emit DIR");
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    const Stage& stage = stage_named("calibrate");
    if (!run.perform(stage_named(devices_name)) || !run.perform(stage) ||
        !run.perform(stage_named("remeasure")))
      return stopped(run);
    return report(arguments, run, stage);
  });
}

int perform_fit(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    run.require_made_anew();
    run.findings().models();  // says what is missing
    const ArchiveContents contents = run.write();
    log_info("fitted models: {}", (*arguments.output / "models.json").string());
    return report(arguments, contents);
  });
}

int perform_compare(const Arguments& arguments) {
  return with_farm(arguments, /*trains=*/false, [&](Run& run, const Job&) {
    const Stage& stage = stage_named("compare");
    if (!run.perform(stage)) return stopped(run);
    return report(arguments, run, stage);
  });
}

}  // namespace

Command run_command() {
  return {"run", "All stages of a job: train, calibrate, fit, sweep, compare, report",
          "mpirun -n 4 flash run jobs/quickstart.toml -o runs/quickstart",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, true);
            farm_options(sub, arguments);
            question_options(sub, arguments);
            device_option(sub, arguments, {"train.device", "hardware.device"},
                          "Train and measure on this device instead of the job's: cpu, cuda, cuda:1");
          },
          perform_run};
}

Command train_command() {
  return {"train", "Train the sampled networks", "mpirun -n 4 flash train job.toml -o runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, true);
            farm_options(sub, arguments);
            device_option(sub, arguments, {"train.device"}, "Train on this device instead of the job's");
          },
          perform_train};
}

Command calibrate_command() {
  return {"calibrate", "Measure networks on the hardware target", "flash calibrate job.toml -o runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, false);
            farm_options(sub, arguments);
            CLI::Option* emit = text_option(
                sub, "--emit", arguments.emit,
                "Measure nothing here: write the networks to measure on a device into this folder");
            sub->add_flag("--list-only", arguments.list_only,
                          "With --emit: the list alone, without the networks' files")
                ->needs(emit);
            device_option(sub, arguments, {"hardware.device"}, "Measure on this device instead of the job's");
          },
          perform_calibrate};
}

Command fit_command() {
  return {"fit", "Fit accuracy predictor and hardware models to what a run holds",
          "flash fit job.toml -o runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, true);
          },
          perform_fit};
}

Command compare_command() {
  return {"compare", "Run every search method under every constraint set and compare them",
          "mpirun -n 4 flash compare job.toml -o runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            job_argument(sub, arguments);
            output_option(sub, arguments, false);
            farm_options(sub, arguments);
            question_options(sub, arguments);
          },
          perform_compare};
}

}  // namespace flash
