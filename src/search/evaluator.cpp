#include "flash/search/evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <list>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "choice_search.hpp"
#include "flash/core/error.hpp"
#include "flash/hardware/graph_costs.hpp"
#include "flash/space/places.hpp"
#include "listed_space.hpp"

namespace flash {
namespace {

// "; there are models of latency@pixel3, ...", where there are any on devices.
std::string known_devices(const Models& models) {
  std::string list;
  for (const Metric m : fitted_metrics())
    if (is_on_device(m) && models.metrics[m]) list.append(list.empty() ? "" : ", ").append(name(m));
  return list.empty() ? "" : "; there are models of " + list;
}

[[noreturn]] void refuse_metric(const Models& models, const std::string& section, Metric m,
                                const std::string& use) {
  throw Error(ExitCode::bad_job,
              section + ": " + std::string(name(m)) + " is " + use + ", but " +
                  (models.target.empty() ? "there is" : "target '" + models.target + "' has") +
                  " no model of it" + known_devices(models));
}

void check_settings(const Models& models, const Objective& objective, const Constraints& constraints) {
  const auto valid = [](double exponent) { return std::isfinite(exponent) && exponent >= 0; };
  if (!valid(objective.accuracy) || !std::ranges::all_of(objective.metric, valid))
    throw Error(ExitCode::bad_job, std::string("objective: ") +
                                       (objective.is_sum() ? "a weight" : "an exponent") +
                                       " is negative or not finite");
  const auto counts = [&](Metric m) {
    return objective.metric[m] > 0 || (is_plain_fitted(m) && models.metrics[m].has_value());
  };
  if (const auto weighed = std::ranges::count_if(all_metrics(), counts);
      weighed > static_cast<std::ptrdiff_t>(most_factors))
    throw Error(ExitCode::bad_job, "objective: weighs " + std::to_string(weighed) +
                                       " metrics, those of the target included, of " +
                                       std::to_string(most_factors) +
                                       " at most: leave some on devices to ceilings");
  if (!objective.training_free && !models.accuracy)
    throw Error(ExitCode::bad_data,
                "the models hold no accuracy predictor: fit one, or search training-free on NN-Degree");
  if (std::isnan(constraints.accuracy_min))
    throw Error(ExitCode::bad_job, "constraints: the least accuracy is not a number");
  for (const Metric m : all_metrics()) {
    const double max = constraints.metric_max[m];
    if (std::isnan(max))
      throw Error(ExitCode::bad_job,
                  "constraints: the bound on " + std::string(name(m)) + " is not a number");
    if (is_exact(m) || models.metrics[m]) continue;
    if (max < std::numeric_limits<double>::infinity()) refuse_metric(models, "constraints", m, "bounded");
    if (objective.is_sum() && objective.metric[m] > 0)
      refuse_metric(models, "objective", m, "part of the sum");
  }
}

// Sums that an exponential can hold, and tell apart by much more than rounding.
void check_weights(double largest) {
  constexpr double most = 300, least = 1e-6;
  if (!(largest > 0) || (largest <= most && largest >= least)) return;
  const bool large = largest > most;
  const double power = std::ceil(std::log10(large ? largest / most : least / largest));
  char text[240];
  std::snprintf(
      text, sizeof text,
      "objective: the terms of the sum come to %.3g in this space, and are to come to %g .. %g: %s all weights "
      "by %g, which asks the same",
      largest, least, most, large ? "divide" : "multiply", std::pow(10, power));
  throw Error(ExitCode::bad_job, text);
}

}  // namespace

// One table for each part of a value (NN-Degree, then the metrics), cell, and what the geometry says that the
// cell's share depends on.
struct Evaluator::TableStore {
  struct Table {
    std::vector<double> values;
    bool non_decreasing = true;
    double largest = 0;  // absolute value
  };
  struct Part {
    std::optional<Metric> metric;  // none: NN-Degree
    bool maximum = false;          // else what adds up
    auto operator<=>(const Part&) const = default;
  };
  using Key =
      std::tuple<Part, std::size_t, std::size_t, std::size_t>;  // the last: a place, of models that name some
  std::map<Key, Table> tables;
  std::unordered_map<const double*, const Table*> by_data;

  double largest(std::span<const double> table) const { return by_data.at(table.data())->largest; }

  // Adds the cell's table to the term; `values` gives its entries, one an option.
  template <class Values>
  void append(Term& term, Part part, std::size_t cell, std::size_t key, const Values& values,
              std::size_t place_of_slot = 0) {
    const auto [place, is_new] = tables.try_emplace(Key{part, cell, key, place_of_slot});
    Table& table = place->second;
    if (is_new) {
      table.values = values();
      table.non_decreasing = std::ranges::is_sorted(table.values);
      if (!std::ranges::all_of(table.values, [](double v) { return std::isfinite(v); }))
        throw Error(ExitCode::bad_data,
                    "the models give a value that is not finite for cell " + std::to_string(cell));
      for (const double value : table.values) table.largest = std::max(table.largest, std::abs(value));
      by_data.emplace(table.values.data(), &table);
    }
    (part.maximum ? term.most : term.sum).emplace_back(table.values);
    term.non_decreasing = term.non_decreasing && table.non_decreasing;
  }
};

Evaluator::Evaluator(Space space, Models models, Objective objective, Constraints constraints,
                     const std::vector<Metric>& asked_for)
    : space_(std::move(space)),
      models_(std::move(models)),
      objective_(objective),
      constraints_(std::move(constraints)) {
  require_same_space(models_, space_.definition());
  check_settings(models_, objective_, constraints_);
  if (objective_.training_free) {  // nothing that they say of accuracy counts
    models_.accuracy.reset();
    models_.additive.reset();
  }
  score_ = accuracy_score(models_, space_);
  for (const Metric m : all_metrics()) {
    const bool matters = objective_.metric[m] > 0 ||
                         constraints_.metric_max[m] < std::numeric_limits<double>::infinity() ||
                         std::ranges::find(asked_for, m) != asked_for.end();
    const bool modelled = is_exact(m) || models_.metrics[m].has_value();
    has_[m] = modelled && (matters || is_plain_fitted(m));
    if (has_[m]) metrics_.push_back(m);
  }
  const auto store = std::make_shared<TableStore>();
  tables_.resize(space_.strata().size());
  std::list<FeatureColumns> known;  // one a tiling: as a rule all metrics of a target have the same
  const auto columns = [&](const std::optional<Tiling>& tiling) -> FeatureColumns& {
    const auto found = std::ranges::find(known, tiling, &FeatureColumns::tiling);
    return found != known.end() ? *found : known.emplace_back(space_, tiling);
  };
  for (const Stratum& stratum : space_.strata()) {
    tables_[stratum.index].degree.base = score_->base(stratum.shape);
    for (std::size_t slot = 0; slot < stratum.slots.size(); ++slot) add_slot(*store, stratum, slot, columns);
  }
  if (has_many_choices(space_)) make_sums_exact(*store);
  store_ = store;
  set_ranges();
  check_values();
  if (!models_.known_accuracies || objective_.training_free) {
    models_.known_accuracies.reset();
    return;
  }
  if (models_.known_accuracies->size() != space_.count())
    throw Error(ExitCode::bad_data, "the models know the accuracies of " +
                                        std::to_string(models_.known_accuracies->size()) +
                                        " networks, the space has " + id_text(space_.count()));
  listed_.reset(new Evaluator(
      *this, Space(space_.definition(), std::make_shared<ListedGeometry>(*models_.known_accuracies))));
}

// The list of another one's networks.
Evaluator::Evaluator(const Evaluator& of, Space list)
    : space_(std::move(list)),
      models_(of.models_),
      objective_(of.objective_),
      constraints_(of.constraints_),
      metrics_(of.metrics_),
      has_(of.has_) {
  objective_.training_free = true;
  models_.accuracy.reset();
  models_.additive.reset();
  models_.known_accuracies.reset();
  score_ = {std::shared_ptr<const Score>(), space_.geometry().scores().front()};
  const std::uint64_t size = space_.size();
  PerMetric<std::vector<double>> values;
  for (std::uint64_t id = 0; id < size; ++id) {
    const Evaluation known = of.at(id);
    for (const Metric m : metrics_) values[m].push_back(known.metrics[m]);
  }
  const auto store = std::make_shared<TableStore>();
  StratumTables& tables = tables_.emplace_back();
  store->append(tables.degree, {}, 0, 0,
                [&] { return score_->parts({}, 0, static_cast<std::int64_t>(size)); });
  for (const Metric m : metrics_)
    store->append(tables.metric[m], {m, false}, 0, 0, [&] { return std::move(values[m]); });
  store_ = store;
  set_ranges();
  check_values();
}

Evaluator::Evaluator(const Evaluator& of, Space list, std::vector<StratumTables> tables,
                     std::shared_ptr<const void> kept)
    : space_(std::move(list)),
      models_(of.models_),
      objective_(of.objective_),
      constraints_(of.constraints_),
      score_(of.score_),
      metrics_(of.metrics_),
      has_(of.has_),
      store_(of.store_),
      kept_(std::move(kept)),
      tables_(std::move(tables)) {
  if (tables_.size() != space_.strata().size() || of.listed_)
    throw Error(ExitCode::internal, "an evaluator is given tables of other strata");
  set_ranges();
  check_values();
}

template <class Columns>
void Evaluator::add_slot(TableStore& store, const Stratum& stratum, std::size_t slot,
                         const Columns& columns) {
  if (stratum.slots[slot].parent >= 0)
    throw Error(ExitCode::bad_job, "space: slots whose costs depend on other slots cannot be searched yet");
  StratumTables& tables = tables_[stratum.index];
  const std::size_t key = space_.geometry().table_key(stratum.shape, slot);
  store.append(tables.degree, {}, slot, key,
               [&] { return score_->parts(stratum.shape, slot, stratum.options[slot]); });
  for (const Metric m : metrics_) {
    Term& term = tables.metric[m];
    if (is_exact(m)) {
      store.append(term, {m, false}, slot, key,
                   [&] { return exact_sums(m, columns(std::nullopt), stratum, slot); });
      if (has_maximum(m))
        store.append(term, {m, true}, slot, key, [&] { return exact_maxima(m, space_, stratum, slot); });
      continue;
    }
    const MetricModel& model = *models_.metrics[m];
    if (slot == 0) term.base = model.base(columns(model.tiling), stratum);
    // Of strata that share tables only those that are alike in what the model looks at besides the slot.
    const std::size_t apart = model.names_means()    ? stratum.index
                              : model.names_places() ? space_.places().of_slot[stratum.index][slot]
                                                     : 0;
    store.append(
        term, {m, false}, slot, key, [&] { return model.slot_values(columns(model.tiling), stratum, slot); },
        apart);
    if (has_maximum(m))  // kernels look for one where the metric may have it
      store.append(
          term, {m, true}, slot, key,
          [&] {
            return model.slowest_layer ? model.slot_maxima(columns(model.tiling), stratum, slot)
                                       : std::vector<double>(static_cast<std::size_t>(stratum.options[slot]));
          },
          apart);
  }
}

// Bases and tables of a quantity become multiples of one power of two, so small that nothing is lost and so large
// that no sum needs more than a double's 53 bits: in whatever order options are added up, the sum is the same to the
// last bit. So slots that are alike may exchange their options, of which the exact search looks at one order alone.
void Evaluator::make_sums_exact(TableStore& store) {
  const auto make_exact = [&](std::optional<Metric> metric, const auto& term_of) {
    double largest = 0;
    for (StratumTables& tables : tables_) {
      const Term& term = term_of(tables);
      double total = std::abs(term.base);
      for (const Term::Tables* part : {&term.sum, &term.most})
        for (const auto& table : *part) total += store.largest(table);
      largest = std::max(largest, total);
    }
    if (!(largest > 0) || !std::isfinite(largest)) return;
    const double unit = std::ldexp(1, std::ilogb(largest) - 52);
    if (!(unit > 0)) return;
    const auto to_unit = [unit](double value) { return std::nearbyint(value / unit) * unit; };
    for (auto& [key, table] : store.tables)
      if (std::get<0>(key).metric == metric)
        for (double& value : table.values) value = to_unit(value);
    for (StratumTables& tables : tables_) term_of(tables).base = to_unit(term_of(tables).base);
  };
  make_exact({}, [](StratumTables& tables) -> Term& { return tables.degree; });
  for (const Metric m : metrics_)
    make_exact(m, [m](StratumTables& tables) -> Term& { return tables.metric[m]; });
}

void Evaluator::set_ranges() {
  const auto over_strata = [this](const auto& term_of) {
    std::pair range = term_of(tables_.front()).range();
    for (const StratumTables& tables : tables_) {
      const auto [low, high] = term_of(tables).range();
      range = {std::min(range.first, low), std::max(range.second, high)};
    }
    return range;
  };
  degree_range_ = over_strata([](const StratumTables& t) -> const Term& { return t.degree; });
  for (const Metric m : metrics_)
    metric_range_[m] = over_strata([m](const StratumTables& t) -> const Term& { return t.metric[m]; });
  if (objective_.is_sum()) set_log_unit();
}

void Evaluator::set_log_unit() {
  constexpr double spanned = 5;
  const auto [low, high] = std::minmax({accuracy(degree_range_.first), accuracy(degree_range_.second)});
  double largest = objective_.accuracy * high, spread = objective_.accuracy * (high - low);
  for (const Metric m : metrics_) {
    largest += objective_.metric[m] * metric_range_[m].second;
    spread += objective_.metric[m] * (metric_range_[m].second - metric_range_[m].first);
  }
  check_weights(largest);
  if (spread > 0) log_unit_ = spread / spanned;
}

// Every configuration's objective is finite and positive where those at the ends of each stratum are:
// accuracy is monotone in NN-Degree, the objective in accuracy and metrics.
void Evaluator::check_values() const {
  if (!objective_.training_free && !(degree_range_.first > 0) && models_.additive)
    throw Error(
        ExitCode::bad_data,
        "the additive accuracy predictor leaves its range in this space: fit it on networks that span "
        "the space");
  for (const Stratum& stratum : space_.strata()) {
    const auto [least_degree, most_degree] = tables_[stratum.index].degree.range();
    Measurement low;
    Measurement high;
    for (const Metric m : metrics_) {
      std::tie(low[m], high[m]) = tables_[stratum.index].metric[m].range();
      if (!(low[m] > 0) || !std::isfinite(high[m]))
        throw Error(ExitCode::bad_data,
                    "the model of " + std::string(name(m)) +
                        " gives values that are not positive and finite: fit it on more networks");
    }
    for (const double degree : {least_degree, most_degree})
      for (const Measurement& metrics : {low, high}) {
        const double loss = tables_[stratum.index].loss.range().second;
        const Evaluation e = weigh(degree, less_loss(accuracy(degree), loss), metrics);
        if (!(e.accuracy > 0) || !std::isfinite(e.accuracy) || !(e.objective > 0) ||
            !std::isfinite(e.objective))
          throw Error(ExitCode::bad_data,
                      "the models give an accuracy or an objective that is not positive and finite at " +
                          score_name(models_) + " " + std::to_string(degree) +
                          ": fit them on networks that span the space");
      }
  }
}

bool Evaluator::loses() const {
  return std::ranges::any_of(tables_, [](const StratumTables& tables) { return !tables.loss.sum.empty(); });
}

}  // namespace flash
