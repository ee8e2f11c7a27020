// Gaussian processes with linear covariances of operators, features and known devices, averaged [ours].
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <vector>

#include "known_devices.hpp"
#include "variance_components.hpp"

namespace flash {

// What a model knows a network by. Each has one variance; all are linear, so that a model is a sum over places,
// features and columns of known devices.
struct LinearCovariance {
  enum class Of { all_operators, living_operators, features, columns };
  Of of = Of::features;
  Eigen::MatrixXd cells;                // of operators
  Eigen::Index first = 0, columns = 0;  // of columns
};

class SharedWeights {
 public:
  using Rows = std::vector<Eigen::Index>;  // of the samples
  struct Model {
    std::vector<std::size_t> covariances;
    bool steady = true;  // knows operators or features, so that no bad proxy can lead it astray
  };
  struct Fitted {
    TargetWeights weights;
    // Of the model that weighs most: what deviations rest on.
    Rows rows;
    std::vector<std::size_t> covariances;
    std::vector<double> variance;
    double noise = 0;
  };

  // `networks`: the samples.
  SharedWeights(const KnownDevices& known, std::vector<std::size_t> networks);

  const std::vector<Model>& shared() const { return shared_; }
  const std::vector<Model>& counts() const { return counts_; }    // empty: neither operators nor features
  const std::vector<Model>& scratch() const { return scratch_; }  // likewise

  // y: of these rows, one each.
  Fitted fit(std::span<const Model> models, const Rows& rows, const Eigen::VectorXd& y) const;
  // Of a network's latency, noise and all.
  Eigen::VectorXd deviations(const Fitted& fitted) const;

 private:
  void list_covariances();
  void list_models();
  Eigen::MatrixXd covariance(std::size_t k) const;
  void add_weights(std::size_t k, double variance, const Rows& rows, const Eigen::VectorXd& dual,
                   TargetWeights& weights) const;

  const KnownDevices* known_;
  std::vector<std::size_t> networks_;
  std::vector<LinearCovariance> list_;
  struct Numbers {  // in list_; none: no such covariance
    std::vector<std::size_t> counts, living_counts, grouped, smooth, own, alike, features, fits, beyond,
        proxy;
  } numbers_;
  Eigen::MatrixXd features_;  // [network][feature], of unit variance
  Eigen::VectorXd feature_mean_, feature_deviation_;
  std::vector<Eigen::MatrixXd> covariances_;  // [sample][sample]
  std::vector<Model> shared_, counts_, scratch_;
};

}  // namespace flash
