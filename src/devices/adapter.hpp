// The methods of adaptation over one set of samples.
#pragma once

#include <Eigen/Dense>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ada_proxy.hpp"
#include "flash/devices/adaptation.hpp"
#include "known_devices.hpp"
#include "shared_weights.hpp"

namespace flash {

class Adapter {
 public:
  // Samples of the same network are one, their mean; in the order of networks, so that the order of samples changes
  // nothing. Networks without a live path are left out (unless all samples are such).
  explicit Adapter(const AdaptationInput& input);
  Adapter(const Adapter&) = delete;

  const KnownDevices& known() const { return known_; }
  const SharedWeights& shared() const { return shared_; }
  const std::vector<std::size_t>& networks() const { return networks_; }  // [sample]
  const Eigen::VectorXd& measured() const { return measured_; }           // [sample]
  std::size_t dead_samples() const { return dead_samples_; }

  // "" or why.
  std::string unusable(std::string_view method, std::size_t samples) const;
  using Rows = SharedWeights::Rows;
  SharedWeights::Fitted fit(std::string_view method, const Rows& rows, bool lasso) const;
  Rows all_rows() const;
  // Of each sample by a fit to the others' folds; NaN where a method cannot be fitted to them.
  Eigen::VectorXd left_out(std::string_view method, bool lasso, std::uint64_t seed) const;

 private:
  struct Samples {
    std::vector<std::size_t> networks;
    Eigen::VectorXd measured;
    std::size_t dead = 0;
  };
  static Samples samples(const AdaptationInput& input);
  Adapter(const AdaptationInput& input, Samples samples);

  OperatorCells cells_;
  KnownDevices known_;
  std::vector<std::size_t> networks_;
  Eigen::VectorXd measured_;
  std::size_t dead_samples_ = 0;
  SharedWeights shared_;
  AdaProxy ada_proxy_;
};

}  // namespace flash
