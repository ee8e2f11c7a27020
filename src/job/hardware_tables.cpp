#include <array>

#include "network_columns.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

// What tables say of each metric; texts must outlive the table's making.
struct MetricTexts {
  Metric metric;
  const char* column;
  const char* unit;
  const char* long_name;
  const char* predicted;
  const char* predicted_name;
  const char* band;
  const char* band_name;
};
constexpr std::array<MetricTexts, 3> metric_texts{
    {{Metric::latency, "latency_ms", "ms", "latency of a forward pass, median over the repeats",
      "latency_ms_predicted", "latency by the fitted model", "latency_ms_band",
      "half width of its 95 % prediction band"},
     {Metric::energy, "energy_mj", "mJ", "energy of a forward pass", "energy_mj_predicted",
      "energy by the fitted model", "energy_mj_band", "half width of its 95 % prediction band"},
     {Metric::area, "area_mm2", "mm2", "chip area", "area_mm2_predicted", "area by the fitted model",
      "area_mm2_band", "half width of its 95 % prediction band"}}};

Table measured_table(const ArchiveSource& source) {
  using Sample = MeasuredSample;
  TableBuilder<Sample> table("hardware/" + source.job.hardware.target, source.measured);
  network_columns(table, source.job, source.space, "calibrate");
  const std::vector<std::string> names = source.job.hardware.setup().features(source.job.space);
  for (const MetricTexts& texts : metric_texts) {
    const auto& fit = source.hardware[texts.metric];
    const auto predicted = [&](const Sample& s) {
      return fit ? predict(fit->model, names, s.features) : Prediction{absent, absent, false};
    };
    table
        .column(texts.column, texts.unit, texts.long_name,
                [&](const Sample& s) { return s.good ? s.result.metrics[texts.metric] : absent; })
        .column(texts.predicted, texts.unit, texts.predicted_name,
                [&](const Sample& s) { return predicted(s).value; })
        .column(texts.band, texts.unit, texts.band_name, [&](const Sample& s) { return predicted(s).band; });
  }
  // A figure of the host's own measuring; absent for other targets.
  const auto host = [&](double HostMeasurement::*figure) {
    return [figure](const Sample& s) { return s.good && s.result.host ? *s.result.host.*figure : absent; };
  };
  const auto costs = [&](const Sample& s) {
    return s.point ? source.space.counts(*s.point) : Counts{-1, -1, -1, -1};
  };
  table
      .column("latency_ms_iqr", "ms", "interquartile range over the repeats",
              host(&HostMeasurement::latency_ms_iqr))
      .column("peak_memory_mib", "MiB", "resident memory of the measuring process at its highest",
              host(&HostMeasurement::peak_memory_mib))
      .column("repeats", "1", "timed passes",
              [](const Sample& s) { return s.good && s.result.host ? s.result.host->repeats : 0; })
      .column("outliers", "1", "passes that were far out and left out",
              [](const Sample& s) { return s.good && s.result.host ? s.result.host->outliers : 0; })
      .column("parameters", "1", "trained values of the network",
              [=](const Sample& s) { return costs(s).parameters; })
      .column("macs", "1", "multiply-accumulates an image", [=](const Sample& s) { return costs(s).macs; });
  for (const auto& [key, value] : source.job.hardware.setup().attributes().items()) {
    if (value.is_string())
      table.attribute(key, value.get<std::string>());
    else
      table.attribute(key, value.get<std::int64_t>());
  }
  return table.build();
}

struct ModelRow {
  const MetricTexts* texts;
  MetricModel::Term term;
};

Table model_table(const ArchiveSource& source) {
  std::vector<ModelRow> rows;
  for (const MetricTexts& texts : metric_texts) {
    const auto& fit = source.hardware[texts.metric];
    if (!fit) continue;
    rows.push_back({&texts, {"intercept", fit->model.intercept}});
    for (const MetricModel::Term& term : fit->model.terms) rows.push_back({&texts, term});
  }
  TableBuilder<ModelRow> table("hardware/" + source.job.hardware.target + "/model", rows);
  table
      .column("metric", "", "what is modelled",
              [](const ModelRow& r) { return std::string(name(r.texts->metric)); })
      .column("feature", "", "separable feature, or intercept",
              [](const ModelRow& r) { return r.term.feature; })
      .column("coefficient", "1", "of the metric's unit (ms, mJ, mm2), a unit of the feature",
              [](const ModelRow& r) { return r.term.coefficient; });
  for (const Metric metric : fitted_metrics) {
    const auto& fit = source.hardware[metric];
    if (!fit) continue;
    for (const auto& [part, q] : {std::pair{"fit", fit->fit}, std::pair{"holdout", fit->holdout}}) {
      const auto attribute = [&, part = part](const char* figure) {
        return std::string(name(metric)) + "_" + figure + "_" + part;
      };
      table.attribute(attribute("networks"), static_cast<std::int64_t>(q.networks))
          .attribute(attribute("r2"), q.r2)
          .attribute(attribute("mape"), q.mape)
          .attribute(attribute("mape_mean"), q.mape_mean)
          .attribute(attribute("max_error"), q.max_error)
          .attribute(attribute("spearman"), q.spearman);
    }
  }
  return table.build();
}

}  // namespace

void add_hardware_tables(const ArchiveSource& source, ArchiveContents& contents) {
  contents.tables.push_back(measured_table(source));
  const auto& fits = source.hardware;
  if (std::ranges::any_of(fits, [](const auto& fit) { return fit.has_value(); }))
    contents.tables.push_back(model_table(source));
  if (source.job.hardware.setup().reports_layers()) add_imc_tables(source, contents);
}

}  // namespace flash
