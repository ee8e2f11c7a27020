#include "network_columns.hpp"

namespace flash {
namespace {

struct AnswerRow {
  const char* source;
  std::size_t set;
  NetworkId id;
  Metric metric;
  double predicted, band, measured, probability;
};

std::vector<AnswerRow> answer_rows(const TableSource& source) {
  std::vector<AnswerRow> rows;
  const auto add = [&](const char* kind, std::size_t set, NetworkId id, const Evaluation& predicted,
                       const Measurement& bands, const Measurement& measured,
                       const BoundProbability& probability) {
    for (const Metric m : fitted_metrics())
      if (is_on_device(m) && !std::isnan(predicted.metrics[m]))
        rows.push_back(
            {kind, set, id, m, predicted.metrics[m], bands[m], measured[m], probability.metric[m]});
  };
  for (const ModelAnswer& answer : source.answers)
    if (answer.found)
      add("answer", answer.set, answer.id, answer.best, answer.metric_band, Measurement(),
          answer.probability);
  for (const ConfirmedNetwork& c : source.confirmed)
    add("confirmed", c.network.set, c.network.id, c.predicted, c.metric_band, c.measured, c.probability);
  return rows;
}

}  // namespace

ArchiveTable device_answers_table() {
  TableOf<AnswerRow> table(
      "devices/answers",
      "Networks of tables `answer` and `confirmed` on devices, and their interval on a chip, a row each network and device; in "
      "the unit of the metric.",
      answer_rows);
  table.only_with_rows()
      .column("source", "", "the table that the network is of", [](const AnswerRow& r) { return r.source; })
      .choices({"answer", "confirmed"})
      .column("constraints", "", "constraint set that it stands for",
              [](const AnswerRow& r, const TableSource& s) { return s.sets[r.set].name; });
  network_column(table, [](const AnswerRow& r) { return r.id; });
  table.column("metric", "", "latency@pixel3", [](const AnswerRow& r) { return name(r.metric); })
      .column("device", "", "on what; empty: the target, of its interval",
              [](const AnswerRow& r) { return device_of(r.metric); })
      .column("unit", "", "of the metric", [](const AnswerRow& r) { return unit(r.metric); })
      .column("predicted", "*", "by the model of the device", [](const AnswerRow& r) { return r.predicted; })
      .column("band", "*", "half width of its 95 % prediction band",
              [](const AnswerRow& r) { return r.band; })
      .column("measured", "*", "of a confirmed network; NaN where it was not",
              [](const AnswerRow& r) { return r.measured; })
      .column("ceiling", "*", "of the constraint set, as it is searched under; inf: none",
              [](const AnswerRow& r, const TableSource& s) { return s.sets[r.set].metric_max[r.metric]; })
      .column("ceiling_asked", "*", "as asked; inf: none",
              [](const AnswerRow& r, const TableSource& s) {
                return as_asked(s.sets[r.set]).metric_max[r.metric];
              })
      .column(
          "probability", "1",
          "probability that the ceiling as asked holds, by prediction and band; NaN: no ceiling, or no band",
          [](const AnswerRow& r) { return r.probability; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.2";
  return made;
}

}  // namespace flash
