// A device's latencies as sums over places and features, from the many networks that it measured.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <vector>

#include "operator_cells.hpp"

namespace flash {

// Weights of a sum: one each operator and place, of all operators and of the living ones, and each feature.
struct AdditiveWeights {
  double intercept = 0;
  Eigen::VectorXd all, living;  // [cell]; living may be empty
  Eigen::VectorXd feature;      // [feature], a unit of it

  Eigen::VectorXd at_all_networks(const OperatorCells& cells) const;
};

// Ridge regression where weights are shared between places as far as the data do not say otherwise. Of networks many
// times as many as weights it is least squares; of fewer the penalty has the least generalised cross-validation error
// (Golub, Heath, Wahba, Technometrics 21, 1979).
class TableFit {
 public:
  // `networks`: those measured.
  TableFit(const OperatorCells& cells, std::vector<std::size_t> networks, bool with_living);
  AdditiveWeights fit(std::span<const double> latency) const;  // [network] of all
  const std::vector<std::size_t>& networks() const { return networks_; }

 private:
  Eigen::VectorXd sums(std::span<const double> latency, double mean) const;

  const OperatorCells* cells_;
  std::vector<std::size_t> networks_;
  bool with_living_;
  Eigen::VectorXd mean_;  // of columns
  Eigen::MatrixXd
      gram_;  // of columns less their mean, in coordinates in which the penalty is the same for all
  Eigen::MatrixXd root_;   // weights = root * coordinates
  Eigen::VectorXd scale_;  // of features
  struct Penalised {
    double penalty = 0, freedom = 0;
    Eigen::LLT<Eigen::MatrixXd> factor;
  };
  std::vector<Penalised> penalised_;
};

}  // namespace flash
