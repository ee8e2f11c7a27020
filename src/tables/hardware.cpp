#include "device_column.hpp"
#include "network_columns.hpp"

namespace flash {
namespace {

// How the target was set up.
Attributes target_settings(const TableSource& source) {
  Attributes settings;
  const Json attributes = source.job.hardware.setup().attributes();
  for (const auto& [key, value] : attributes.items())
    settings.emplace_back(
        key, value.is_string() ? Attribute(value.get<std::string>()) : Attribute(value.get<std::int64_t>()));
  return settings;
}

Prediction predicted_metric(Metric metric, const MeasuredSample& sample, const TableSource& source) {
  const auto& fit = source.hardware[metric];
  if (fit && fit->model.adapted && sample.point) return predict(fit->model, source.space, *sample.point);
  return fit ? predict(fit->model, source.job.hardware.setup().features(source.space), sample.features)
             : Prediction{absent, absent, false};
}

void metric_columns(TableOf<MeasuredSample>& table, Metric metric, const char* meaning) {
  const std::string column(key(metric));
  const std::string units(unit(metric));
  table
      .column(column, units, meaning,
              [=](const MeasuredSample& s) { return s.good ? s.result.metrics[metric] : absent; })
      .column(column + "_predicted", units, std::string(name(metric)) + " by the fitted model",
              [=](const MeasuredSample& s, const TableSource& source) {
                return predicted_metric(metric, s, source).value;
              })
      .column(column + "_band", units, "half width of its 95 % prediction band",
              [=](const MeasuredSample& s, const TableSource& source) {
                return predicted_metric(metric, s, source).band;
              });
}

// A figure of the host's own measuring; absent for other targets.
auto host_figure(double HostMeasurement::*figure) {
  return [=](const MeasuredSample& s) { return s.good && s.result.host ? *s.result.host.*figure : absent; };
}

Counts costs_of(const MeasuredSample& sample, const TableSource& source) {
  return sample.point ? source.space.counts(*sample.point) : Counts{-1, -1, -1, -1};
}

}  // namespace

ArchiveTable hardware_table() {
  TableOf<MeasuredSample> table(
      "hardware/TARGET",
      "Networks measured on a hardware target: `hardware/host` the machine itself (attributes `batch`, "
      "`threads` and `device` say how), `hardware/imc` the simulator (attribute `design`: its constants, "
      "JSON), `hardware/digital` a model of an accelerator (attribute `accelerator`: its constants, JSON), "
      "`hardware/table` elsewhere (attribute `file`: from which file they came). A network that such "
      "a file gives by its features alone has a digest of these as `id`, `wm` 0 and empty `network`, "
      "`depths` and `skips`. A metric that the target lacks is NaN.",
      [](const TableSource& source) { return source.measured; });
  table.attributes(target_settings);
  network_columns(table, "calibrate");
  device_column(table, [](const MeasuredSample& s) -> const MeasuredSample& { return s; });
  metric_columns(table, Metric::latency, "latency of a forward pass, median over the repeats");
  metric_columns(table, Metric::energy, "energy of a forward pass");
  metric_columns(table, Metric::area, "chip area");
  table
      .column("latency_ms_iqr", "ms", "interquartile range over the repeats",
              host_figure(&HostMeasurement::latency_ms_iqr))
      .column(
          "latency_ms_first", "ms",
          "of a network that was far from what the others let expect the first measurement's; else absent. "
          "The smaller one counts",
          [](const MeasuredSample& s) { return s.latency_first; })
      .since("2.1")
      .column("latency_ms_again", "ms", "and the second's",
              [](const MeasuredSample& s) { return s.latency_again; })
      .since("2.1")
      .column("peak_memory_mib", "MiB", "resident memory of the measuring process at its highest",
              host_figure(&HostMeasurement::peak_memory_mib))
      .column("repeats", "1", "timed passes",
              [](const MeasuredSample& s) { return s.good && s.result.host ? s.result.host->repeats : 0; })
      .column("outliers", "1", "of them far out (Tukey), and left out",
              [](const MeasuredSample& s) { return s.good && s.result.host ? s.result.host->outliers : 0; })
      .column(
          "parameters", "1", "trained values of the network; -1 where only its features are known",
          [](const MeasuredSample& s, const TableSource& source) { return costs_of(s, source).parameters; })
      .column("macs", "1", "multiply-accumulates for one image; -1 where only its features are known",
              [](const MeasuredSample& s, const TableSource& source) { return costs_of(s, source).macs; });
  return table.build();
}

}  // namespace flash
