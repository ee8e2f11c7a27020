#include "flash/stage/confirmation.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct FileRow {
  NetworkId id;
  std::string file;
  double accuracy;
  double test_accuracy;
};

std::vector<FileRow> file_rows(const TableSource& source) {
  std::vector<FileRow> rows;
  for (const auto& [id, outcome] : source.results.stage(std::string(confirm_keep_name))) {
    if (!outcome.ok) continue;
    const KeptNetwork kept = kept_network(id, outcome);
    for (const std::string& file : kept.files)
      rows.push_back({id, "networks/" + file, kept.accuracy, kept.test_accuracy});
  }
  return rows;
}

}  // namespace

ArchiveTable confirmed_files_table() {
  TableOf<FileRow> table("confirmed/files", "The files of confirmed networks whose weights are kept.",
                         file_rows);
  table.only_with_rows();
  network_column(table, [](const FileRow& r) { return r.id; });
  table.column("file", "", "the file, within the run directory", [](const FileRow& r) { return r.file; })
      .column("accuracy", "1", "accuracy of its network on the images that judge",
              [](const FileRow& r) { return r.accuracy; })
      .column("test_accuracy", "1", "accuracy of its network on the test images",
              [](const FileRow& r) { return r.test_accuracy; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.1";
  return made;
}

}  // namespace flash
