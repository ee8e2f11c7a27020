#include "flash/stage/confirmation.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

struct TrainingRow {
  NetworkId id;
  ConfirmTraining training;
};

std::vector<TrainingRow> training_rows(const TableSource& source) {
  std::vector<TrainingRow> rows;
  for (const ConfirmedNetwork& network : source.confirmed)
    for (const ConfirmTraining& training : network.trainings) rows.push_back({network.network.id, training});
  return rows;
}

auto of_confirmed(double TrainingResult::*figure) {
  return [=](const TrainingRow& r) { return r.training.good ? r.training.result.*figure : absent; };
}

}  // namespace

ArchiveTable confirmed_trainings_table() {
  TableOf<TrainingRow> table("confirmed/trainings", "Their trainings, one row a network and seed.",
                             training_rows);
  table.only_with_rows();
  network_column(table, [](const TrainingRow& r) { return r.id; });
  table.column("training", "1", "from 0", [](const TrainingRow& r) { return r.training.k; })
      .column(
          "seed", "1", "seed of the training",
          [](const TrainingRow& r, const TableSource& s) { return confirm_seed(s.job, r.id, r.training.k); })
      .column("state", "", "missing where the run has not come to it",
              [](const TrainingRow& r) {
                return r.training.outcome == nullptr ? "missing" : r.training.good ? "done" : "failed";
              })
      .choices({"done", "failed", "missing"})
      .column("accuracy", "1", "accuracy on the validation images, or, without any, the test images",
              of_confirmed(&TrainingResult::accuracy))
      .column("test_accuracy", "1", "accuracy on the test images",
              of_confirmed(&TrainingResult::test_accuracy))
      .column("train_loss", "1", "mean cross entropy of the last epoch",
              of_confirmed(&TrainingResult::train_loss))
      .column("seconds", "s", "wall clock of the training", of_confirmed(&TrainingResult::seconds))
      .column("error", "", "why it failed; empty where it did not",
              [](const TrainingRow& r) {
                if (r.training.outcome == nullptr || r.training.good) return std::string();
                return r.training.outcome->ok ? r.training.result.failure : r.training.outcome->error;
              })
      .column("accuracy_ideal", "1",
              "where accuracies are those on the chip: the network's in single precision",
              of_confirmed(&TrainingResult::ideal_accuracy))
      .optional()
      .column("test_accuracy_ideal", "1", "likewise, on the test images",
              of_confirmed(&TrainingResult::ideal_test_accuracy))
      .optional();
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = column.optional ? "2.4" : "2.1";
  return made;
}

}  // namespace flash
