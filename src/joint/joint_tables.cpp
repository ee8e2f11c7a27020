#include "flash/joint/joint_tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

#include "flash/core/error.hpp"
#include "flash/hardware/file_bytes.hpp"
#include "flash/hardware/interval.hpp"
#include "joint_builder.hpp"

namespace flash {

JointTables::JointTables(const Evaluator& dense, JointModels models, const ModelledCosts& modelled)
    : dense_(dense), models_(std::move(models)) {
  require_same_space(models_, dense.space().definition());
  if (dense.space().cells() > most_slots)
    throw Error(ExitCode::bad_job, "compression as variables: networks of this space have up to " +
                                       std::to_string(dense.space().cells()) + " cells, of " +
                                       std::to_string(most_slots) +
                                       " at most; compress what a search without it has found");
  if (&dense.listed() != &dense)
    throw Error(
        ExitCode::bad_job,
        "compression as variables: accuracies are those of a table, which knows no compressed networks");
  if (dense.objective().training_free)
    throw Error(ExitCode::bad_job,
                "compression as variables: a training-free search predicts no accuracy that could be lost");
  if (std::ranges::any_of(dense.metrics(), is_interval))
    throw Error(
        ExitCode::bad_job,
        "compression as variables: what compressed layers take of an interval is not modelled; leave the "
        "interval out");
  Builder(*this, modelled).run();
}

JointTables::~JointTables() = default;

const JointTables::Form& JointTables::form(std::size_t stratum, std::size_t slot, std::size_t option) const {
  return cell_of_[stratum][slot]->forms[option];
}

std::span<const std::size_t> JointTables::useful(std::size_t stratum, std::size_t slot) const {
  return cell_of_[stratum][slot]->useful;
}

StratumTables JointTables::tables(std::size_t stratum, std::span<const std::size_t> compression) const {
  StratumTables tables = dense_.tables(stratum);
  const std::vector<Metric>& metrics = dense_.metrics();
  bool loses = false;
  for (std::size_t slot = 0; slot < compression.size(); ++slot) {
    const Form& form = this->form(stratum, slot, compression[slot]);
    loses = loses || form.loses;
    for (std::size_t m = 0; m < metrics.size(); ++m)
      tables.metric[metrics[m]].sum[slot] = form.metrics[m].view;
  }
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    Term& term = tables.metric[metrics[m]];
    if (metrics[m] == file_bytes()) term.base = models_.file.constant();
    term.non_decreasing =
        std::ranges::all_of(term.most, [](const auto& t) { return std::ranges::is_sorted(t); });
    for (std::size_t slot = 0; slot < compression.size(); ++slot)
      term.non_decreasing = term.non_decreasing && form(stratum, slot, compression[slot]).metrics[m].ascends;
  }
  if (!loses) return tables;
  for (std::size_t slot = 0; slot < compression.size(); ++slot) {
    const Form::Table& loss = form(stratum, slot, compression[slot]).loss;
    tables.loss.sum.push_back(loss.view);
    tables.loss.non_decreasing = tables.loss.non_decreasing && loss.ascends;
  }
  return tables;
}

// In the order in which terms add up, each operand at its best, so that rounding takes nothing from the bound.
Evaluation JointTables::bound(std::size_t stratum, std::span<const std::size_t> compression) const {
  const StratumTables& tables = dense_.tables(stratum);
  const std::vector<Metric>& metrics = dense_.metrics();
  double degree = tables.degree.base, loss = 0;
  for (std::size_t slot = 0; slot < compression.size(); ++slot) {
    degree += cell_of_[stratum][slot]->best_degree;
    loss += form(stratum, slot, compression[slot]).loss.least;
  }
  Measurement least;
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    const Term& term = tables.metric[metrics[m]];
    double total = metrics[m] == file_bytes() ? models_.file.constant() : term.base;
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t slot = 0; slot < compression.size(); ++slot) {
      total += form(stratum, slot, compression[slot]).metrics[m].least;
      most = std::max(most, cell_of_[stratum][slot]->least_most[m]);
    }
    least[metrics[m]] = term.most.empty() ? total : total + most;
  }
  const double accuracy = dense_.accuracy(degree) * (dense_.degree_is_idle() ? 1 : 1 + rounding_slack);
  Evaluation bound = dense_.weigh(degree, less_loss(accuracy, loss), least);
  bound.objective *= 1 + rounding_slack;
  return bound;
}

Evaluation JointTables::best_alone() const {
  Evaluation best;
  const auto [least_degree, most_degree] = dense_.degree_range();
  best.accuracy =
      dense_.accuracy(dense_.degree_helps() ? most_degree : least_degree);  // dense cells lose none
  const std::vector<Metric>& metrics = dense_.metrics();
  for (std::size_t m = 0; m < metrics.size(); ++m) {
    double& least = best.metrics[metrics[m]];
    least = dense_.metric_range(metrics[m]).first;
    if (is_exact(metrics[m])) continue;  // as trained, whatever the forms
    least = std::numeric_limits<double>::infinity();
    for (std::size_t stratum = 0; stratum < cell_of_.size(); ++stratum) {
      double total = metrics[m] == file_bytes() ? models_.file.constant()
                                                : dense_.tables(stratum).metric[metrics[m]].base;
      for (const Cell* cell : cell_of_[stratum])
        total += std::ranges::min(cell->forms |
                                  std::views::transform([m](const Form& f) { return f.metrics[m].least; }));
      least = std::min(least, total);
    }
  }
  return best;
}

Evaluation JointTables::operator()(const JointNetwork& network) const {
  const StratumTables tables = this->tables(network.stratum, network.compression);
  Measurement metrics;
  for (const Metric m : dense_.metrics()) metrics[m] = tables.metric[m](network.options);
  const double degree = tables.degree(network.options);
  const double loss = tables.loss.sum.empty() ? 0 : tables.loss(network.options);
  return dense_.weigh(degree, less_loss(dense_.accuracy(degree), loss), metrics);
}

}  // namespace flash
