// Job files.
#include "flash/job/job.hpp"
#include "flash/job/options.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = files_of("jobs", ".toml");
  all.push_back(sample_job());
  return all;
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  flash::fuzz::accepts([&] { flash::parse_job(flash::fuzz::text(data, size), "job.toml"); });
  return 0;
}
