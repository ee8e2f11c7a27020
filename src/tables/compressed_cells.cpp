#include "flash/stage/joint.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

std::vector<JointOutcome> rows_of_compressed_cells(const TableSource& source) {
  return joint_outcomes(source.results);
}

template <class Member>
auto of_joint_result(Member member) {
  return [=](const JointOutcome& r) { return r.made.result.*member; };
}

auto of_cost(Metric metric) {
  return [=](const JointOutcome& r, const TableSource& s) { return r.cost(s.job)[metric]; };
}

}  // namespace

ArchiveTable compressed_cells_table() {
  TableOf<JointOutcome> table(
      "compressed/cells",
      "Networks whose cells were compressed each in its way: samples of a search over compression, and its best.",
      rows_of_compressed_cells);
  table.only_with_rows();
  table
      .column("stage", "", "compress_samples, or compress_confirm: the best",
              [](const JointOutcome& r) { return r.stage; })
      .column("round", "1", "of compress_confirm, from 0", [](const JointOutcome& r) { return r.round; })
      .column(
          "holds", "1",
          "1 where accuracy, by the images that judge, bytes and the modelled costs are what the job asks for",
          [](const JointOutcome& r, const TableSource& s) { return r.holds(s.job) ? 1 : 0; })
      .column("network", "", "the network in words", [](const JointOutcome& r) { return r.made.network; })
      .column("cells", "", "an option for each cell", [](const JointOutcome& r) { return r.cells; })
      .column("accuracy_predicted", "1", "by the models; NaN of a sample",
              [](const JointOutcome& r) { return r.accuracy; })
      .column("accuracy_dense", "1", "accuracy before, on the images that judge",
              of_joint_result(&CompressionResult::accuracy_dense))
      .column("accuracy", "1", "accuracy of the file's network on the images that judge",
              of_joint_result(&CompressionResult::accuracy))
      .column("test_accuracy_dense", "1", "accuracy before, on the test images",
              of_joint_result(&CompressionResult::test_accuracy_dense))
      .column("test_accuracy", "1", "accuracy of the file's network on the test images",
              of_joint_result(&CompressionResult::test_accuracy))
      .column("file_bytes_predicted", "B", "by the models; NaN of a sample",
              [](const JointOutcome& r) { return r.file_bytes; })
      .column("file_bytes", "B", "size of the file",
              [](const JointOutcome& r) { return static_cast<std::int64_t>(r.made.result.file_bytes); })
      .column("latency_predicted", "ms", "by the models; NaN of a sample",
              [](const JointOutcome& r) { return r.latency; })
      .column("energy_predicted", "mJ", "by the models; NaN of a sample",
              [](const JointOutcome& r) { return r.energy; })
      .column("latency_ms", "ms", "of the file, by the target's model; NaN where it has none or it failed",
              of_cost(Metric::latency))
      .column("energy_mj", "mJ", "likewise", of_cost(Metric::energy))
      .column("file", "", "the file, within the run directory; empty where it failed",
              [](const JointOutcome& r) {
                return r.made.files.empty() ? std::string() : "networks/" + r.made.files.front();
              })
      .column("error", "", "why it failed; empty where it did not",
              of_joint_result(&CompressionResult::failure));
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.3";
  return made;
}

}  // namespace flash
