#include "additive_fit_of_table.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flash {
namespace {

constexpr double hardly_any =
    1e-7;  // of the mean diagonal: only what the networks leave open follows the penalty
constexpr std::size_t many = 20;  // networks a weight

}  // namespace

Eigen::VectorXd AdditiveWeights::at_all_networks(const OperatorCells& cells) const {
  const Encoding& encoding = cells.encoding();
  const std::size_t features = encoding.features.size();
  Eigen::VectorXd result(static_cast<Eigen::Index>(encoding.networks));
  for (std::size_t i = 0; i < encoding.networks; ++i) {
    double sum = intercept;
    for (std::size_t p = 0; p < encoding.places.size(); ++p) {
      sum += all[cells.cell(Operators::all, i, p)];
      if (living.size() > 0) sum += living[cells.cell(Operators::living, i, p)];
    }
    for (std::size_t f = 0; f < features; ++f)
      sum += feature[static_cast<Eigen::Index>(f)] * encoding.values[i * features + f];
    result[static_cast<Eigen::Index>(i)] = sum;
  }
  return result;
}

TableFit::TableFit(const OperatorCells& cells, std::vector<std::size_t> networks, bool with_living)
    : cells_(&cells), networks_(std::move(networks)), with_living_(with_living && cells.has_living()) {
  const Encoding& encoding = cells.encoding();
  const Eigen::Index blocks = with_living_ ? 2 : 1;
  const auto features = static_cast<Eigen::Index>(encoding.features.size());
  const Eigen::Index operators = blocks * cells.count();
  const Eigen::Index columns = operators + features;
  mean_ = Eigen::VectorXd::Zero(columns);
  gram_ = Eigen::MatrixXd::Zero(columns, columns);
  const auto count = static_cast<double>(networks_.size());
  scale_ = Eigen::VectorXd::Ones(features);
  for (Eigen::Index f = 0; f < features; ++f) {
    double largest = 0;
    for (const std::size_t i : networks_)
      largest = std::max(
          largest, std::abs(encoding.values[i * encoding.features.size() + static_cast<std::size_t>(f)]));
    if (largest > 0) scale_[f] = 1 / largest;
  }
  std::vector<Eigen::Index> hot;
  Eigen::VectorXd numbers(features);
  for (const std::size_t i : networks_) {
    hot.clear();
    for (std::size_t p = 0; p < encoding.places.size(); ++p) hot.push_back(cells.cell(Operators::all, i, p));
    if (with_living_)
      for (std::size_t p = 0; p < encoding.places.size(); ++p)
        hot.push_back(cells.count() + cells.cell(Operators::living, i, p));
    for (Eigen::Index f = 0; f < features; ++f)
      numbers[f] = scale_[f] * encoding.values[i * encoding.features.size() + static_cast<std::size_t>(f)];
    for (const Eigen::Index column : hot) {
      mean_[column] += 1;
      for (const Eigen::Index row : hot) gram_(row, column) += 1;
      if (features > 0) gram_.col(column).tail(features) += numbers;
    }
    if (features > 0) {
      mean_.tail(features) += numbers;
      gram_.bottomRightCorner(features, features) += numbers * numbers.transpose();
    }
  }
  if (features > 0)
    gram_.topRightCorner(operators, features) = gram_.bottomLeftCorner(features, operators).transpose();
  mean_ /= std::max(count, 1.0);
  gram_ -= count * mean_ * mean_.transpose();

  // Shared weights and own ones, equally likely.
  root_ = Eigen::MatrixXd::Identity(columns, columns);
  if (cells.own().size() > 0) {
    const Eigen::MatrixXd factor = Eigen::LLT<Eigen::MatrixXd>(cells.own() + cells.shared()).matrixL();
    for (Eigen::Index b = 0; b < blocks; ++b)
      root_.block(b * cells.count(), b * cells.count(), cells.count(), cells.count()) = factor;
  }
  if (columns == 0) return;
  gram_ = (root_.transpose() * gram_ * root_).eval();
  const double diagonal = gram_.trace() / static_cast<double>(columns);
  std::vector<double> shares{hardly_any};
  if (networks_.size() < many * static_cast<std::size_t>(columns))
    for (const double share : {1e-4, 1e-3, 1e-2, 0.1, 1.0}) shares.push_back(share);
  for (const double share : shares) {
    Penalised p;
    p.penalty = share * diagonal + std::numeric_limits<double>::min();
    Eigen::MatrixXd penalised = gram_;
    penalised.diagonal().array() += p.penalty;
    p.factor.compute(penalised);
    if (shares.size() > 1) {
      const Eigen::MatrixXd inverse = p.factor.solve(Eigen::MatrixXd::Identity(columns, columns));
      p.freedom = static_cast<double>(columns) - p.penalty * inverse.trace();
    }
    penalised_.push_back(std::move(p));
  }
}

Eigen::VectorXd TableFit::sums(std::span<const double> latency, double mean) const {
  const Encoding& encoding = cells_->encoding();
  const std::size_t features = encoding.features.size();
  Eigen::VectorXd sum = Eigen::VectorXd::Zero(mean_.size());
  const Eigen::Index operators = mean_.size() - static_cast<Eigen::Index>(features);
  for (const std::size_t i : networks_) {
    const double above = latency[i] - mean;
    for (std::size_t p = 0; p < encoding.places.size(); ++p) {
      sum[cells_->cell(Operators::all, i, p)] += above;
      if (with_living_) sum[cells_->count() + cells_->cell(Operators::living, i, p)] += above;
    }
    for (std::size_t f = 0; f < features; ++f) {
      const auto column = static_cast<Eigen::Index>(f);
      sum[operators + column] += scale_[column] * encoding.values[i * features + f] * above;
    }
  }
  return sum;
}

AdditiveWeights TableFit::fit(std::span<const double> latency) const {
  AdditiveWeights weights;
  const Eigen::Index count = cells_->count();
  const auto features = static_cast<Eigen::Index>(scale_.size());
  double mean = 0;
  for (const std::size_t i : networks_) mean += latency[i] / static_cast<double>(networks_.size());
  weights.intercept = mean;
  weights.all = Eigen::VectorXd::Zero(count);
  if (with_living_) weights.living = Eigen::VectorXd::Zero(count);
  weights.feature = Eigen::VectorXd::Zero(features);
  if (networks_.empty() || penalised_.empty()) return weights;
  const Eigen::VectorXd products = root_.transpose() * sums(latency, mean);
  double squares = 0;
  for (const std::size_t i : networks_) squares += (latency[i] - mean) * (latency[i] - mean);
  double least = std::numeric_limits<double>::infinity();
  Eigen::VectorXd best = Eigen::VectorXd::Zero(products.size());
  for (const Penalised& p : penalised_) {
    const Eigen::VectorXd coordinates = p.factor.solve(products);
    const double left = squares - 2 * coordinates.dot(products) + coordinates.dot(gram_ * coordinates);
    const double room = 1 - (p.freedom + 1) / static_cast<double>(networks_.size());
    const double error = penalised_.size() == 1 ? 0
                         : room > 0             ? std::max(left, 0.0) / (room * room)
                                                : std::numeric_limits<double>::max();
    if (error < least) {
      least = error;
      best = coordinates;
    }
  }
  const Eigen::VectorXd of_columns = root_ * best;
  weights.intercept -= mean_.dot(of_columns);
  weights.all = of_columns.head(count);
  if (with_living_) weights.living = of_columns.segment(count, count);
  weights.feature = of_columns.tail(features).cwiseProduct(scale_);
  return weights;
}

}  // namespace flash
