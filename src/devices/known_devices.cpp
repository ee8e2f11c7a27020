#include "known_devices.hpp"

#include <cmath>

namespace flash {

std::vector<std::size_t> live_networks(const Encoding& encoding) {
  std::vector<std::size_t> live;
  live.reserve(encoding.networks);
  for (std::size_t i = 0; i < encoding.networks; ++i)
    if (encoding.live.empty() || encoding.live[i]) live.push_back(i);
  return live;
}

KnownDevices::KnownDevices(const OperatorCells& cells, const std::vector<std::vector<double>>& latency,
                           bool proxy_first)
    : cells_(&cells),
      has_proxy_(proxy_first && !latency.empty()),
      by_all_operators_(cells, live_networks(cells.encoding()), false) {
  const std::vector<std::size_t> live = by_all_operators_.networks();
  const auto networks = static_cast<Eigen::Index>(cells.encoding().networks);
  const auto count = static_cast<Eigen::Index>(latency.size());
  columns_ = Eigen::MatrixXd::Zero(networks, 2 * count + (has_proxy_ ? 1 : 0));
  std::optional<TableFit> fit;  // of the networks that the device before measured
  for (std::size_t d = 0; d < latency.size(); ++d) {
    std::vector<std::size_t> measured;
    for (const std::size_t i : live)
      if (!std::isnan(latency[d][i])) measured.push_back(i);
    if (!fit || fit->networks() != measured) fit.emplace(cells, measured, true);
    weights_.push_back(fit->fit(latency[d]));
    if (d == 0 && has_proxy_)
      proxy_weights_ = measured == live ? by_all_operators_.fit(latency[d])
                                        : TableFit(cells, measured, false).fit(latency[d]);
    const auto column = static_cast<Eigen::Index>(d);
    columns_.col(column) = weights_[d].at_all_networks(cells);
    double mean = 0;
    double squares = 0;
    for (const std::size_t i : measured) mean += latency[d][i] / static_cast<double>(measured.size());
    for (const std::size_t i : measured) squares += (latency[d][i] - mean) * (latency[d][i] - mean);
    const double deviation = measured.empty() ? 0 : std::sqrt(squares / static_cast<double>(measured.size()));
    const bool varies = deviation > 1e-9 * std::abs(mean);
    mean_.push_back(mean);
    deviation_.push_back(varies ? deviation : 0);
    if (!varies) {
      columns_.col(column).setZero();
      continue;
    }
    for (const std::size_t i : measured) {
      const auto row = static_cast<Eigen::Index>(i);
      columns_(row, count + column) = (latency[d][i] - columns_(row, column)) / deviation;
    }
    columns_.col(column) = (columns_.col(column).array() - mean) / deviation;
    if (d == 0 && has_proxy_) columns_.col(2 * count) = columns_.col(0) + columns_.col(count);
  }
}

Eigen::VectorXd KnownDevices::proxy() const {
  return (columns_.col(proxy_column()).array() * deviation_[0] + mean_[0]).matrix();
}

Eigen::MatrixXd KnownDevices::alike() const {
  const Encoding& encoding = cells_->encoding();
  const auto names = static_cast<Eigen::Index>(cells_->names());
  Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(names, names);
  for (std::size_t d = 0; d < devices(); ++d) {
    if (!varies(d)) continue;
    Eigen::MatrixXd of_device = Eigen::MatrixXd::Zero(names, names);
    for (std::size_t p = 0; p < encoding.places.size(); ++p) {
      const Eigen::Index first = cells_->first(p);
      const auto count = static_cast<Eigen::Index>(encoding.places[p].operators.size());
      Eigen::VectorXd weights = weights_[d].all.segment(first, count);
      if (weights_[d].living.size() > 0) weights += weights_[d].living.segment(first, count);
      weights.array() -= weights.mean();
      for (Eigen::Index a = 0; a < count; ++a)
        for (Eigen::Index b = 0; b < count; ++b)
          of_device(static_cast<Eigen::Index>(cells_->name(first + a)),
                    static_cast<Eigen::Index>(cells_->name(first + b))) += weights[a] * weights[b];
    }
    if (of_device.trace() > 0) sum += of_device / of_device.trace();
  }
  return sum.isZero(0) ? Eigen::MatrixXd() : sum;
}

double KnownDevices::at(const TargetWeights& weights, std::size_t network) const {
  const Encoding& encoding = cells_->encoding();
  const AdditiveWeights& additive = weights.additive;
  double sum = additive.intercept;
  for (std::size_t p = 0; p < encoding.places.size(); ++p) {
    sum += additive.all[cells_->cell(Operators::all, network, p)];
    if (additive.living.size() > 0) sum += additive.living[cells_->cell(Operators::living, network, p)];
  }
  for (std::size_t f = 0; f < encoding.features.size(); ++f)
    sum += additive.feature[static_cast<Eigen::Index>(f)] *
           encoding.values[network * encoding.features.size() + f];
  return sum + columns_.row(static_cast<Eigen::Index>(network)).dot(weights.columns);
}

Eigen::VectorXd KnownDevices::at_all_networks(const TargetWeights& weights) const {
  Eigen::VectorXd result = weights.additive.at_all_networks(*cells_);
  for (Eigen::Index c = 0; c < columns_.cols(); ++c)
    if (weights.columns[c] != 0) result += weights.columns[c] * columns_.col(c);
  return result;
}

AdditiveWeights KnownDevices::separable(const TargetWeights& weights) const {
  AdditiveWeights sum = weights.additive;
  const auto count = static_cast<Eigen::Index>(devices());
  Eigen::VectorXd rest = Eigen::VectorXd::Zero(columns_.rows());
  for (Eigen::Index d = 0; d < count; ++d) {
    const auto device = static_cast<std::size_t>(d);
    if (!varies(device)) continue;
    // The proxy as measured is its fit and what goes beyond it.
    const double of_proxy = d == 0 && has_proxy_ ? weights.columns[proxy_column()] : 0;
    const double of_fit = (weights.columns[d] + of_proxy) / deviation_[device];
    const double beyond = weights.columns[count + d] + of_proxy;
    const AdditiveWeights& own = weights_[device];
    sum.intercept += of_fit * (own.intercept - mean_[device]);
    sum.all += of_fit * own.all;
    sum.feature += of_fit * own.feature;
    if (own.living.size() > 0) {
      if (sum.living.size() == 0) sum.living = Eigen::VectorXd::Zero(own.living.size());
      sum.living += of_fit * own.living;
    }
    if (beyond != 0) rest += beyond * columns_.col(count + d);
  }
  const Encoding& encoding = cells_->encoding();
  const bool living = sum.living.size() > 0 && !sum.living.isZero(0);
  if (living)
    for (std::size_t i = 0; i < encoding.networks; ++i)
      for (std::size_t p = 0; p < encoding.places.size(); ++p)
        rest[static_cast<Eigen::Index>(i)] += sum.living[cells_->cell(Operators::living, i, p)];
  sum.living.resize(0);
  if (rest.isZero(0)) return sum;
  const AdditiveWeights nearest = by_all_operators_.fit({rest.data(), static_cast<std::size_t>(rest.size())});
  sum.intercept += nearest.intercept;
  sum.all += nearest.all;
  sum.feature += nearest.feature;
  return sum;
}

}  // namespace flash
