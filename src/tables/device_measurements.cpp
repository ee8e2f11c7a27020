#include "network_columns.hpp"

namespace flash {
namespace {

struct MeasurementRow {
  NetworkId id;
  Metric metric;
  bool holdout;
  double measured;
  Prediction predicted;
};

// Of the target's own table of devices, and of stage devices.
std::vector<MeasurementRow> measurement_rows(const TableSource& source) {
  std::vector<MeasurementRow> rows;
  const auto add = [&](NetworkId id, Metric metric, bool holdout, double measured) {
    if (std::isnan(measured)) return;
    const auto& fit = source.hardware[metric];
    rows.push_back({id, metric, holdout, measured,
                    fit ? predict(fit->model, source.space, source.space.point(id))
                        : Prediction{absent, absent, false}});
  };
  for (const Metric metric : fitted_metrics()) {
    if (!is_on_device(metric)) continue;
    std::size_t fitted = 0;  // as fit_hardware counts them
    for (const MeasuredSample& sample : source.measured) {
      if (!sample.good || !sample.point || std::isnan(sample.result.metrics[metric])) continue;
      const bool holdout = sample.holdout || fitted++ >= most_on_device;
      add(sample.id, metric, holdout, sample.result.metrics[metric]);
    }
    for (const auto& [id, outcome] : source.results.stage(devices_name))
      if (const auto value = outcome.output.find(std::string(key(metric)));
          outcome.ok && value != outcome.output.end())
        add(id, metric, false, number_or_nan(*value));
  }
  return rows;
}

}  // namespace

ArchiveTable device_measurements_table() {
  TableOf<MeasurementRow> table(
      "devices/measured",
      "What was measured on devices, and a chip's interval, a row each network and device; in the unit of the metric.",
      measurement_rows);
  table.only_with_rows();
  network_column(table, [](const MeasurementRow& r) { return r.id; });
  table.column("metric", "", "latency@pixel3", [](const MeasurementRow& r) { return name(r.metric); })
      .column("device", "", "on what; empty: the target, of its interval",
              [](const MeasurementRow& r) { return device_of(r.metric); })
      .column("role", "", "what it is for",
              [](const MeasurementRow& r) { return r.holdout ? "holdout" : "fit"; })
      .choices({"fit", "holdout"})
      .column("measured", "*", "in the unit of the metric",
              [](const MeasurementRow& r) { return r.measured; })
      .column("predicted", "*", "by the fitted model",
              [](const MeasurementRow& r) { return r.predicted.value; })
      .column("band", "*", "half width of its 95 % prediction band",
              [](const MeasurementRow& r) { return r.predicted.band; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.2";
  return made;
}

}  // namespace flash
