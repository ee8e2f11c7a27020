#include "network_columns.hpp"

namespace flash {
namespace {

struct MeasurementRow {
  const MeasuredSample* sample;
  Metric metric;
  Prediction predicted;
};

std::vector<MeasurementRow> measurement_rows(const TableSource& source) {
  std::vector<Metric> metrics;
  for (const Metric metric : fitted_metrics())
    if (is_on_device(metric)) metrics.push_back(metric);
  std::vector<MeasurementRow> rows;
  if (metrics.empty()) return rows;
  const std::vector<std::string> names = source.job.hardware.setup().features(source.space);
  for (const MeasuredSample& sample : source.measured) {
    for (const Metric metric : metrics) {
      if (!sample.good || std::isnan(sample.result.metrics[metric])) continue;
      const auto& fit = source.hardware[metric];
      rows.push_back({&sample, metric,
                      fit ? predict(fit->model, names, sample.features) : Prediction{absent, absent, false}});
    }
  }
  return rows;
}

}  // namespace

ArchiveTable device_measurements_table() {
  TableOf<MeasurementRow> table(
      "devices/measured",
      "What was measured on devices, a row each network and device; in the unit of the metric.",
      measurement_rows);
  table.only_with_rows();
  network_column(table, [](const MeasurementRow& r) { return r.sample->id; });
  table.column("metric", "", "latency@pixel3", [](const MeasurementRow& r) { return name(r.metric); })
      .column("device", "", "on what", [](const MeasurementRow& r) { return device_of(r.metric); })
      .column("role", "", "what it is for",
              [](const MeasurementRow& r) { return r.sample->holdout ? "holdout" : "fit"; })
      .choices({"fit", "holdout"})
      .column("measured", "*", "in the unit of the metric",
              [](const MeasurementRow& r) { return r.sample->result.metrics[r.metric]; })
      .column("predicted", "*", "by the fitted model",
              [](const MeasurementRow& r) { return r.predicted.value; })
      .column("band", "*", "half width of its 95 % prediction band",
              [](const MeasurementRow& r) { return r.predicted.band; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.2";
  return made;
}

}  // namespace flash
