#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct DeviceRow {
  Metric metric;
  const MetricFit* fit;
};

std::vector<DeviceRow> device_rows(const TableSource& source) {
  std::vector<DeviceRow> rows;
  for (const Metric metric : fitted_metrics())
    if (is_on_device(metric) && source.hardware[metric]) rows.push_back({metric, &*source.hardware[metric]});
  return rows;
}

}  // namespace

ArchiveTable devices_table() {
  TableOf<DeviceRow> table(
      "devices",
      "How well the models of metrics on devices, and of a chip's interval, hold, a row each; errors are relative to the "
      "measured value. The "
      "models' terms are in `hardware/TARGET/model`.",
      device_rows);
  table.only_with_rows()
      .column("metric", "", "what is modelled: latency@pixel3",
              [](const DeviceRow& r) { return name(r.metric); })
      .column("device", "", "on what; empty: the target, of its interval",
              [](const DeviceRow& r) { return device_of(r.metric); })
      .column("unit", "", "of the metric", [](const DeviceRow& r) { return unit(r.metric); });
  for (const auto& [part, quality] :
       {std::pair{"fit", &MetricFit::fit}, std::pair{"holdout", &MetricFit::holdout}}) {
    const auto add = [&, quality = quality](const char* figure, const char* meaning, auto value) {
      table.column(std::string(figure) + "_" + part, "1", meaning,
                   [=](const DeviceRow& r) { return value(r.fit->*quality); });
    };
    add("networks", "networks of which it is known",
        [](const FitQuality& q) { return std::int64_t(q.networks); });
    add("r2", "coefficient of determination", [](const FitQuality& q) { return q.r2; });
    add("mape", "mean absolute relative error", [](const FitQuality& q) { return q.mape; });
    add("mape_mean", "the same of the measurements' own mean",
        [](const FitQuality& q) { return q.mape_mean; });
    add("max_error", "largest relative error", [](const FitQuality& q) { return q.max_error; });
    add("spearman", "rank correlation of predicted and measured",
        [](const FitQuality& q) { return q.spearman; });
  }
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.2";
  return made;
}

}  // namespace flash
