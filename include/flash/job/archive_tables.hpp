// A run's results as the tables of an archive; analysis/FORMAT.md is their written form.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flash/archive/table.hpp"
#include "flash/findings/fit.hpp"
#include "flash/findings/results.hpp"
#include "flash/job/job.hpp"
#include "flash/search/models.hpp"

namespace flash {

// What of a run goes into an archive; parts that do not exist yet are absent.
struct ArchiveSource {
  const Job& job;
  const Space& space;
  const Results& results;
  std::vector<TrainedSample> trained{};
  std::vector<MeasuredSample> measured{};
  std::vector<PredictorFit> predictors{};
  HardwareFit hardware{};
  std::optional<Models> models{};
  std::vector<Constraints> sets{};  // empty without models
  std::vector<std::string> hosts{};
  int ranks = 1;
  std::string command_line{};
};
ArchiveContents archive_contents(const ArchiveSource& source);

}  // namespace flash
