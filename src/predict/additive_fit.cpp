#include "flash/predict/additive_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "additive_design.hpp"
#include "flash/core/error.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "left_out.hpp"
#include "ridge.hpp"

namespace flash {
namespace {

using Rows = std::vector<Eigen::Index>;

constexpr Eigen::Index most_folds =
    200;  // of the nested errors; beyond, samples are left out a few at a time

// Beyond so many samples a feature, slots may have weights of their own: among fewer the choice costs more
// than it brings.
constexpr std::size_t samples_a_feature = 4;

// Of features of unit variance: from hardly any to one that leaves the mean.
std::vector<double> penalties() {
  std::vector<double> list;
  for (int exponent = -1; exponent <= 10; ++exponent) list.push_back(std::pow(10.0, 0.5 * exponent));
  return list;
}

struct Choice {
  bool each_slot = false;
  double penalty = 0;
  double intercept = 0;
  Eigen::VectorXd weights;  // of all columns of the design
};

class Chooser {
 public:
  Chooser(const AdditiveDesign& design, std::span<const double> accuracy, std::span<const double> weights)
      : design_(design), link_(additive_link()) {
    accuracy_ =
        Eigen::Map<const Eigen::VectorXd>(accuracy.data(), static_cast<Eigen::Index>(accuracy.size()));
    weights_ = Eigen::VectorXd::Ones(accuracy_.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weights_[static_cast<Eigen::Index>(i)] = weights[i];
    targets_ = accuracy_.unaryExpr([](double value) { return linked_score(value); });
  }

  // Of the samples of these rows alone. Equal errors: the simpler, the stronger penalty.
  Choice choose(const Rows& rows) const {
    Choice best;
    double least = std::numeric_limits<double>::infinity();
    const Eigen::VectorXd targets = targets_(rows);
    for (const bool each_slot : {false, true}) {
      const bool same = design_.shared.size() == design_.features.size();
      if (each_slot && (same || rows.size() < samples_a_feature * design_.features.size())) break;
      const Rows columns = each_slot ? all_columns() : design_.shared;
      const Ridge ridge(design_.values(rows, columns), targets, weights_(rows));
      const std::vector<double> list = penalties();
      for (auto penalty = list.rbegin(); penalty != list.rend(); ++penalty) {
        const double error = squares(ridge.left_out(*penalty), rows);
        if (!(error < least)) continue;
        least = error;
        best.each_slot = each_slot;
        best.penalty = *penalty;
        const Eigen::VectorXd weights = ridge.weights(*penalty);
        best.intercept = ridge.intercept(weights);
        best.weights = Eigen::VectorXd::Zero(design_.values.cols());
        best.weights(columns) = weights;
      }
    }
    return best;
  }

  double score(const Choice& choice, Eigen::Index row) const {
    return choice.intercept + design_.values.row(row).dot(choice.weights);
  }
  double predicted(double score) const { return link_(score); }
  const Eigen::VectorXd& targets() const { return targets_; }

 private:
  Rows all_columns() const {
    Rows columns(static_cast<std::size_t>(design_.values.cols()));
    std::iota(columns.begin(), columns.end(), Eigen::Index{0});
    return columns;
  }
  double squares(const Eigen::VectorXd& scores, const Rows& rows) const {
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double error = predicted(scores[static_cast<Eigen::Index>(i)]) - accuracy_[rows[i]];
      sum += error * error;
    }
    return sum;
  }

  const AdditiveDesign& design_;
  const AccuracyModel link_;
  Eigen::VectorXd accuracy_, targets_, weights_;
};

// Of each sample by a choice among the others.
struct Nested {
  std::vector<double> scores, accuracies;
  // Scores less the mean of the others', which is the lower the better the sample: ranks must not count that.
  std::vector<double> above_mean;
  double squares = 0;  // of the scores' errors
};

Nested nested_predictions(const Chooser& chooser, Eigen::Index count) {
  Nested nested;
  nested.scores.resize(static_cast<std::size_t>(count));
  nested.above_mean = nested.accuracies = nested.scores;
  const Eigen::Index folds = std::min(count, most_folds);
  for (Eigen::Index fold = 0; fold < folds; ++fold) {
    Rows rest;
    for (Eigen::Index row = 0; row < count; ++row)
      if (row % folds != fold) rest.push_back(row);
    const Choice choice = chooser.choose(rest);
    const double mean = chooser.targets()(rest).mean();
    for (Eigen::Index row = fold; row < count; row += folds) {
      const double score = chooser.score(choice, row);
      const auto at = static_cast<std::size_t>(row);
      nested.scores[at] = score;
      nested.accuracies[at] = chooser.predicted(score);
      nested.above_mean[at] = score - mean;
      nested.squares += std::pow(score - chooser.targets()[row], 2);
    }
  }
  return nested;
}

AdditiveScore score_of_choice(const AdditiveDesign& design, const Choice& choice) {
  AdditiveScore score{choice.intercept, {}};
  for (std::size_t f = 0; f < design.features.size(); ++f) {
    const auto column = static_cast<Eigen::Index>(f);
    const double weight = choice.weights[column] / design.deviation[column];
    if (weight == 0) continue;
    score.intercept -= weight * design.mean[column];
    score.weights.push_back({design.features[f].name, weight, design.centres[f]});
  }
  return score;
}

void check(std::span<const Point> networks, std::span<const double> accuracy) {
  const auto refuse = [](const std::string& reason) {
    throw Error(ExitCode::bad_data, "additive accuracy predictor: " + reason);
  };
  if (networks.size() != accuracy.size()) refuse("as many networks as accuracies are needed");
  if (networks.size() < least_additive_samples)
    refuse("at least " + std::to_string(least_additive_samples) + " trained networks are needed, there are " +
           std::to_string(networks.size()));
  for (const double value : accuracy)
    if (!(value >= 0 && value <= 1)) refuse("accuracy " + std::to_string(value) + " is not between 0 and 1");
}

}  // namespace

AdditiveFit fit_additive(const Space& space, std::span<const Point> networks,
                         std::span<const double> accuracy, std::span<const double> weights) {
  check(networks, accuracy);
  const AdditiveDesign design = additive_design(space, networks);
  if (design.features.empty())
    throw Error(ExitCode::bad_data, "additive accuracy predictor: the trained networks do not differ");
  const Chooser chooser(design, accuracy, weights);
  Rows all(networks.size());
  std::iota(all.begin(), all.end(), Eigen::Index{0});
  const Choice choice = chooser.choose(all);
  AdditiveFit found;
  found.penalty = choice.penalty;
  found.each_slot = choice.each_slot;
  found.score = score_of_choice(design, choice);
  std::vector<double> scores;
  for (const Eigen::Index row : all) scores.push_back(chooser.score(choice, row));
  AccuracyFit& fit = found.fit;
  fit.model = additive_link();
  fit.converged = true;
  fit.rmse_fit = rmse(fit.model, scores, accuracy);
  const Nested nested = nested_predictions(chooser, static_cast<Eigen::Index>(networks.size()));
  set_left_out(fit, nested.accuracies, accuracy);
  fit.spearman = spearman(nested.above_mean, accuracy);
  fit.kendall = kendall(nested.above_mean, accuracy);
  const auto samples = static_cast<double>(networks.size());
  fit.model.score_band = band_of_errors(std::sqrt(nested.squares / samples), networks.size());
  // The sums over slots may round the ends of the samples' scores another way.
  const auto [least, largest] = std::ranges::minmax(scores);
  constexpr double rounding = 1e-9;
  fit.model.fitted = {least * (1 - rounding), largest * (1 + rounding)};
  return found;
}

}  // namespace flash
