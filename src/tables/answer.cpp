#include <algorithm>
#include <cstdio>

#include "evaluation_columns.hpp"
#include "flash/findings/constraint_sets.hpp"
#include "flash/search/weighted_sum.hpp"
#include "network_columns.hpp"
#include "probability_columns.hpp"

namespace flash {
namespace {

std::string binding_list(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? "" : ", ").append(part);
  return text;
}

std::string factor(std::string what, double exponent) {
  if (exponent == 1) return what;
  char text[32];
  std::snprintf(text, sizeof text, "^%.4g", exponent);
  return what.append(text);
}

// "accuracy / (latency * energy)".
std::string in_words(const Objective& objective, const Models& models) {
  if (objective.is_sum()) return sum_text(objective);
  std::vector<std::string> costs;
  for (const Metric m : all_metrics())
    if (objective.metric[m] != 0 && (is_exact(m) || models.metrics[m]))
      costs.push_back(factor(in_words(m), objective.metric[m]));
  const char* quality = objective.training_free ? "NN-Degree" : "accuracy";
  std::string text = objective.accuracy == 0 ? "1" : factor(quality, objective.accuracy);
  if (costs.empty()) return text;
  text.append(" / ").append(costs.size() > 1 ? "(" : "");
  for (std::size_t i = 0; i < costs.size(); ++i) text.append(i == 0 ? "" : " * ").append(costs[i]);
  return text.append(costs.size() > 1 ? ")" : "");
}

std::vector<ModelAnswer> found_answers(const TableSource& source) {
  std::vector<ModelAnswer> rows = source.answers;
  std::erase_if(rows, [](const ModelAnswer& r) { return !r.found; });
  return rows;
}

}  // namespace

ArchiveTable answer_table() {
  TableOf<ModelAnswer> table(
      "answer",
      "The models' optimum of each constraint set, proven of the models alone, with what is to be "
      "known of it; sets that nothing meets are not there.",
      found_answers);
  table.only_with_rows()
      .attributes([](const TableSource& s) {
        return Attributes{{"objective", in_words(s.job.objective, *s.models)}};
      })
      .column("constraints", "", "constraint set",
              [](const ModelAnswer& r, const TableSource& s) { return s.sets[r.set].name; })
      .column(
          "own", "1",
          "1 for the set that the answer is given for: the job's own, or, where it asks for accuracy and bounds "
          "nothing, derived ceilings",
          [](const ModelAnswer& r, const TableSource& s) { return r.set == own_set(s.job, s.sets); });
  const auto id = [](const ModelAnswer& r) { return r.id; };
  network_column(table, id);
  evaluation_columns(table, [](const ModelAnswer& r) -> const Evaluation& { return r.best; });
  for (const Metric m : exact_metrics)
    table.column(std::string(key(m)), std::string(unit(m)), "counted " + std::string(name(m)),
                 [=](const ModelAnswer& r) { return r.best.metrics[m]; });
  table.column("accuracy_band", "1", "half width of the prediction's 95 % band",
               [](const ModelAnswer& r) { return r.accuracy_band; });
  for (const Metric m : plain_fitted_metrics)
    table.column(std::string(key(m)) + "_band", std::string(unit(m)),
                 "half width of the prediction's 95 % band",
                 [=](const ModelAnswer& r) { return r.metric_band[m]; });
  probability_columns(table, "the set",
                      [](const ModelAnswer& r) -> const BoundProbability& { return r.probability; });
  table
      .column("extrapolated", "1", "1 where some prediction lies outside of what was trained or measured",
              [](const ModelAnswer& r) { return r.extrapolated; })
      .column("accuracy_error", "1", "leave-one-out error of the accuracy predictor; NaN: not known",
              [](const ModelAnswer& r) { return r.accuracy_error; })
      .column(
          "within", "1",
          "configurations that meet the set and are worth no less than the optimum with its accuracy less by "
          "that error",
          [](const ModelAnswer& r) { return static_cast<double>(r.within.count); })
      .column("within_complete", "1", "1 where all were counted, 0 where there are at least so many",
              [](const ModelAnswer& r) { return r.within.complete; })
      .column("binds", "", "constraints without which the models know better",
              [](const ModelAnswer& r) { return binding_list(r.binds); })
      .column("derived", "1", "1 where flash has derived the set's bounds",
              [](const ModelAnswer& r, const TableSource& s) {
                const std::string& set = s.sets[r.set].name;
                const std::string own = primary_set(s.job);
                return set != "none" && set != own && own != "job";
              })
      .column("corner", "", "which choices are at an end, where all are; else empty",
              [](const ModelAnswer& r) { return r.corner; })
      .column("random_median", "1", "median objective of random configurations that meet the set",
              [](const ModelAnswer& r) { return r.random_median; });
  ArchiveTable made = table.build();
  for (ColumnDescription& column : made.columns) column.since = "2.1";
  return made;
}

}  // namespace flash
