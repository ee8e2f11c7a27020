// [compress]: compression as variables of the search.
#include "flash/hardware/file_bytes.hpp"
#include "flash/search/question.hpp"
#include "option_builder.hpp"

namespace flash {

void add_joint_options(std::vector<Option>& options) {
  const auto at = [](auto member) { return field(&Job::joint, member); };
  JobSection compress(options, "compress");
  Option& texts = compress.texts(
      "options", "texts such as \"dense\", \"bits 4\", \"keep 0.25 bits 4\", \"rows 0.5 bits 8\"",
      at(&JointSettings::texts),
      "What each cell may be kept as, \"dense\" the first of them: the best network is then sought together with an option for each cell, by models "
      "of samples that were truly compressed; an empty list: networks alone vary.");
  texts.store = [](Job& job, const Json& value) {
    job.joint.texts = value.get<std::vector<std::string>>();
    job.joint.options = job.joint.texts.empty() ? std::vector<CellOption>() : cell_options(job.joint.texts);
  };
  compress.integer("sample_networks", {2, 1'000}, at(&JointSettings::networks),
                   "Of compress.options: networks of the sample that are compressed for the models.");
  compress.integer("samples", {1, 100}, at(&JointSettings::samples),
                   "Of compress.options: compressions of each of them, with options drawn for each cell.");
  compress.integer("top", {0, 100}, at(&JointSettings::top),
                   "Of compress.options: the so many best that are truly compressed and confirmed.");
  compress.integer(
      "confirm_rounds", {1, 100}, at(&JointSettings::rounds),
      "Of compress.options: rounds of these, at most: what one has found is fitted to before the next.");
  Option& bytes =
      compress.number("file_bytes_max", above(0), at(&JointSettings::file_bytes_max),
                      "Of compress.options: ceiling on the bytes of the compressed network's file.");
  bytes.example = 20'000;
  bytes.unit = "B";
  Option& minimise = compress.text(
      "minimise", "metrics, several joined by commas", [](const Json&) { return true; },
      at(&JointSettings::minimise),
      "Of compress.options: what is minimised in place of the objective: file_bytes, energy "
      "...; \"\": the objective stands.");
  minimise.store = [](Job& job, const Json& value) {
    job.joint.minimise = value.get<std::string>();
    if (job.joint.minimise.empty()) return;
    file_bytes();  // from here on one of those that may be named
    Objective objective;
    set_minimised(objective, job.joint.minimise);
  };
}

}  // namespace flash
