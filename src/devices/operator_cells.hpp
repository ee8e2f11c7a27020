// Operators at places, numbered, and how far their weights have something to do with each other.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <span>
#include <vector>

#include "flash/devices/encoding.hpp"

namespace flash {

// Whose operators are looked at.
enum class Operators { all, living };

class OperatorCells {
 public:
  explicit OperatorCells(const Encoding& encoding);

  const Encoding& encoding() const { return *encoding_; }
  Eigen::Index count() const { return count_; }  // a cell is an operator at a place
  bool has_living() const { return has_living_; }
  Eigen::Index cell(Operators which, std::size_t network, std::size_t place) const {
    const std::size_t at = network * places_ + place;
    return first_[place] + static_cast<Eigen::Index>(which == Operators::all ? encoding_->operators[at]
                                                                             : encoding_->living[at]);
  }
  Eigen::Index first(std::size_t place) const { return first_[place]; }

  // Covariances of weights [cell][cell], 0 between operators of different names: the operator weighs the same at each
  // place of a kind; of a kind and shape; nearly the same at places that are near (the standard deviation of the
  // nearness is an eighth of the places); and has a weight of its own at each. Empty where that is no structure of its
  // own. Places are of a kind where they share most of their operators' names.
  const Eigen::MatrixXd& shared() const { return shared_; }
  const Eigen::MatrixXd& grouped() const { return grouped_; }
  const Eigen::MatrixXd& smooth() const { return smooth_; }
  const Eigen::MatrixXd& own() const { return own_; }
  // Covariances where operators of different names have something to do with each other: [name][name].
  Eigen::MatrixXd nearly_shared(
      const Eigen::MatrixXd& names) const;  // times the nearness of places, of few places 1
  std::size_t name(Eigen::Index cell) const { return name_[static_cast<std::size_t>(cell)]; }
  // How often each operator stands in a network: one column a name and kind.
  Eigen::MatrixXd counts(Operators which, std::span<const std::size_t> networks) const;
  std::size_t names() const { return names_; }

 private:
  Eigen::MatrixXd covariance(const Eigen::MatrixXd& places, const Eigen::MatrixXd& names) const;

  const Encoding* encoding_;
  std::size_t places_ = 0;
  Eigen::Index count_ = 0;
  std::vector<Eigen::Index> first_;
  std::vector<std::size_t> name_;  // [cell]: of an operator's name and its place's kind
  std::size_t names_ = 0;
  bool has_living_ = false;
  Eigen::MatrixXd near_;  // [place][place]
  Eigen::MatrixXd shared_, grouped_, smooth_, own_;
};

// Covariances between the networks' sums of weights: [network of a][network of b].
Eigen::MatrixXd covariance_of_networks(const OperatorCells& cells, Operators which,
                                       const Eigen::MatrixXd& of_cells,
                                       std::span<const std::size_t> networks);
// Sum over networks of a number times the network's cells.
Eigen::VectorXd sum_of_cells(const OperatorCells& cells, Operators which,
                             std::span<const std::size_t> networks, const Eigen::VectorXd& numbers);

}  // namespace flash
