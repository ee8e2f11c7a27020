#include "shared_weights.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace flash {
namespace {

// A model's share: likelihoods say more than they should of models that were fitted to the same few samples, so they
// are tempered, and part of the average is spread evenly.
constexpr double temper = 2;
constexpr double worth_of_a_covariance = 0.5;
constexpr double spread_evenly = 0.3;  // of few samples
constexpr double few_samples = 20;     // of more the less: likelihoods tell models apart

// Variances rest on so many samples at most: more tell little, and take the cube of their number.
constexpr Eigen::Index most_for_variances = 150;

// A sample that lies so many standard deviations off what the others say of it counts as so much noisier (one round of
// iteratively reweighted least squares): measurements are now and then disturbed.
constexpr double outlying = 3;
constexpr std::size_t least_for_outliers = 10;
constexpr double hardly = 0.02;  // a share that is not worth its time

std::vector<std::size_t> joined(std::initializer_list<std::vector<std::size_t>> lists) {
  std::vector<std::size_t> result;
  for (const std::vector<std::size_t>& list : lists) result.insert(result.end(), list.begin(), list.end());
  return result;
}

std::vector<double> shares_of(std::span<const SharedWeights::Model> models,
                              const std::vector<VarianceFit>& fits, std::size_t samples) {
  std::vector<double> share(models.size());
  double largest = -std::numeric_limits<double>::infinity();
  for (std::size_t m = 0; m < models.size(); ++m) {
    share[m] = fits[m].log_likelihood / temper -
               worth_of_a_covariance * static_cast<double>(models[m].covariances.size());
    largest = std::max(largest, share[m]);
  }
  const double even = spread_evenly * std::min(1.0, few_samples / static_cast<double>(samples));
  double sum = 0;
  double steady = 0;
  for (std::size_t m = 0; m < models.size(); ++m) {
    share[m] = std::exp(share[m] - largest);
    sum += share[m];
    steady += models[m].steady ? 1 : 0;
  }
  for (std::size_t m = 0; m < models.size(); ++m) {
    share[m] *= (steady > 0 ? 1 - even : 1) / sum;
    if (models[m].steady) share[m] += even / steady;
  }
  return share;
}

Eigen::MatrixXd part(const Eigen::MatrixXd& matrix, const SharedWeights::Rows& rows) {
  return matrix(rows, rows);
}

}  // namespace

SharedWeights::SharedWeights(const KnownDevices& known, std::vector<std::size_t> networks)
    : known_(&known), networks_(std::move(networks)) {
  const Encoding& encoding = known.cells().encoding();
  const std::size_t features = encoding.features.size();
  features_.resize(static_cast<Eigen::Index>(encoding.networks), static_cast<Eigen::Index>(features));
  for (std::size_t i = 0; i < encoding.networks; ++i)
    for (std::size_t f = 0; f < features; ++f)
      features_(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(f)) =
          encoding.values[i * features + f];
  feature_mean_ = Eigen::VectorXd::Zero(features_.cols());
  feature_deviation_ = Eigen::VectorXd::Ones(features_.cols());
  for (Eigen::Index f = 0; f < features_.cols(); ++f) {
    feature_mean_[f] = features_.col(f).mean();
    features_.col(f).array() -= feature_mean_[f];
    const double deviation =
        std::sqrt(features_.col(f).squaredNorm() / static_cast<double>(features_.rows()));
    if (deviation > 1e-9 * std::abs(feature_mean_[f])) feature_deviation_[f] = deviation;
    features_.col(f) /= feature_deviation_[f];
  }
  list_covariances();
  list_models();
  for (std::size_t k = 0; k < list_.size(); ++k) covariances_.push_back(covariance(k));
}

void SharedWeights::list_covariances() {
  using Of = LinearCovariance::Of;
  const OperatorCells& cells = known_->cells();
  const auto add = [&](std::vector<std::size_t>& numbers, LinearCovariance covariance) {
    numbers.push_back(list_.size());
    list_.push_back(std::move(covariance));
  };
  const auto of_operators = [&](std::vector<std::size_t>& numbers, std::vector<std::size_t>& living,
                                const Eigen::MatrixXd& matrix) {
    if (matrix.size() == 0) return;
    add(numbers, {Of::all_operators, matrix, 0, 0});
    if (cells.has_living()) add(living, {Of::living_operators, matrix, 0, 0});
  };
  of_operators(numbers_.counts, numbers_.living_counts, cells.shared());
  of_operators(numbers_.grouped, numbers_.grouped, cells.grouped());
  of_operators(numbers_.smooth, numbers_.smooth, cells.smooth());
  of_operators(numbers_.own, numbers_.own, cells.own());
  if (features_.cols() > 0) add(numbers_.features, {Of::features, {}, 0, 0});
  bool varies = false;
  for (std::size_t d = 0; d < known_->devices(); ++d) varies = varies || known_->varies(d);
  if (!varies) return;
  if (const Eigen::MatrixXd alike = known_->alike(); alike.size() > 0)
    of_operators(numbers_.alike, numbers_.alike, cells.nearly_shared(alike));
  add(numbers_.fits, {Of::columns, {}, 0, known_->fits()});
  add(numbers_.beyond, {Of::columns, {}, known_->fits(), known_->fits()});
  if (known_->has_proxy() && known_->varies(0))
    add(numbers_.proxy, {Of::columns, {}, known_->proxy_column(), 1});
}

void SharedWeights::list_models() {
  const Numbers& n = numbers_;
  const auto add = [](std::vector<Model>& models, std::vector<std::size_t> covariances, bool steady = true) {
    const auto same = [&](const Model& model) { return model.covariances == covariances; };
    if (!covariances.empty() && std::ranges::none_of(models, same))
      models.push_back({std::move(covariances), steady});
  };
  const std::vector<std::size_t> counts = joined({n.counts, n.features});
  const std::vector<std::size_t> coarse = joined({counts, n.living_counts, n.grouped});
  const std::vector<std::size_t> fine = joined({coarse, n.smooth, n.own});
  add(counts_, counts);
  add(scratch_, joined({n.own.empty() ? n.counts : std::vector{n.own.front()}, n.features}));
  add(shared_, counts);
  add(shared_, coarse);
  add(shared_, fine);
  if (!n.living_counts.empty()) add(shared_, joined({n.living_counts, n.features}), false);
  if (n.fits.empty()) return;
  add(shared_, n.proxy, false);
  add(shared_, n.fits, false);
  add(shared_, joined({counts, n.fits}));
  add(shared_, joined({coarse, n.fits}));
  const std::vector<std::size_t> alike = joined({coarse, n.smooth, n.alike});
  const std::vector<std::size_t> known = joined({fine, n.alike});
  add(shared_, alike);
  add(shared_, joined({alike, n.fits}));
  add(shared_, known);
  add(shared_, joined({known, n.fits}));
  add(shared_, joined({known, n.fits, n.beyond}));
}

Eigen::MatrixXd SharedWeights::covariance(std::size_t k) const {
  const LinearCovariance& c = list_[k];
  switch (c.of) {
    case LinearCovariance::Of::all_operators:
      return covariance_of_networks(known_->cells(), Operators::all, c.cells, networks_);
    case LinearCovariance::Of::living_operators:
      return covariance_of_networks(known_->cells(), Operators::living, c.cells, networks_);
    case LinearCovariance::Of::features:
    case LinearCovariance::Of::columns:
      break;
  }
  const Rows rows(networks_.begin(), networks_.end());
  const Eigen::MatrixXd columns =
      c.of == LinearCovariance::Of::features
          ? Eigen::MatrixXd(features_(rows, Eigen::all))
          : Eigen::MatrixXd(known_->columns()(rows, Eigen::seqN(c.first, c.columns)));
  return columns * columns.transpose();
}

void SharedWeights::add_weights(std::size_t k, double variance, const Rows& rows, const Eigen::VectorXd& dual,
                                TargetWeights& weights) const {
  if (!(variance > 0)) return;
  const LinearCovariance& c = list_[k];
  const OperatorCells& cells = known_->cells();
  std::vector<std::size_t> networks;
  for (const Eigen::Index row : rows) networks.push_back(networks_[static_cast<std::size_t>(row)]);
  const Rows of_networks(networks.begin(), networks.end());
  switch (c.of) {
    case LinearCovariance::Of::all_operators:
      weights.additive.all += variance * (c.cells * sum_of_cells(cells, Operators::all, networks, dual));
      break;
    case LinearCovariance::Of::living_operators:
      weights.additive.living +=
          variance * (c.cells * sum_of_cells(cells, Operators::living, networks, dual));
      break;
    case LinearCovariance::Of::features: {
      const Eigen::VectorXd own = variance * (features_(of_networks, Eigen::all).transpose() * dual);
      const Eigen::VectorXd of_unit = own.cwiseQuotient(feature_deviation_);
      weights.additive.feature += of_unit;
      weights.additive.intercept -= of_unit.dot(feature_mean_);
      break;
    }
    case LinearCovariance::Of::columns: {
      const auto columns = Eigen::seqN(c.first, c.columns);
      weights.columns(columns) += variance * (known_->columns()(of_networks, columns).transpose() * dual);
      break;
    }
  }
}

SharedWeights::Fitted SharedWeights::fit(std::span<const Model> models, const Rows& rows,
                                         const Eigen::VectorXd& y) const {
  const OperatorCells& cells = known_->cells();
  Fitted fitted;
  fitted.rows = rows;
  fitted.weights.additive.all = Eigen::VectorXd::Zero(cells.count());
  if (cells.has_living()) fitted.weights.additive.living = Eigen::VectorXd::Zero(cells.count());
  fitted.weights.additive.feature = Eigen::VectorXd::Zero(features_.cols());
  fitted.weights.columns = Eigen::VectorXd::Zero(known_->columns().cols());

  const auto of = [&](const Rows& some) {
    std::vector<Eigen::MatrixXd> matrices;
    for (const Eigen::MatrixXd& matrix : covariances_) matrices.push_back(part(matrix, some));
    return matrices;
  };
  const auto count = static_cast<Eigen::Index>(rows.size());
  const bool thinned = count > most_for_variances;
  Rows few = rows;
  Rows places(rows.size());
  for (Eigen::Index i = 0; i < count; ++i) places[static_cast<std::size_t>(i)] = i;
  if (thinned) {
    few.clear();
    places.clear();
    for (Eigen::Index k = 0; k < most_for_variances; ++k) {
      places.push_back(k * count / most_for_variances);
      few.push_back(rows[static_cast<std::size_t>(places.back())]);
    }
  }
  VarianceComponents components(of(few), y(places));
  std::vector<VarianceFit> fits;
  std::vector<double> share;
  for (bool last = few.size() < least_for_outliers;; last = true) {
    fits.clear();
    for (const Model& model : models) fits.push_back(components.fit(model.covariances));
    if (fits.empty()) {
      fitted.weights.additive.intercept = y.mean();
      return fitted;
    }
    share = shares_of(models, fits, few.size());
    if (last) break;
    Eigen::VectorXd left = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(few.size()));
    for (std::size_t m = 0; m < models.size(); ++m)
      if (share[m] > hardly) left += share[m] * components.left_out(models[m].covariances, fits[m]);
    std::vector<double> sizes;
    for (const double e : left) sizes.push_back(std::abs(e));
    std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2));
    const double usual = outlying * 1.4826 * sizes[sizes.size() / 2];  // of a normal distribution
    if (!(usual > 0) || left.cwiseAbs().maxCoeff() <= usual) break;
    components.set_noise((left.array().abs() / usual).max(1).square());
  }

  if (thinned) {
    const VarianceComponents whole(of(rows), y);
    double kept = 0;
    for (double& of_model : share) kept += of_model = of_model < hardly ? 0 : of_model;
    for (std::size_t m = 0; m < models.size(); ++m) {
      share[m] /= kept;
      if (share[m] > 0) fits[m] = whole.solved(models[m].covariances, fits[m].variance, fits[m].noise);
    }
  }
  double most = -1;
  for (std::size_t m = 0; m < models.size(); ++m) {
    const VarianceFit& fit = fits[m];
    if (!(share[m] > 0)) continue;
    fitted.weights.additive.intercept += share[m] * fit.mean;
    for (std::size_t k = 0; k < fit.variance.size(); ++k)
      add_weights(models[m].covariances[k], share[m] * fit.variance[k], rows, fit.dual, fitted.weights);
    if (share[m] > most) {
      most = share[m];
      fitted.covariances = models[m].covariances;
      fitted.variance = fit.variance;
      fitted.noise = fit.noise;
    }
  }
  return fitted;
}

}  // namespace flash
