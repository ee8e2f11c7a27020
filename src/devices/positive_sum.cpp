#include "positive_sum.hpp"

#include <algorithm>
#include <limits>

#include "flash/predict/nnls.hpp"
#include "known_devices.hpp"

namespace flash {
namespace {

constexpr double floor_share = 0.01;  // of the mean
constexpr double ridge = 1e-9;        // of a column's square: cells and features depend on each other

SeparableLatency with_least_in_intercept(const Encoding& encoding, const AdditiveWeights& weights) {
  SeparableLatency model;
  model.intercept = weights.intercept;
  Eigen::Index cell = 0;
  for (const Encoding::Place& place : encoding.places) {
    std::vector<double> of_place(place.operators.size());
    for (double& weight : of_place) weight = weights.all[cell++];
    const double least = of_place.empty() ? 0 : *std::ranges::min_element(of_place);
    for (double& weight : of_place) weight -= least;
    model.intercept += least;
    model.place.push_back(std::move(of_place));
  }
  model.feature.assign(weights.feature.begin(), weights.feature.end());
  return model;
}

double least_of(const Encoding& encoding, const SeparableLatency& model) {
  double least = model.intercept;
  const std::size_t features = model.feature.size();
  for (std::size_t f = 0; f < features; ++f) {
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < encoding.networks; ++i)
      smallest = std::min(smallest, model.feature[f] * encoding.values[i * features + f]);
    least += smallest;
  }
  return least;
}

// argmin |X w - sums| with w >= 0, X the cells and features of the living networks: by X'X, of which there are few
// columns, however many networks.
AdditiveWeights refitted(const OperatorCells& cells, const SeparableLatency& model, double floor) {
  const Encoding& encoding = cells.encoding();
  const std::size_t places = encoding.places.size();
  const auto features = static_cast<Eigen::Index>(model.feature.size());
  const Eigen::Index columns = cells.count() + features;
  Eigen::MatrixXd gram = Eigen::MatrixXd::Zero(columns, columns);
  Eigen::VectorXd right = Eigen::VectorXd::Zero(columns);
  std::vector<Eigen::Index> column(places + model.feature.size());
  Eigen::VectorXd value = Eigen::VectorXd::Ones(static_cast<Eigen::Index>(column.size()));
  for (Eigen::Index f = 0; f < features; ++f)
    column[places + static_cast<std::size_t>(f)] = cells.count() + f;
  for (const std::size_t i : live_networks(encoding)) {
    for (std::size_t p = 0; p < places; ++p) column[p] = cells.cell(Operators::all, i, p);
    for (std::size_t f = 0; f < model.feature.size(); ++f)
      value[static_cast<Eigen::Index>(places + f)] = encoding.values[i * model.feature.size() + f];
    const double sum = model.at(encoding, i) - floor;
    for (std::size_t a = 0; a < column.size(); ++a) {
      const double of_a = value[static_cast<Eigen::Index>(a)];
      right[column[a]] += of_a * sum;
      for (std::size_t b = 0; b < column.size(); ++b)
        gram(column[a], column[b]) += of_a * value[static_cast<Eigen::Index>(b)];
    }
  }
  Eigen::VectorXd unit = gram.diagonal().cwiseSqrt();
  for (double& length : unit)
    if (!(length > 0)) length = 1;  // an operator that no network of the table has
  gram = unit.cwiseInverse().asDiagonal() * gram * unit.cwiseInverse().asDiagonal();
  gram.diagonal().array() += ridge;
  const Eigen::LLT<Eigen::MatrixXd> factor(gram);
  const Eigen::VectorXd weights =
      nnls(factor.matrixU(), factor.matrixL().solve(right.cwiseQuotient(unit))).cwiseQuotient(unit);
  AdditiveWeights result;
  result.intercept = floor;
  result.all = weights.head(cells.count());
  result.feature = weights.tail(features);
  return result;
}

}  // namespace

PositiveSum positive_sum(const OperatorCells& cells, const AdditiveWeights& weights) {
  const Encoding& encoding = cells.encoding();
  PositiveSum result{with_least_in_intercept(encoding, weights), false};
  if (encoding.networks == 0) return result;
  double mean = 0;
  for (std::size_t i = 0; i < encoding.networks; ++i)
    mean += result.model.at(encoding, i) / static_cast<double>(encoding.networks);
  const double floor = floor_share * mean;
  if (!(mean > 0) || least_of(encoding, result.model) >= floor) return result;
  result.model = with_least_in_intercept(encoding, refitted(cells, result.model, floor));
  result.refitted = true;
  return result;
}

}  // namespace flash
