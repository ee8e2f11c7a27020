// AdaProxy (Lu et al., POMACS 5(3):34, 2022), its closed form [reconstructed].
#pragma once

#include <string>
#include <vector>

#include "known_devices.hpp"

namespace flash {

// The target's latency of a network x: x . (w0 o (a 1 + b)) + c, where w0 are the proxy's weights; minimises
//   (1/n) |X (w0 o (a 1 + b)) + c 1 - y|^2 + lambda |b|_p.
// One operator of each place, the proxy's fastest, is the base and has no weight: X then has full column rank. With
// Z = X diag(w0), s = X w0, U = [1, s] and P the projection that takes U away,
//   p = 2: b = (Z' P Z + k I)^-1 Z' P y, whose k belongs to one lambda of the norm that is not squared;
//   p = 1: the lasso of P y on P Z, by coordinate descent.
// k and lambda have the largest SRCC of samples left out: p = 2 one by one in closed form, where samples exceed the
// rank, else (and p = 1) by folds. Samples: of these networks, one each.
class AdaProxy {
 public:
  AdaProxy(const KnownDevices& known, const std::vector<std::size_t>& networks);
  // "" or why it cannot be fitted to as many samples.
  std::string unusable(std::size_t samples) const;
  TargetWeights fit(const std::vector<Eigen::Index>& rows, const Eigen::VectorXd& y, bool lasso) const;

 private:
  const KnownDevices* known_;
  Eigen::VectorXd base_;     // [cell]: the weight of its place's base
  Eigen::VectorXd weights_;  // w0, [cell and feature]
  Eigen::MatrixXd scaled_;   // Z, [sample][column that varies]
  std::vector<Eigen::Index> columns_;
  Eigen::VectorXd sums_;  // s
};

}  // namespace flash
