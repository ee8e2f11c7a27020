// Job files.
#include "flash/core/json.hpp"
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = files_of("jobs", ".toml");
  all.push_back(options().sample());
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    flash::parse_job(flash::fuzz::text(data, size), "job.toml");
  } catch (const flash::Error& error) {
    flash::fuzz::require(error.code() == flash::ExitCode::bad_job, "an exit code other than a bad job's");
    flash::fuzz::require(std::string_view(error.what()).starts_with("job.toml:"), "no word of the file");
    static_cast<void>(flash::Json(error.what()).dump());  // throws unless it is whole UTF-8
  }
  return 0;
}
