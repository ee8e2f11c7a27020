#include "joint_builder.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "flash/hardware/file_bytes.hpp"

namespace flash {
namespace {

constexpr std::int64_t most_looks = 7;  // of a cell's options the target's model is asked at
constexpr double least_ratio = 0.01;    // of a cell's costs, whatever two models say of each other

// Options that the model is asked at: the ends, and others evenly between them.
std::vector<std::int64_t> looks(std::int64_t options) {
  std::vector<std::int64_t> list;
  const std::int64_t count = std::min(options, most_looks);
  for (std::int64_t i = 0; i < count; ++i) list.push_back(count == 1 ? 0 : i * (options - 1) / (count - 1));
  return list;
}

std::vector<double> interpolated(const std::vector<std::int64_t>& at, const std::vector<double>& values,
                                 std::int64_t options) {
  std::vector<double> all(static_cast<std::size_t>(options), values.front());
  for (std::size_t i = 1; i < at.size(); ++i)
    for (std::int64_t k = at[i - 1]; k <= at[i]; ++k) {
      const double share = static_cast<double>(k - at[i - 1]) / static_cast<double>(at[i] - at[i - 1]);
      all[static_cast<std::size_t>(k)] = values[i - 1] + share * (values[i] - values[i - 1]);
    }
  return all;
}

}  // namespace

JointTables::Builder::Builder(JointTables& tables, const ModelledCosts& modelled)
    : tables_(tables),
      dense_(tables.dense_),
      modelled_(modelled),
      columns_(dense_.space().geometry().columns(file_quantities())) {}

// Strata that share a slot's tables share its cell: their dense tables are then the same, but where models name places.
void JointTables::Builder::run() {
  using Key = std::tuple<std::size_t, std::size_t, std::vector<const double*>>;
  std::map<Key, const Cell*> known;
  for (const Stratum& stratum : dense_.space().strata()) {
    std::vector<const Cell*>& row = tables_.cell_of_.emplace_back();
    for (std::size_t slot = 0; slot < stratum.cells(); ++slot) {
      Key key{dense_.space().geometry().table_key(stratum.shape, slot), slot, {}};
      for (const Metric m : dense_.metrics())
        std::get<2>(key).push_back(dense_.tables(stratum.index).metric[m].sum[slot].data());
      const Cell*& place = known[key];
      if (place == nullptr) {
        tables_.cells_.push_back(make(stratum, slot));
        place = tables_.cells_.back().get();
      }
      row.push_back(place);
    }
  }
}

void JointTables::Builder::set_counts(const Stratum& stratum, std::size_t slot) {
  const std::size_t quantities = file_quantities().names().size();
  std::vector<SlotColumns::Column> columns;
  for (std::size_t q = 0; q < quantities; ++q) columns.push_back(columns_->column(stratum.shape, slot, q));
  counts_.clear();
  std::vector<double> sums(quantities);
  for (std::size_t k = 0; k < columns.front().size(); ++k) {
    for (std::size_t q = 0; q < quantities; ++q) sums[q] = columns[q][k];
    counts_.push_back(file_counts(sums));
  }
}

std::unique_ptr<JointTables::Cell> JointTables::Builder::make(const Stratum& stratum, std::size_t slot) {
  set_counts(stratum, slot);
  const StratumTables& dense = dense_.tables(stratum.index);
  const std::vector<CellOption>& options = tables_.options();
  const LossModel& losses = tables_.models_.loss.model;
  const auto ratio = ratios(stratum, slot);
  auto cell = std::make_unique<Cell>();
  const auto [least, largest] = std::ranges::minmax(dense.degree.sum[slot]);
  cell->best_degree = dense_.degree_helps() ? largest : least;
  for (const Metric m : dense_.metrics())
    cell->least_most.push_back(dense.metric[m].most.empty() ? 0
                                                            : std::ranges::min(dense.metric[m].most[slot]));
  cell->forms.resize(options.size());
  for (std::size_t option = 0; option < options.size(); ++option) {
    Form& form = cell->forms[option];
    const auto finish = [](Form::Table& table, std::span<const double> otherwise) {
      table.view = table.values.empty() ? otherwise : std::span<const double>(table.values);
      table.ascends = std::ranges::is_sorted(table.view);
      table.least = std::ranges::min(table.view);
    };
    for (const Metric m : dense_.metrics()) {
      Form::Table& table = form.metrics.emplace_back();
      const std::span<const double> of_dense = dense.metric[m].sum[slot];
      if (m == file_bytes()) {
        for (const FileCounts& counts : counts_)
          table.values.push_back(tables_.models_.file.cell(option, counts));
      } else if (!ratio.empty() && !ratio[option][m].empty()) {
        for (std::size_t k = 0; k < of_dense.size(); ++k)
          table.values.push_back(of_dense[k] * ratio[option][m][k]);
      }
      finish(table, of_dense);
    }
    for (const FileCounts& counts : counts_)
      form.loss.values.push_back(losses(options[option], slot, counts.weights));
    finish(form.loss, {});
    form.loses = std::ranges::any_of(form.loss.values, [](double loss) { return loss > 0; });
  }
  set_useful(*cell);
  return cell;
}

double JointTables::Builder::fitted(const Stratum& stratum, Metric metric, OptionView options) const {
  return dense_.tables(stratum.index).metric[metric](options);
}

std::vector<PerMetric<JointTables::Builder::Values>> JointTables::Builder::ratios(const Stratum& stratum,
                                                                                  std::size_t slot) const {
  std::vector<PerMetric<Values>> ratios;
  if (!modelled_.costs) return ratios;
  const std::vector<CellOption>& options = tables_.options();
  const std::vector<std::int64_t> at = looks(stratum.options[slot]);
  std::vector<std::int64_t> network;
  for (const std::int64_t count : stratum.options) network.push_back(count / 2);
  std::vector<PerMetric<Values>> seen(options.size());  // at each look
  for (const std::int64_t k : at) {
    network[slot] = k;
    const NetworkGraph graph = dense_.space().geometry().lower(stratum.shape, network, 0);
    std::vector<LayerForm> forms = dense_forms(graph, modelled_.dense_bits);
    const std::optional<Measurement> dense = modelled_.costs(graph, forms);
    if (!dense) return ratios;
    for (std::size_t option = 0; option < options.size(); ++option) {
      std::size_t layer = 0;
      for (const NetworkGraph::Node& node : graph.nodes())
        if (node.op.has_matrix() && layer < forms.size()) {
          if (node.slot == slot) forms[layer] = layer_form(options[option], modelled_.dense_bits);
          ++layer;
        }
      const std::optional<Measurement> costs =
          options[option].is_dense() ? dense : modelled_.costs(graph, forms);
      for (const Metric m : plain_fitted_metrics) {
        if (!dense_.has(m) || !costs || !((*dense)[m] > 0) || !std::isfinite((*costs)[m])) continue;
        // The cell's share by the fitted model, of which it saves what the target's model says of the whole network.
        const double share = dense_.tables(stratum.index).metric[m].sum[slot][static_cast<std::size_t>(k)] /
                             fitted(stratum, m, network);
        const double saved = 1 - (*costs)[m] / (*dense)[m];
        seen[option][m].push_back(share > 0 ? std::max(1 - saved / share, least_ratio) : 1);
      }
    }
  }
  ratios.resize(options.size());
  for (std::size_t option = 0; option < options.size(); ++option)
    for (const Metric m : plain_fitted_metrics)
      if (!options[option].is_dense() && seen[option][m].size() == at.size())
        ratios[option][m] = interpolated(at, seen[option][m], stratum.options[slot]);
  return ratios;
}

// What is neither weighed nor bounded does not speak for an option.
void JointTables::Builder::set_useful(Cell& cell) const {
  const Objective& objective = dense_.objective();
  const Constraints& constraints = dense_.constraints();
  const bool accuracy = objective.accuracy > 0 || std::isfinite(constraints.accuracy_min);
  const std::vector<Metric>& metrics = dense_.metrics();
  // 1 and -1: beats, is beaten somewhere; both are told.
  const auto compare = [&](const Form& a, const Form& b) {
    bool better = false, worse = false;
    const auto look = [&](const Form::Table& x, const Form::Table& y) {
      if (x.view.data() == y.view.data()) return;
      for (std::size_t k = 0; k < x.view.size() && !(better && worse); ++k) {
        better = better || x.view[k] < y.view[k];
        worse = worse || x.view[k] > y.view[k];
      }
    };
    if (accuracy) look(a.loss, b.loss);
    for (std::size_t m = 0; m < metrics.size(); ++m)
      if (objective.metric[metrics[m]] > 0 || std::isfinite(constraints.metric_max[metrics[m]]))
        look(a.metrics[m], b.metrics[m]);
    return std::pair(better, worse);
  };
  for (std::size_t option = 0; option < cell.forms.size(); ++option) {
    bool beaten = false;
    for (std::size_t other = 0; other < cell.forms.size() && !beaten; ++other) {
      if (other == option) continue;
      const auto [better, worse] = compare(cell.forms[other], cell.forms[option]);
      beaten = !worse && (better || other < option);
    }
    if (!beaten) cell.useful.push_back(option);
  }
}

}  // namespace flash
