#include "additive_design.hpp"

#include <cmath>

namespace flash {
namespace {

using Features = AdditiveFeatures;

constexpr double negligible_spread = 1e-9;  // of a feature that is the same in all samples, relative

class DesignMaker {
 public:
  DesignMaker(const Space& space, std::span<const Point> networks)
      : space_(space), networks_(networks), features_(space) {}

  AdditiveDesign make() const {
    AdditiveDesign design;
    std::vector<Eigen::VectorXd> columns;
    for (const Features::Feature& feature : features_.all()) {
      double centre = 0;
      Eigen::VectorXd column = feature.of_shape ? of_shapes(feature) : of_slots(feature, centre);
      const double mean = column.mean();
      column.array() -= mean;
      const double deviation = std::sqrt(column.squaredNorm() / static_cast<double>(column.size()));
      if (!(deviation > negligible_spread * (1 + std::abs(mean)))) continue;
      if (!feature.alone) design.shared.push_back(static_cast<Eigen::Index>(columns.size()));
      columns.push_back(column / deviation);
      design.features.push_back(feature);
      design.centres.push_back(centre);
      append(design.mean, mean);
      append(design.deviation, deviation);
    }
    design.values.resize(static_cast<Eigen::Index>(networks_.size()),
                         static_cast<Eigen::Index>(columns.size()));
    for (std::size_t c = 0; c < columns.size(); ++c)
      design.values.col(static_cast<Eigen::Index>(c)) = columns[c];
    return design;
  }

 private:
  static void append(Eigen::VectorXd& list, double value) {
    list.conservativeResize(list.size() + 1);
    list[list.size() - 1] = value;
  }

  Eigen::VectorXd of_shapes(const Features::Feature& feature) const {
    Eigen::VectorXd column(static_cast<Eigen::Index>(networks_.size()));
    for (std::size_t i = 0; i < networks_.size(); ++i)
      column[static_cast<Eigen::Index>(i)] = features_.of_shape(feature, space_.stratum(networks_[i]).shape);
    return column;
  }

  Eigen::VectorXd of_slots(const Features::Feature& feature, double& centre) const {
    Eigen::VectorXd column = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(networks_.size()));
    double addends = 0;
    for (std::size_t i = 0; i < networks_.size(); ++i) {
      const Stratum& stratum = space_.stratum(networks_[i]);
      for (std::size_t place = 0; place < stratum.slots.size(); ++place) {
        if (!features_.applies(feature, stratum.slots[place], place)) continue;
        column[static_cast<Eigen::Index>(i)] +=
            features_.of_option(feature, stratum.slots[place], networks_[i].options[place]);
        ++addends;
      }
    }
    if (addends > 0) centre = column.sum() / addends;
    return column;
  }

  const Space& space_;
  std::span<const Point> networks_;
  const Features features_;
};

}  // namespace

AdditiveDesign additive_design(const Space& space, std::span<const Point> networks) {
  return DesignMaker(space, networks).make();
}

}  // namespace flash
