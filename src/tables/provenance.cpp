// What an archive says of its own making: the attributes of its root.
#include <cstdlib>
#include <type_traits>

#include "flash/core/clock.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/version.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

using Source = ArchiveSource;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

std::string hosts(const Source& source) {
  std::string hosts;
  for (const std::string& host : source.hosts) hosts += (hosts.empty() ? "" : ",") + host;
  return hosts;
}

std::vector<double> starts(const Source& source) {
  std::vector<double> times;
  for (const Event& event : source.results.events())
    if (event.kind == "start") times.push_back(event.time);
  return times;
}

std::string run_id(const Source& source) {
  const std::vector<double> times = starts(source);
  const std::string first_start = times.empty() ? "" : utc_text(times.front());
  return sha256_hex(sha256_hex(source.job.text) + first_start + hosts(source)).substr(0, 16);
}

std::int64_t restarts(const Source& source) {
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(starts(source).size()) - 1);
}

template <typename Value>
ArchiveAttribute attribute(const char* name, const char* meaning, Value value) {
  using Stored = std::invoke_result_t<Value, const Source&>;
  constexpr bool text = !std::is_same_v<Stored, std::int64_t>;
  return {name, text ? "str" : "i64", meaning, [value](const Source& s) -> Attribute {
            if constexpr (text)
              return std::string(value(s));
            else
              return value(s);
          }};
}

}  // namespace

const std::vector<ArchiveAttribute>& archive_attributes() {
  static const std::vector<ArchiveAttribute> all{
      attribute("software", "flash", [](const Source&) { return "flash"; }),
      attribute("version", "of the software", [](const Source&) { return software_version; }),
      attribute("git_hash", "of the software's source", [](const Source&) { return git_hash; }),
      attribute("dependencies", "libraries and their versions", [](const Source&) { return dependencies; }),
      attribute("compiler", "name and version", [](const Source&) { return compiler; }),
      attribute("hosts", "hosts of the ranks, separated by commas", hosts),
      attribute("ranks", "MPI ranks", [](const Source& s) { return std::int64_t{s.ranks}; }),
      attribute("date", "when the archive was written, UTC, 2026-01-31T12:34:56Z",
                [](const Source&) { return utc_text(unix_time()); }),
      attribute("command_line", "of the last start", [](const Source& s) { return s.command_line; }),
      attribute("job", "the job file of the last start, whole", [](const Source& s) { return s.job.text; }),
      attribute("job_sha256", "SHA-256 of job, hexadecimal",
                [](const Source& s) { return sha256_hex(s.job.text); }),
      attribute("job_name", "name of the job", [](const Source& s) { return s.job.name; }),
      attribute("space", "definition of the space, JSON",
                [](const Source& s) { return to_json(s.job.space).dump(); }),
      attribute("space_size", "number of configurations, decimal (it may exceed 63 bits)",
                [](const Source& s) { return id_text(s.space.count()); }),
      attribute("seed", "of the job; a seed of 2^63 or more wraps to a negative number",
                [](const Source& s) { return static_cast<std::int64_t>(s.job.seed); }),
      attribute("run_id", "names this run among runs of the same job", run_id),
      attribute("restarts", "starts of the run less one", restarts),
      attribute("slurm_job_id", "empty outside Slurm",
                [](const Source&) { return environment("SLURM_JOB_ID"); }),
      attribute(
          "references", "the literature",
          [](const Source&) {
            return "G. Li, S. K. Mandal, U. Y. Ogras, R. Marculescu, FLASH: Fast Neural Architecture Search "
                   "with Hardware Optimization, ACM TECS 20(5s), 2021, arXiv 2108.00568";
          }),
      attribute(
          "models",
          "what sweeps and searches evaluated with, whether fitted here or taken from a file: the text of "
          "models.json, whose known accuracies are the table of that name; empty until there is all that it takes",
          [](const Source& s) {
            if (!s.models) return std::string();
            Models models = *s.models;
            models.known_accuracies.reset();
            return to_json(models).dump();
          })};
  return all;
}

}  // namespace flash
