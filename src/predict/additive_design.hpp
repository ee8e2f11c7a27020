// The counted features of networks as columns of a regression.
#pragma once

#include <Eigen/Dense>
#include <span>
#include <vector>

#include "additive_features.hpp"

namespace flash {

struct AdditiveDesign {
  std::vector<AdditiveFeatures::Feature> features;  // of the columns
  Eigen::MatrixXd values;                           // a row a sample, columns of mean 0 and variance 1
  Eigen::VectorXd mean, deviation;                  // of the columns before
  std::vector<double> centres;                      // of what a slot adds to each
  std::vector<Eigen::Index> shared;                 // columns without those of one slot or axis alone
};

// Features that are the same in all networks are left out.
AdditiveDesign additive_design(const Space& space, std::span<const Point> networks);

}  // namespace flash
