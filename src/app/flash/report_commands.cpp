// flash status, report, repair: what a run directory holds.
#include <unistd.h>

#include <chrono>
#include <thread>

#include "command_options.hpp"
#include "commands.hpp"
#include "flash/archive/archive.hpp"
#include "flash/archive/journal.hpp"
#include "flash/archive/run_lock.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/findings/results.hpp"
#include "flash/process/trial.hpp"
#include "flash/report/report.hpp"
#include "flash/run/status.hpp"
#include "flash/stage/stage.hpp"
#include "output.hpp"

namespace flash {
namespace {

constexpr std::chrono::seconds between_looks{2};
constexpr double noted_age_s = 30;    // of a status.json, which is written every 2 s while tasks run
constexpr unsigned patience_s = 300;  // to read an archive: the largest take seconds

void require_run(const std::filesystem::path& run) {
  if (!std::filesystem::exists(run))
    throw Error(ExitCode::missing_input, run.string() + ": no such run directory");
  if (!std::filesystem::exists(run / "journal")) {
    throw Error(ExitCode::missing_input, run.string() + ": holds no journal: not a run directory");
  }
}

// Everything that is known of the run: its last status.json, and its journal.
Json status_of(const std::filesystem::path& run) {
  const JournalContents contents = read_journal(run / "journal");
  Results results;
  for (const Record& record : contents.records) results.replay(record);
  Json json = Json::object();
  try {
    json = to_json(status_from_json(Json::parse(read_file(run / "status.json"))));
  } catch (const std::exception&) {
    Status unknown;  // killed before its first status: the journal still tells
    unknown.state = "unknown";
    json = to_json(unknown);
  }
  if (!json["stages"].is_object()) {
    json["stages"] = Json::object();
    for (const Stage* stage : stages()) {
      const std::string name(stage->name());
      std::size_t failed = 0;
      for (const auto& [id, outcome] : results.stage(name)) failed += outcome.ok ? 0 : 1;
      json["stages"][name] = {{"done", results.stage(name).size() - failed}, {"failed", failed}};
    }
  }
  std::size_t starts = 0;
  for (const Event& event : results.events()) starts += event.kind == "start" ? 1 : 0;
  const double time = json["time"];
  json["run"] = run.string();
  json["updated"] = time > 0 ? Json(utc_text(time)) : Json(nullptr);
  json["starts"] = starts;
  json["torn_bytes"] = contents.torn_bytes;
  return json;
}

std::string text_of(const Json& json) {
  std::string text = json["run"].get<std::string>() + ": " + json["state"].get<std::string>();
  const double age = unix_time() - json["time"].get<double>();
  if (json["state"] == "running" && age > noted_age_s)
    text += ", but not heard of since " + json["updated"].get<std::string>() +
            ": if it was killed, the same command goes on";
  text += "\n";
  for (const Stage* stage : stages()) {
    const Json counts = json["stages"].value(std::string(stage->name()), Json::object());
    const std::size_t done = counts.value("done", 0), failed = counts.value("failed", 0);
    if (done + failed == 0) continue;
    text += "  " + std::to_string(done) + " " + std::string(stage->words());
    text += failed > 0 ? "; " + std::to_string(failed) + " failed\n" : "\n";
  }
  if (json["state"] == "running") text += status_text(status_from_json(json));
  return text;
}

// Where nobody vouches for an archive: HDF5 1.10 crashes on some that were altered in bad faith and sealed
// again.
ArchiveContents read_foreign(const std::filesystem::path& path) {
  const std::string death = death_of_trial([&] { read_archive(path); }, patience_s);
  if (!death.empty())
    throw Error(ExitCode::bad_data, path.string() + ": the process that tried to read it " + death +
                                        "; HDF5 crashes on archives that were altered in bad faith");
  return read_archive(path);
}

int perform_status(const Arguments& arguments) {
  require_run(arguments.run);
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  for (;; std::this_thread::sleep_for(between_looks)) {
    const Json json = status_of(arguments.run);
    if (arguments.json) {
      print(json);
    } else {
      print((arguments.watch && terminal ? "\033[H\033[2J" : "") + text_of(json));
    }
    if (!arguments.watch || json["state"] != "running" || is_left_behind(arguments.run)) return 0;
  }
}

int perform_report(const Arguments& arguments) {
  const bool folder = std::filesystem::is_directory(arguments.run);
  const ArchiveContents contents = read_foreign(folder ? arguments.run / "archive.h5" : arguments.run);
  if (arguments.json) {
    print(report_json(contents));
  } else {
    print(report_text(contents, {.quartiles = arguments.quartiles}));
  }
  return 0;
}

int perform_repair(const Arguments& arguments) {
  require_run(arguments.run);
  const RunLock lock(arguments.run);  // never under a running job
  const RepairReport report = repair_journal(arguments.run / "journal");
  const Json json{
      {"records", report.records}, {"lost_bytes", report.lost_bytes}, {"original", report.original.string()}};
  if (arguments.json) {
    print(json);
  } else if (report.original.empty()) {
    print("the journal is whole: " + std::to_string(report.records) + " records, nothing to repair\n");
  } else {
    print("kept " + std::to_string(report.records) + " records, gave up " +
          std::to_string(report.lost_bytes) + " bytes; the damaged journal is " + report.original.string() +
          "\n");
  }
  return 0;
}

}  // namespace

Command status_command() {
  return {"status", "How far a run is", "flash status runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "RUN", arguments.run, "Run directory")->required();
            sub->add_flag("--watch", arguments.watch, "Again every 2 s until the run has ended or stopped");
          },
          perform_status};
}

Command report_command() {
  return {"report", "The tables of a run again", "flash report runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "RUN", arguments.run, "Run directory or archive")->required();
            sub->add_flag("--quartiles", arguments.quartiles,
                          "Of the comparison of methods quartiles too, beside the medians");
          },
          perform_report};
}

Command repair_command() {
  return {"repair", "Save what is whole of a damaged journal", "flash repair runs/a",
          [](CLI::App* sub, Arguments& arguments) {
            text_option(sub, "RUN", arguments.run, "Run directory")->required();
          },
          perform_repair};
}

}  // namespace flash
