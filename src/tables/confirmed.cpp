#include "evaluation_columns.hpp"
#include "flash/stage/confirmation.hpp"
#include "network_columns.hpp"
#include "probability_columns.hpp"

namespace flash {
namespace {

// As in column id.
Attribute id_attribute(const Space& space, NetworkId id) {
  return space.numbered() ? Attribute(static_cast<std::int64_t>(id)) : Attribute(id_text(id));
}

Attributes confirmation_attributes(const TableSource& source) {
  const ConfirmationFigures f = confirmation_figures(source.confirmed, source.job.objective);
  const ConfirmedNetwork* best = best_confirmed(source.confirmed, source.job.objective);
  return {
      {"trainings", static_cast<std::int64_t>(f.trainings)},
      {"seeds", std::int64_t{source.job.confirm.seeds}},
      {"noise", f.noise},
      {"rmse", f.rmse},
      {"bias", f.bias},
      {"in_band", f.in_band},
      {"spearman", f.spearman},
      {"spearman_low", f.spearman_low},
      {"spearman_high", f.spearman_high},
      {"spearman_objective", f.spearman_objective},
      {"latency_ratio", f.latency_ratio},
      {"regret", f.regret},
      {"best", best == nullptr ? Attribute(std::int64_t{-1}) : id_attribute(source.space, best->network.id)}};
}

void confirmed_metric_columns(TableOf<ConfirmedNetwork>& table) {
  for (const Metric m : plain_metrics) {
    const std::string column(key(m)), word(name(m)), units(unit(m));
    table.column(column + "_true", units, (is_exact(m) ? "counted " : "measured ") + word,
                 [=](const ConfirmedNetwork& r) { return r.measured[m]; });
    if (!is_exact(m))
      table.column(column + "_band", units, "half width of the prediction's 95 % band of " + word,
                   [=](const ConfirmedNetwork& r) { return r.metric_band[m]; });
  }
}

}  // namespace

ArchiveTable confirmed_table() {
  TableOf<ConfirmedNetwork> table(
      "confirmed",
      "Networks that the models have chosen, and those that they were preferred to, trained and measured.\n\n"
      "`best`: the models' proven optimum of a constraint set; `trained`: the best of those trained before; `answer`: "
      "what a search method found instead; "
      "`rival`: by the models within the predictor's error of the best, and unlike it; `control`: drawn at "
      "random of what meets the constraints; `asked`: named by the user. Attributes say what predictions were "
      "worth: `noise` is the pooled standard deviation of one training's accuracy, `rmse` and `bias` are those "
      "of predicted accuracies, `in_band` is the share of found accuracies within the prediction's band, "
      "`spearman` the rank correlation of predicted and found accuracy with its 95 % interval, `latency_ratio` "
      "the median of measured over predicted latency; `best` is the id of the best by `accuracy_true_expected` "
      "among those that meet the constraints as measured (-1: none does), `regret` what the models' best lacks of "
      "it, 1 - objective / objective.",
      [](const TableSource& source) { return source.confirmed; });
  table.only_with_rows().attributes(confirmation_attributes);
  network_column(table, [](const ConfirmedNetwork& r) { return r.network.id; });
  table.column("role", "", "why it is here", [](const ConfirmedNetwork& r) { return r.network.role; })
      .choices({std::begin(confirm_roles), std::end(confirm_roles)})
      .column("constraints", "", "constraint set that it stands for",
              [](const ConfirmedNetwork& r, const TableSource& s) { return s.sets[r.network.set].name; })
      .column("method", "", "search method whose answer it is; else empty",
              [](const ConfirmedNetwork& r) { return r.network.method; });
  evaluation_columns(table, [](const ConfirmedNetwork& r) -> const Evaluation& { return r.predicted; });
  table
      .column("accuracy_band", "1", "half width of the prediction's 95 % band of accuracy",
              [](const ConfirmedNetwork& r) { return r.accuracy_band; })
      .column("trained", "1", "trainings that ended well", [](const ConfirmedNetwork& r) { return r.good(); })
      .column("accuracy_true", "1",
              "accuracy on the validation images, or, without any, the test images: mean of its trainings",
              [](const ConfirmedNetwork& r) { return r.accuracy; })
      .column("test_accuracy", "1", "accuracy on the test images: mean of its trainings",
              [](const ConfirmedNetwork& r) { return r.test_accuracy; })
      .column("test_accuracy_deviation", "1",
              "standard deviation of one training's accuracy on the test images; NaN of fewer than two",
              [](const ConfirmedNetwork& r) { return r.deviation; })
      .column("accuracy_true_expected", "1",
              "what another training's accuracy on the images of accuracy_true is expected to be: by its own "
              "trainings, the other networks' and the predictor, each weighed by its error (empirical Bayes, "
              "Morris 1983)",
              [](const ConfirmedNetwork& r) { return r.expected.accuracy; })
      .column("test_accuracy_expected", "1", "the same of the test images",
              [](const ConfirmedNetwork& r) { return r.expected_test.accuracy; })
      .column("test_accuracy_expected_deviation", "1",
              "standard deviation of that, without the noise of a training",
              [](const ConfirmedNetwork& r) { return r.expected_test.deviation; })
      .column("measured", "", "missing where the target has not measured it",
              [](const ConfirmedNetwork& r) {
                return r.measurement == nullptr ? "missing" : r.measurement->ok ? "done" : "failed";
              })
      .choices({"done", "failed", "missing"});
  confirmed_metric_columns(table);
  probability_columns(table, "the job's own set",
                      [](const ConfirmedNetwork& r) -> const BoundProbability& { return r.probability; });
  table.column("latency_ms_spread", "ms", "interquartile range of the timed passes; NaN where not known",
               [](const ConfirmedNetwork& r) { return r.latency_spread; });
  table
      .column("objective_true", "1", "objective of test accuracy and measured metrics",
              [](const ConfirmedNetwork& r) { return r.held.objective; })
      .column(
          "violation_true", "1",
          "largest relative excess of these over a bound of the set; 0: all are met; NaN where one is not "
          "known",
          [](const ConfirmedNetwork& r) {
            return std::isfinite(r.held.objective) ? r.held.violation : absent;
          });
  table.column("meets", "1", "1 where it meets the constraints that the answer is given for, as measured",
               [](const ConfirmedNetwork& r) { return r.meets_own; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.1";
  return made;
}

}  // namespace flash
