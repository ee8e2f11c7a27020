// What the proxy and further devices say of every network, as columns of numbers.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <optional>
#include <vector>

#include "additive_fit_of_table.hpp"
#include "operator_cells.hpp"

namespace flash {

// A network's latency on the target: a sum over places and features, and of columns.
struct TargetWeights {
  AdditiveWeights additive;
  Eigen::VectorXd columns;  // as KnownDevices has them
};

class KnownDevices {
 public:
  // [device][network], NaN: not measured; the proxy first where there is one.
  KnownDevices(const OperatorCells& cells, const std::vector<std::vector<double>>& latency, bool proxy_first);

  const OperatorCells& cells() const { return *cells_; }
  bool has_proxy() const { return has_proxy_; }
  std::size_t devices() const { return weights_.size(); }
  bool varies(std::size_t device) const { return deviation_[device] > 0; }
  // [network][column], in units of the device's standard deviation: for each device what its additive fit says, then
  // for each what it measured beyond that (0 where it did not), then what the proxy measured (or its fit says).
  const Eigen::MatrixXd& columns() const { return columns_; }
  Eigen::Index fits() const { return static_cast<Eigen::Index>(devices()); }  // how many of the first kind
  Eigen::Index proxy_column() const { return columns_.cols() - 1; }           // with has_proxy()
  // The proxy's latency, where not measured its fit's; and its weights, of all operators alone.
  Eigen::VectorXd proxy() const;
  const AdditiveWeights& proxy_weights() const { return proxy_weights_; }

  // How alike operators' names are: [name][name], from their weights on the devices that vary; empty: none does.
  Eigen::MatrixXd alike() const;

  double at(const TargetWeights& weights, std::size_t network) const;
  Eigen::VectorXd at_all_networks(const TargetWeights& weights) const;
  // The same as a sum over places and features alone; of what is no such sum the nearest over the networks.
  AdditiveWeights separable(const TargetWeights& weights) const;

 private:
  const OperatorCells* cells_;
  bool has_proxy_ = false;
  TableFit by_all_operators_;  // of all live networks
  std::vector<AdditiveWeights> weights_;
  std::vector<double> mean_, deviation_;
  AdditiveWeights proxy_weights_;
  Eigen::MatrixXd columns_;
};

std::vector<std::size_t> live_networks(const Encoding& encoding);

}  // namespace flash
