// What a journal's records say: a line of input each, its first character the type. The outcomes of tasks go
// on to the readers that reports and archives use.
#include <sstream>

#include "flash/findings/job_record.hpp"
#include "flash/search/exhaustive.hpp"
#include "flash/search/histogram.hpp"
#include "flash/search/search.hpp"
#include "flash/task/host_measurement.hpp"
#include "flash/task/training.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

std::string line(const Record& record) { return std::to_string(record.type) + record.payload + '\n'; }

std::string outcome(const std::string& stage, const Json& output) {
  StageOutcome done;
  done.ok = true;
  done.output = output;
  return line(Results::encode(stage, 7, done));
}

void read(const Json& output) {
  accepts([&] { training_result_from_json(output); });
  accepts([&] { host_measurement_from_json(output); });
  accepts([&] { search_result_from_json(output); });
  accepts([&] { block_result_from_json(output); });
  accepts([&] { histogram_from_json(output); });
}

}  // namespace

std::vector<std::string> seeds() {
  TrainingResult training;
  training.curve = {{}, {}};
  StageOutcome failed;
  failed.error = "killed by signal 9";
  return {line(Results::encode({1.5, "start", "flash run job.toml"})) +
              line(Results::encode("sample", 3, failed)),
          outcome("sample", to_json(training)),
          outcome("hardware", to_json(HostMeasurement{})),
          outcome("search", to_json(SearchResult{})),
          outcome("sweep", to_json(BlockResult{})),
          line(Results::encode({1.5, "begin", "sample 01"})) + outcome("sample", to_json(training)) +
              line(Results::encode({2.5, "begin", "sample 02"})),
          line(Results::encode(
              to_event(JobRecord{"/a/job.toml", "[job]\nseed = 4\n", {{"train.device", "cpu"}}, "ab", {}})))};
}

}  // namespace flash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace flash;
  Results results;
  std::istringstream lines(fuzz::text(data, size));
  for (std::string one; std::getline(lines, one);) {
    if (one.empty()) continue;
    fuzz::accepts([&] { results.replay({static_cast<std::uint32_t>(one[0] - '0'), one.substr(1)}); });
  }
  for (const Event& event : results.events())
    if (event.kind == job_event)
      fuzz::accepts([&] { differences(job_record_from(event), job_record_from(event)); });
  const StageTask task{7, 1, "", "01"};
  results.select("sample", std::span(&task, 1), true);
  for (const char* stage : {"sample", "hardware", "search", "sweep"})
    for (const auto& [id, outcome] : results.stage(stage)) fuzz::read(outcome.output);
  return 0;
}
