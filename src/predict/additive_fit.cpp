#include "flash/predict/additive_fit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "additive_features.hpp"
#include "flash/core/error.hpp"
#include "flash/predict/rank_correlation.hpp"
#include "left_out.hpp"

namespace flash {
namespace {

using Features = AdditiveFeatures;
using Rows = std::vector<Eigen::Index>;

constexpr Eigen::Index most_folds =
    200;  // of the nested errors; beyond, samples are left out a few at a time
constexpr double negligible_spread = 1e-9;  // of a feature that is the same in all samples, relative

// Beyond so many samples a feature, slots may have weights of their own: among fewer the choice costs more
// than it brings.
constexpr std::size_t samples_a_feature = 4;

// Of features of unit variance: from hardly any to one that leaves the mean.
std::vector<double> penalties() {
  std::vector<double> list;
  for (int exponent = -1; exponent <= 10; ++exponent) list.push_back(std::pow(10.0, 0.5 * exponent));
  return list;
}

struct Design {
  std::vector<Features::Feature> features;  // of the columns
  Eigen::MatrixXd values;                   // a row a sample, columns of mean 0 and variance 1
  Eigen::VectorXd mean, deviation;          // of the columns before
  std::vector<double> centres;              // of what a slot adds to each
  std::vector<Eigen::Index> shared;         // columns without those of one slot or axis alone
};

class DesignMaker {
 public:
  DesignMaker(const Space& space, std::span<const Point> networks)
      : space_(space), networks_(networks), features_(space) {}

  Design make() const {
    Design design;
    std::vector<Eigen::VectorXd> columns;
    for (const Features::Feature& feature : features_.all()) {
      double centre = 0;
      Eigen::VectorXd column = feature.of_shape ? of_shapes(feature) : of_slots(feature, centre);
      const double mean = column.mean();
      column.array() -= mean;
      const double deviation = std::sqrt(column.squaredNorm() / static_cast<double>(column.size()));
      if (!(deviation > negligible_spread * (1 + std::abs(mean)))) continue;
      if (!feature.alone) design.shared.push_back(static_cast<Eigen::Index>(columns.size()));
      columns.push_back(column / deviation);
      design.features.push_back(feature);
      design.centres.push_back(centre);
      append(design.mean, mean);
      append(design.deviation, deviation);
    }
    design.values.resize(static_cast<Eigen::Index>(networks_.size()),
                         static_cast<Eigen::Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c)
      design.values.col(static_cast<Eigen::Index>(c)) = columns[c];
    return design;
  }

 private:
  static void append(Eigen::VectorXd& list, double value) {
    list.conservativeResize(list.size() + 1);
    list[list.size() - 1] = value;
  }

  Eigen::VectorXd of_shapes(const Features::Feature& feature) const {
    Eigen::VectorXd column(static_cast<Eigen::Index>(networks_.size()));
    for (std::size_t i = 0; i < networks_.size(); ++i)
      column[static_cast<Eigen::Index>(i)] = features_.of_shape(feature, space_.stratum(networks_[i]).shape);
    return column;
  }

  Eigen::VectorXd of_slots(const Features::Feature& feature, double& centre) const {
    Eigen::VectorXd column = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(networks_.size()));
    double addends = 0;
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      const Stratum& stratum = space_.stratum(networks_[i]);
      for (std::size_t place = 0; place < stratum.slots.size(); ++place) {
        if (!features_.applies(feature, stratum.slots[place], place)) continue;
        column[static_cast<Eigen::Index>(i)] +=
            features_.of_option(feature, stratum.slots[place], networks_[i].options[place]);
        ++addends;
      }
    }
    if (addends > 0) centre = column.sum() / addends;
    return column;
  }

  const Space& space_;
  std::span<const Point> networks_;
  const Features features_;
};

// Ridge regressions of one design for all penalties: the intercept is free, columns share one penalty.
class Ridge {
 public:
  Ridge(Eigen::MatrixXd values, const Eigen::VectorXd& targets, const Eigen::VectorXd& weights)
      : roots_(weights.cwiseSqrt()),
        shares_(weights / weights.sum()),
        mean_(values.transpose() * shares_),
        target_mean_(shares_.dot(targets)) {
    values.rowwise() -= mean_.transpose();
    values = roots_.asDiagonal() * values;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(values.transpose() * values);
    curvature_ = solver.eigenvalues().cwiseMax(0);
    axes_ = solver.eigenvectors();
    turned_ = values * axes_;
    targets_ = targets;
    residuals_of_mean_ = roots_.cwiseProduct((targets.array() - target_mean_).matrix());
    projected_ = turned_.transpose() * residuals_of_mean_;
  }

  // What each sample's target would be predicted to be by a fit to the others.
  Eigen::VectorXd left_out(double penalty) const {
    const Eigen::VectorXd damped = damping(penalty);
    const Eigen::VectorXd residuals = residuals_of_mean_ - turned_ * damped.cwiseProduct(projected_);
    const Eigen::VectorXd leverage = turned_.array().square().matrix() * damped + shares_;
    return targets_.array() - residuals.array() / roots_.array() / (1 - leverage.array()).max(1e-9);
  }
  Eigen::VectorXd weights(double penalty) const { return axes_ * damping(penalty).cwiseProduct(projected_); }
  double intercept(const Eigen::VectorXd& weights) const { return target_mean_ - weights.dot(mean_); }

 private:
  Eigen::VectorXd damping(double penalty) const { return (curvature_.array() + penalty).inverse().matrix(); }

  Eigen::VectorXd roots_;   // of the samples' weights
  Eigen::VectorXd shares_;  // of their sum
  Eigen::VectorXd mean_;
  double target_mean_;
  Eigen::VectorXd targets_;
  Eigen::VectorXd curvature_, projected_, residuals_of_mean_;
  Eigen::MatrixXd axes_, turned_;
};

struct Choice {
  bool each_slot = false;
  double penalty = 0;
  double intercept = 0;
  Eigen::VectorXd weights;  // of all columns of the design
};

class Chooser {
 public:
  Chooser(const Design& design, std::span<const double> accuracy, std::span<const double> weights)
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

  const Design& design_;
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

AdditiveScore score_of_choice(const Design& design, const Choice& choice) {
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
  const Design design = DesignMaker(space, networks).make();
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
