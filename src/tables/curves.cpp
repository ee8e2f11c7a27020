#include "network_columns.hpp"

namespace flash {
namespace {

struct CurvePoint {
  NetworkId id;
  EpochRecord epoch;
};

std::vector<CurvePoint> curve_points(const TableSource& source) {
  std::vector<CurvePoint> rows;
  for (const TrainedSample& sample : source.trained)
    for (const EpochRecord& epoch : sample.result.curve) rows.push_back({sample.id, epoch});
  return rows;
}

}  // namespace

ArchiveTable curves_table() {
  TableOf<CurvePoint> table("curves", "Their training, epoch by epoch.", curve_points);
  network_column(table, [](const CurvePoint& r) { return r.id; });
  table.column("epoch", "1", "from 1", [](const CurvePoint& r) { return r.epoch.epoch; })
      .column("train_loss", "1", "mean cross entropy of the epoch",
              [](const CurvePoint& r) { return r.epoch.train_loss; })
      .column("test_accuracy", "1",
              "accuracy on the test images after the epoch; NaN where others are held out for validation",
              [](const CurvePoint& r, const TableSource& source) {
                return source.job.data.validation_share > 0 ? absent : r.epoch.accuracy;
              })
      .column("accuracy", "1",
              "accuracy on the validation images after the epoch, or, without any, the test images",
              [](const CurvePoint& r) { return r.epoch.accuracy; })
      .since("2.1")
      .column("seconds", "s", "wall clock of the epoch", [](const CurvePoint& r) { return r.epoch.seconds; });
  return table.build();
}

}  // namespace flash
