// How far off a model of shared weights may be.
#include <algorithm>
#include <cmath>
#include <utility>

#include "shared_weights.hpp"

namespace flash {

Eigen::VectorXd SharedWeights::deviations(const Fitted& fitted) const {
  const OperatorCells& cells = known_->cells();
  const Encoding& encoding = cells.encoding();
  const auto networks = static_cast<Eigen::Index>(encoding.networks);
  const auto count = static_cast<Eigen::Index>(fitted.rows.size());
  Eigen::VectorXd result = Eigen::VectorXd::Constant(networks, std::sqrt(std::max(fitted.noise, 0.0)));
  if (!(fitted.noise > 0) || count == 0) return result;

  // The sums of covariances, of operators as tables of cells, of columns as they are.
  struct Table {
    Operators which;
    Eigen::MatrixXd cells;       // [cell][cell]
    Eigen::MatrixXd of_samples;  // [sample][cell]
  };
  std::vector<Table> tables;
  for (const Operators which : {Operators::all, Operators::living}) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(cells.count(), cells.count());
    const auto of = which == Operators::all ? LinearCovariance::Of::all_operators
                                            : LinearCovariance::Of::living_operators;
    for (std::size_t k = 0; k < fitted.covariances.size(); ++k)
      if (list_[fitted.covariances[k]].of == of && fitted.variance[k] > 0)
        sum += fitted.variance[k] * list_[fitted.covariances[k]].cells;
    if (sum.size() == 0 || sum.isZero(0)) continue;
    Eigen::MatrixXd of_samples = Eigen::MatrixXd::Zero(count, cells.count());
    for (Eigen::Index s = 0; s < count; ++s)
      for (std::size_t p = 0; p < encoding.places.size(); ++p)
        of_samples.row(s) += sum.row(cells.cell(
            which, networks_[static_cast<std::size_t>(fitted.rows[static_cast<std::size_t>(s)])], p));
    tables.push_back({which, std::move(sum), std::move(of_samples)});
  }
  Eigen::VectorXd of_features = Eigen::VectorXd::Zero(features_.cols());
  Eigen::VectorXd of_columns = Eigen::VectorXd::Zero(known_->columns().cols());
  for (std::size_t k = 0; k < fitted.covariances.size(); ++k) {
    const LinearCovariance& c = list_[fitted.covariances[k]];
    if (c.of == LinearCovariance::Of::features) of_features.array() += fitted.variance[k];
    if (c.of == LinearCovariance::Of::columns)
      of_columns(Eigen::seqN(c.first, c.columns)).array() += fitted.variance[k];
  }
  Rows sampled;
  for (const Eigen::Index row : fitted.rows)
    sampled.push_back(static_cast<Eigen::Index>(networks_[static_cast<std::size_t>(row)]));
  const Eigen::MatrixXd sample_features = features_(sampled, Eigen::all) * of_features.asDiagonal();
  const Eigen::MatrixXd sample_columns = known_->columns()(sampled, Eigen::all) * of_columns.asDiagonal();

  Eigen::MatrixXd between = fitted.noise * Eigen::MatrixXd::Identity(count, count);
  for (std::size_t k = 0; k < fitted.covariances.size(); ++k)
    if (fitted.variance[k] > 0)
      between += fitted.variance[k] * covariances_[fitted.covariances[k]](fitted.rows, fitted.rows);
  const Eigen::MatrixXd inverse = between.llt().solve(Eigen::MatrixXd::Identity(count, count));
  const Eigen::VectorXd ones = inverse.rowwise().sum();
  const double all_ones = ones.sum();

  constexpr Eigen::Index block = 512;
  std::vector<Eigen::Index> hot(encoding.places.size());
  for (Eigen::Index begin = 0; begin < networks; begin += block) {
    const Eigen::Index size = std::min(block, networks - begin);
    Eigen::MatrixXd with_samples = sample_features * features_.middleRows(begin, size).transpose() +
                                   sample_columns * known_->columns().middleRows(begin, size).transpose();
    Eigen::VectorXd own = features_.middleRows(begin, size).cwiseAbs2() * of_features +
                          known_->columns().middleRows(begin, size).cwiseAbs2() * of_columns;
    for (const Table& table : tables)
      for (Eigen::Index i = 0; i < size; ++i) {
        for (std::size_t p = 0; p < hot.size(); ++p)
          hot[p] = cells.cell(table.which, static_cast<std::size_t>(begin + i), p);
        for (const Eigen::Index cell : hot) {
          with_samples.col(i) += table.of_samples.col(cell);
          for (const Eigen::Index other : hot) own[i] += table.cells(other, cell);
        }
      }
    const Eigen::MatrixXd solved = inverse * with_samples;
    for (Eigen::Index i = 0; i < size; ++i) {
      const double known = with_samples.col(i).dot(solved.col(i));
      const double of_mean = 1 - ones.dot(with_samples.col(i));  // the mean is not known either
      result[begin + i] =
          std::sqrt(std::max(own[i] - known + of_mean * of_mean / all_ones, 0.0) + fitted.noise);
    }
  }
  return result;
}

}  // namespace flash
