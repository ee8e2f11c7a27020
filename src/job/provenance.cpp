#include <cstdlib>

#include "flash/core/clock.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/version.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

Attributes provenance(const ArchiveSource& source) {
  std::string hosts;
  for (const std::string& host : source.hosts) hosts += (hosts.empty() ? "" : ",") + host;
  std::int64_t starts = 0;
  std::string first_start;
  for (const Event& event : source.results.events()) {
    if (event.kind == "start" && ++starts == 1) first_start = utc_text(event.time);
  }
  const std::string digest = sha256_hex(source.job.text);
  return {{"software", "flash"},
          {"version", software_version},
          {"git_hash", git_hash},
          {"dependencies", dependencies},
          {"compiler", compiler},
          {"hosts", hosts},
          {"ranks", std::int64_t{source.ranks}},
          {"date", utc_text(unix_time())},
          {"command_line", source.command_line},
          {"job", source.job.text},
          {"job_sha256", digest},
          {"job_name", source.job.name},
          {"space", to_json(source.job.space).dump()},
          {"space_size", std::to_string(source.space.size())},
          {"seed", static_cast<std::int64_t>(source.job.seed)},
          {"run_id", sha256_hex(digest + first_start + hosts).substr(0, 16)},
          {"restarts", std::max<std::int64_t>(0, starts - 1)},
          {"slurm_job_id", environment("SLURM_JOB_ID")},
          {"references",
           "G. Li, S. K. Mandal, U. Y. Ogras, R. Marculescu, FLASH: Fast Neural Architecture Search with "
           "Hardware "
           "Optimization, ACM TECS 20(5s), 2021, arXiv 2108.00568"},
          {"models", source.models ? to_json(*source.models).dump() : ""}};
}

}  // namespace flash
