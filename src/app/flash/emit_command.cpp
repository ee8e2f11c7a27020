// flash calibrate --emit: the networks to measure on a device, as a list to fill in and as files to run
// there.
#include <filesystem>
#include <string>

#include "commands.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/findings/plan.hpp"
#include "flash/import/measured_table.hpp"
#include "flash/job/job.hpp"
#include "flash/log/log.hpp"
#include "flash/process/child.hpp"
#include "flash/run/network_export.hpp"
#include "flash/worker/worker.hpp"
#include "job_argument.hpp"
#include "output.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

std::string csv_line(const std::vector<std::string>& cells) {
  std::string line;
  for (const std::string& cell : cells) line.append(line.empty() ? "" : ",").append(cell);
  return line + "\n";
}

// For target "table" of the job itself.
ListToMeasure list_of_job(const Job& job) {
  ListToMeasure form{"# Networks of job " + job.name +
                         " to be measured. Fill in what your device has, delete the columns that it has not, "
                         "and\n# give the file to a job: [hardware] target = \"table\", file = \"...\". Rows "
                         "without a figure are left out.\n",
                     {}};
  for (const Metric metric : fitted_metrics()) form.columns.emplace_back(key(metric));
  return form;
}

std::string list_text(const Space& space, const std::vector<NetworkId>& ids, const ListToMeasure& form) {
  std::vector<std::string> head{"id"};
  for (const ListedValue& value : listed_values(space, space.point(0))) head.push_back(value.column);
  head.insert(head.end(), form.columns.begin(), form.columns.end());
  std::string text = form.comment + csv_line(head);
  for (const NetworkId id : ids) {
    std::vector<std::string> row{id_text(id)};
    for (const ListedValue& value : listed_values(space, space.point(id))) row.push_back(value.value);
    row.resize(head.size());
    text += csv_line(row);
  }
  return text;
}

}  // namespace

void write_list(const fs::path& path, const std::string& text) {
  if (!fs::exists(path)) return write_file_atomically(path, text);
  if (read_file(path) != text)
    throw Error(ExitCode::usage, path.string() +
                                     " is there already and holds something else; it is left as it is: name "
                                     "another one");
}

int emit_networks(const Arguments& arguments) {
  Job job = job_argument_of(arguments).job;
  resolve_known_images(job);
  return emit_networks(arguments, job, networks_to_list(job, Space(job.space)).ids);
}

Json emitted_networks(const Arguments& arguments, const Job& job, const std::vector<NetworkId>& ids,
                      const ListToMeasure& form) {
  const Space space(job.space);
  std::error_code error;
  fs::create_directories(arguments.emit, error);
  if (error)
    throw Error(ExitCode::io, "cannot make the folder " + arguments.emit.string() + ": " + error.message());
  const fs::path list = arguments.emit / "networks.csv";
  write_list(list, list_text(space, ids, form));
  Json networks = Json::array(), files = Json::array();
  for (const NetworkId id : ids) networks.push_back(id_json(id));
  if (!arguments.list_only) {
    log_info("writing the files of {} networks, not trained: their speed is that of trained ones",
             ids.size());
    Child trainer({trainer_program()});
    for (const NetworkId id : ids) {
      const Json exported = export_network(trainer, job, {id, arguments.emit, /*train=*/false});
      for (const Json& file : exported.at("files")) files.push_back(file.at("name"));
    }
  }
  return {{"list", list.string()}, {"networks", networks}, {"files", files}};
}

std::string emitted_text(const Json& emitted, const Arguments& arguments) {
  std::string text = std::to_string(emitted.at("networks").size()) +
                     " networks to measure: " + emitted.at("list").get<std::string>() + "\n";
  if (!emitted.at("files").empty())
    text += "their files are beside it; on the device: python3 analysis/measure.py " +
            arguments.emit.string() + " -o measured.csv\n";
  return text;
}

int emit_networks(const Arguments& arguments, const Job& job, const std::vector<NetworkId>& ids) {
  const Json json = emitted_networks(arguments, job, ids, list_of_job(job));
  if (arguments.json)
    print(json);
  else
    print(emitted_text(json, arguments));
  return 0;
}

}  // namespace flash
