#include "flash/findings/file_models.hpp"

#include "flash/core/error.hpp"
#include "flash/findings/run_models.hpp"

namespace flash {
namespace {

// Keeps the settings that differ, "batch (1, the job's is 32)".
class Differences {
 public:
  void compare(const std::string& what, const Json& theirs, const Json& ours) {
    if (theirs.is_null() || ours.is_null() || theirs == ours) return;
    add(what + " (" + theirs.dump() + ", the job's is " + ours.dump() + ")");
  }
  // Of digests, which say nothing to people.
  void compare_content(const std::string& what, const Json& theirs, const Json& ours) {
    if (!theirs.is_null() && !ours.is_null() && theirs != ours) add(what + " (another, or changed)");
  }
  const std::string& text() const { return text_; }

 private:
  void add(const std::string& line) { text_ += (text_.empty() ? "" : ", ") + line; }
  std::string text_;
};

std::string setup_differences(const Models& models, const Job& job) {
  const Json hardware = member_or_null(models.provenance, "hardware");
  const HardwareSettings& ours = job.hardware;
  const auto& latency = models.metrics[Metric::latency];
  if (latency && latency->adapted &&
      std::ranges::find(targets(), models.target, &Target::name) == targets().end())
    return "";  // a device of a table, which no job can set up
  Differences differences;
  if (!models.target.empty()) differences.compare("hardware.target", models.target, ours.target);
  if (!ours.machine.empty())
    differences.compare("hardware.machine", member_or_null(hardware, "machine"), ours.machine);
  if (models.target != ours.target) return differences.text();
  const Json fitted_from = member_or_null(models.provenance, "fitted_from");
  for (const SettingPair& pair : ours.setup().compared(hardware, fitted_from)) {
    if (pair.digests)
      differences.compare_content(pair.what, pair.theirs, pair.ours);
    else
      differences.compare(pair.what, pair.theirs, pair.ours);
  }
  return differences.text();
}

}  // namespace

std::vector<std::string> doubts(const Models& models, const Job& job) {
  std::vector<std::string> all;
  if (const std::string setup = setup_differences(models, job); !setup.empty())
    all.push_back(models.file.string() + ": its hardware models are not of the job's setup; they differ in " +
                  setup + ": measure, or set these as they were");
  if (models.accuracy && !models.additive && models.reading != job.reading)
    all.push_back(models.file.string() + ": its accuracy predictor reads NN-Degree as " + models.reading +
                  ", the job as " + job.reading + ": the file's reading holds; set predictor.reading");
  return all;
}

void set_doubts(Models& models, const Job& job) {
  if (!models.provenance.is_object()) models.provenance = Json::object();
  models.provenance.erase("doubts");
  if (const std::vector<std::string> all = doubts(models, job); !all.empty())
    models.provenance["doubts"] = all;
}

Models file_models(const Job& job) {
  Models models = read_models_of(job);
  set_doubts(models, job);
  return models;
}

std::vector<std::string> models_file_warnings(const Job& job) {
  if (job.models_file.empty()) return {};
  std::vector<std::string> all = doubts(read_models_of(job), job);
  try {
    run_models(job, {});
  } catch (const Error& error) {
    all.push_back(std::string(error.what()) + "; a run that trains and measures does without them");
  }
  return all;
}

}  // namespace flash
