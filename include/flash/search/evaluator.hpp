// The one definition of what a configuration is worth, used by every method.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "flash/search/models.hpp"
#include "flash/search/objective.hpp"
#include "flash/search/term.hpp"
#include "flash/space/space.hpp"

namespace flash {

// What the library's exp and pow may stray from monotony, relative: bounds on an objective leave this much
// room.
inline constexpr double rounding_slack = 1e-12;

// What is left of a predicted accuracy where so much of it is lost, >= 0; never 0 or less, which objectives cannot hold.
// Rises with the accuracy and falls with the loss, whatever the rounding.
inline double less_loss(double accuracy, double loss) {
  constexpr double least = 1e-6;
  return loss == 0 ? accuracy : std::max(accuracy - loss, std::min(accuracy, least));
}

// How far a value lies over its bound, relative to the bound; 0 where it does not.
double relative_excess(double value, double bound);

struct Evaluation {
  double nn_degree = 0;  // the score that accuracy rests on: NN-Degree, or the models' additive score
  double accuracy = 0;   // theta of it, or what is known; NN-Degree itself in a training-free search
  Measurement metrics;   // NaN where the evaluator has one not in hand
  double objective = 0;  // f, whether feasible or not; > 0
  double violation = 0;  // 0 where feasible, else the largest relative excess over a bound
  bool feasible() const { return violation == 0; }
};

// The tables lie in the evaluator: strata that share a cell's width and depth share its table.
struct StratumTables {
  Term degree;
  PerMetric<Term> metric;  // without tables where the evaluator has it not in hand
  Term loss{};             // of accuracy, where cells are compressed; without tables: none
};

// Built once for a space, models, objective and constraints; then immutable and safe to share between
// threads. Space and tables stay valid as long as the evaluator.
//
// In hand it has the plain metrics that the models give, and of the exact ones and those on devices the ones that
// matter: with an exponent, a weight or a ceiling, or asked for. What is not in hand costs no search anything.
class Evaluator {
 public:
  // Throws Error bad_data (models of another space, no accuracy model outside training-free mode, models
  // whose values over the space are not finite or not positive), bad_job (a constraint on a metric without a
  // model, or a sum with one; a NaN; weights with which exp of a sum leaves a double's range or its resolution).
  Evaluator(Space space, Models models, Objective objective, Constraints constraints,
            const std::vector<Metric>& asked_for = {});

  // Over strata whose tables are given, with all else of another evaluator: a list of shapes with cells that are
  // compressed (room joint). `list` has a stratum for each; its geometry need not know more than slots. `kept` holds
  // what the tables lie in, as far as that is not `of`. Throws Error bad_data as above.
  Evaluator(const Evaluator& of, Space list, std::vector<StratumTables> tables,
            std::shared_ptr<const void> kept);

  const Space& space() const { return space_; }
  const Models& models() const { return models_; }
  const Objective& objective() const { return objective_; }
  const Constraints& constraints() const { return constraints_; }
  const StratumTables& tables(std::size_t stratum) const { return tables_[stratum]; }
  // What goes by the tables alone asks this one: itself, but where accuracies are known, and so are no function of a
  // score. There it has the same networks under the same ids in one stratum with one slot, of which each is an option,
  // and accuracy stands where NN-Degree stands in a training-free search.
  const Evaluator& listed() const { return listed_ ? *listed_ : *this; }
  // Whether a larger score (here and below "degree": NN-Degree or the models' additive score) means a better
  // accuracy.
  bool degree_helps() const { return objective_.training_free || models_.accuracy->increasing(); }
  bool loses() const;  // whether some stratum has a loss of accuracy
  // Whether accuracy is the same whatever the score.
  bool degree_is_idle() const { return !objective_.training_free && models_.accuracy->b == 0; }
  const std::vector<Metric>& metrics() const { return metrics_; }  // in hand, in the order of all_metrics()
  bool has(Metric metric) const { return has_[metric]; }           // in hand
  // The least and the largest in the whole space; of a metric in hand.
  std::pair<double, double> degree_range() const { return degree_range_; }
  std::pair<double, double> metric_range(Metric metric) const { return metric_range_[metric]; }

  // In which differences of ln f are to be taken for large or small, > 0: 1 of a product; of a sum, whose weights have
  // any scale, such that the whole space spans a few.
  double log_unit() const { return log_unit_; }

  Evaluation operator()(const Stratum& stratum, std::span<const std::int64_t> options) const;
  Evaluation at(NetworkId id) const;
  // The same with all metrics that there are, in hand or not: for what is shown.
  Evaluation in_full(NetworkId id) const;

  // The last step, from the sums: shared by the kernels, so that they decide with the same arithmetic. Of two
  // configurations the one with the better accuracy and no larger metric is worth no less, to within
  // rounding_slack.
  Evaluation judge(double degree, const Measurement& metrics) const;
  double accuracy(double degree) const;  // theta; NN-Degree itself in a training-free search
  Evaluation weigh(double degree, double accuracy, const Measurement& metrics) const;  // judge's second half

 private:
  struct TableStore;
  explicit Evaluator(const Evaluator& of, Space list);
  // `columns` gives the FeatureColumns of a tiling.
  template <class Columns>
  void add_slot(TableStore& store, const Stratum& stratum, std::size_t slot, const Columns& columns);
  void make_sums_exact(TableStore& store);
  void set_ranges();
  void set_log_unit();
  void check_values() const;

  Space space_;
  Models models_;
  Objective objective_;
  Constraints constraints_;
  std::shared_ptr<const Score> score_;  // of the space's geometry
  std::vector<Metric> metrics_;
  PerMetric<bool> has_;
  std::shared_ptr<const TableStore> store_;  // shared by copies, so that the spans below stay valid in them
  std::shared_ptr<const void> kept_;         // likewise
  std::vector<StratumTables> tables_;
  std::shared_ptr<const Evaluator> listed_;
  std::pair<double, double> degree_range_;
  double log_unit_ = 1;
  PerMetric<std::pair<double, double>> metric_range_;
};

// Of two configurations the better one: feasible before infeasible, smaller violation, larger objective, then
// the lower id. The same rule for every method, so that ties have one answer.
bool better(const Evaluation& a, NetworkId id_a, const Evaluation& b, NetworkId id_b);

}  // namespace flash
