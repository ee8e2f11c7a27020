#include "flash/search/binding.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "flash/space/network_text.hpp"

namespace flash {
namespace {

// Each bounded quantity with its value in `evaluation`, misses left open.
std::vector<ConstraintCheck> bounded(const Evaluation& evaluation, const Constraints& constraints) {
  std::vector<ConstraintCheck> checks;
  if (constraints.accuracy_min > -std::numeric_limits<double>::infinity())
    checks.push_back({std::nullopt, constraints.accuracy_min, evaluation.accuracy});
  for (const Metric m : all_metrics()) {
    const double max = constraints.metric_max[m];
    if (max < std::numeric_limits<double>::infinity()) checks.push_back({m, max, evaluation.metrics[m]});
  }
  for (ConstraintCheck& check : checks)
    check.miss = check.metric ? relative_excess(check.value, check.bound)
                              : relative_excess(-check.value, -check.bound);
  return checks;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string per_cent(double fraction) {
  char text[32];
  std::snprintf(text, sizeof text, fraction < 0.995 ? "%.2g %%" : "%.0f %%", 100 * fraction);
  return text;
}

std::string quantity(const ConstraintCheck& check, bool training_free) {
  if (!check.metric) return training_free ? "NN-Degree" : "accuracy";
  return in_words(*check.metric);
}

std::string value_text(const ConstraintCheck& check) {
  std::string text = number(check.value);
  if (check.metric && unit(*check.metric) != "1") text.append(" ").append(unit(*check.metric));
  return text;
}

// What was asked, where a margin has made it tighter.
std::string asked_text(const ConstraintCheck& check, const Constraints& constraints) {
  const Constraints asked = as_asked(constraints);
  const double bound = check.metric ? asked.metric_max[*check.metric] : asked.accuracy_min;
  if (bound == check.bound) return "";
  return " (" + number(bound) + " asked, tightened by margin " + number(constraints.margin) + ")";
}

Json to_json(const ConstraintCheck& check) {
  return {{"option", check.option()}, {"bound", check.bound}, {"value", check.value}, {"miss", check.miss}};
}

}  // namespace

std::string ConstraintCheck::option() const {
  if (!metric) return "accuracy_min";
  return !device_of(*metric).empty() ? std::string(name(*metric)) : ceiling_key(*metric);
}

std::optional<ConstraintCheck> binding_constraint(const Evaluation& evaluation,
                                                  const Constraints& constraints) {
  const std::vector<ConstraintCheck> checks = bounded(evaluation, constraints);
  const auto most = std::ranges::max_element(checks, {}, &ConstraintCheck::miss);
  if (most == checks.end() || most->met()) return std::nullopt;
  return *most;
}

namespace {

// Each quantity at its best in the whole space.
Evaluation best_of_each(const Evaluator& evaluator) {
  const Evaluator& listed = evaluator.listed();
  const auto [least_degree, most_degree] = listed.degree_range();
  Evaluation best;
  best.accuracy = listed.accuracy(listed.degree_helps() ? most_degree : least_degree);
  for (const Metric m : evaluator.metrics()) best.metrics[m] = evaluator.metric_range(m).first;
  return best;
}

}  // namespace

std::vector<ConstraintCheck> best_alone(const Evaluator& evaluator) {
  return bounded(best_of_each(evaluator), evaluator.constraints());
}

std::string binding_text(const Evaluator& evaluator, NetworkId id) {
  return binding_text(evaluator, id, evaluator.at(id), best_of_each(evaluator));
}

std::string binding_text(const Evaluator& evaluator, NetworkId id, const Evaluation& evaluation,
                         const Evaluation& best) {
  const auto binding = binding_constraint(evaluation, evaluator.constraints());
  const std::string name = (evaluator.space().numbered() ? "id " : "") + network_name(evaluator.space(), id);
  if (!binding) return name + " meets all constraints";
  const bool training_free = evaluator.objective().training_free;
  std::string text = name + " has " + quantity(*binding, training_free) + " " + value_text(*binding) + ", " +
                     per_cent(binding->miss) + (binding->metric ? " over " : " below ") + binding->option() +
                     " = " + number(binding->bound) + asked_text(*binding, evaluator.constraints());
  const char* separator = "; over the whole space ";
  for (const ConstraintCheck& check : bounded(best, evaluator.constraints())) {
    text += separator + quantity(check, training_free) + (check.metric ? " is at least " : " is at most ") +
            value_text(check) + (check.met() ? "" : ", so that nothing meets " + check.option());
    separator = ", ";
  }
  return text;
}

Json binding_json(const Evaluator& evaluator, NetworkId id) {
  return binding_json(evaluator, id, evaluator.at(id), best_of_each(evaluator));
}

Json binding_json(const Evaluator& evaluator, NetworkId id, const Evaluation& evaluation,
                  const Evaluation& best) {
  const auto binding = binding_constraint(evaluation, evaluator.constraints());
  if (!binding) return nullptr;
  Json alone = Json::array();
  for (const ConstraintCheck& check : bounded(best, evaluator.constraints())) {
    alone.push_back(to_json(check));
    alone.back()["met"] = check.met();
  }
  return {{"id", id_json(id)}, {"binding", to_json(*binding)}, {"alone", alone}};
}

}  // namespace flash
