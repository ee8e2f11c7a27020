// A run's results as the tables of an archive, and the schema of all archives.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/proxies.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"
#include "flash/stage/answer.hpp"
#include "flash/stage/comparison.hpp"
#include "flash/stage/confirmation.hpp"
#include "flash/stage/landscape.hpp"
#include "flash/tables/archive_table.hpp"

namespace flash {

// What of a run goes into an archive; parts that do not exist yet are absent.
struct ArchiveSource {
  const Job& job;
  const Space& space;
  const Results& results;
  std::vector<TrainedSample> trained{};
  std::vector<MeasuredSample> measured{};
  std::string refinement_ended{};  // why rounds of refinement ended; "" where there are none
  std::vector<PredictorFit> predictors{};
  HardwareFit hardware{};
  std::optional<AdaptedLatency> adapted{};  // what of it is adapted from proxies
  std::optional<Models> models{};
  std::vector<Constraints> sets{};  // empty without models
  std::vector<std::string> hosts{};
  int ranks = 1;
  std::string command_line{};
};
ArchiveContents archive_contents(const ArchiveSource& source);

// The same with what several tables are made from; the evaluations' parts are empty where the run has none.
struct TableSource : ArchiveSource {
  explicit TableSource(const ArchiveSource& source);
  std::vector<std::optional<BlockResult>> sweeps;  // of each constraint set, merged
  std::optional<Comparison> compared;
  Landscape all;
  std::vector<ModelAnswer> answers;
  std::vector<ConfirmedNetwork> confirmed;
};

// An attribute of the archive's root.
struct ArchiveAttribute {
  std::string name;
  std::string type;  // "str", "i64"
  std::string meaning;
  std::function<Attribute(const ArchiveSource&)> value;
};

const std::vector<ArchiveAttribute>& archive_attributes();  // but for format and format_version
const std::vector<ArchiveTable>& archive_tables();          // in the order in which an archive has them

// Both as `flash options --archive` prints them: the second half of analysis/FORMAT.md, and
// analysis/flash_analysis/schema.json.
std::string archive_schema_text();
Json archive_schema_json();

}  // namespace flash
