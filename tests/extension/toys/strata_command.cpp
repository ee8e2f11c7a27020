// flash strata: how many networks each stratum of a space has.
#include "command_options.hpp"
#include "flash/job/job.hpp"
#include "output.hpp"

namespace flash {
namespace {

int perform_strata(const Arguments& arguments) {
  Json sizes = Json::array();
  const Space space(read_job(arguments.job).space);
  for (const Stratum& stratum : space.strata()) sizes.push_back(id_json(stratum.size));
  print(sizes);
  return 0;
}

}  // namespace

Command strata_command() {
  return {"strata", "The size of each stratum", "flash strata job.toml", job_argument, perform_strata};
}

}  // namespace flash
