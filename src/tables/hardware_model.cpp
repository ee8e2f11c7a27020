#include "device_column.hpp"

namespace flash {
namespace {

struct ModelRow {
  Metric metric;
  MetricModel::Term term;
};

std::vector<ModelRow> model_rows(const TableSource& source) {
  std::vector<ModelRow> rows;
  for (const Metric metric : fitted_metrics()) {
    const auto& fit = source.hardware[metric];
    if (!fit) continue;
    rows.push_back({metric, {"intercept", fit->model.intercept}});
    for (const MetricModel::Term& term : fit->model.terms) rows.push_back({metric, term});
  }
  return rows;
}

Attributes qualities(const TableSource& source) {
  Attributes attributes;
  for (const Metric metric : plain_fitted_metrics) {
    const auto& fit = source.hardware[metric];
    if (!fit) continue;
    for (const auto& [part, q] : {std::pair{"fit", fit->fit}, std::pair{"holdout", fit->holdout}}) {
      const auto add = [&, part = part](const char* figure, Attribute value) {
        attributes.emplace_back(std::string(name(metric)) + "_" + figure + "_" + part, std::move(value));
      };
      add("networks", static_cast<std::int64_t>(q.networks));
      add("r2", q.r2);
      add("mape", q.mape);
      add("mape_mean", q.mape_mean);
      add("max_error", q.max_error);
      add("spearman", q.spearman);
    }
  }
  return attributes;
}

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric metric : plain_fitted_metrics) names.emplace_back(name(metric));
  names.emplace_back("interval");
  return names;
}

}  // namespace

ArchiveTable hardware_model_table() {
  TableOf<ModelRow> table(
      "hardware/TARGET/model",
      "The fitted hardware models. Attributes give each metric's quality: `METRIC_networks_`, "
      "`METRIC_r2_`, `METRIC_mape_`, `METRIC_mape_mean_` (of the measurements' own mean), "
      "`METRIC_max_error_` and `METRIC_spearman_` (for instance `latency_`), each with `fit` and "
      "`holdout`; errors are relative to the measured value.",
      model_rows);
  return table.attributes(qualities)
      .only_with_rows()
      .column("metric", "", "what is modelled", [](const ModelRow& r) { return name(kind_of(r.metric)); })
      .choices(metric_names())
      .column("device", "", device_meaning,
              [](const ModelRow& r, const TableSource& source) {
                return is_on_device(r.metric) ? std::string(device_of(r.metric)) : device_names(source);
              })
      .since("2.0")
      .column("feature", "", "intercept, or a separable feature",
              [](const ModelRow& r) { return r.term.feature; })
      .column("coefficient", "*", "metric for each unit of the feature, in units of the metric",
              [](const ModelRow& r) { return r.term.coefficient; })
      .build();
}

}  // namespace flash
