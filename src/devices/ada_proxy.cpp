#include "ada_proxy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "flash/predict/rank_correlation.hpp"

namespace flash {
namespace {

using Rows = std::vector<Eigen::Index>;
constexpr std::size_t least_samples = 4;
constexpr Eigen::Index folds = 5;
constexpr double tied = 1e-9;

// Samples with what a and c explain taken away.
struct Projected {
  Projected(const Eigen::MatrixXd& scaled, const Eigen::VectorXd& sums, const Eigen::VectorXd& y) {
    const Eigen::Index n = y.size();
    basis = Eigen::MatrixXd::Constant(n, 2, 1 / std::sqrt(static_cast<double>(n)));
    Eigen::VectorXd second = sums.array() - sums.mean();
    const double length = second.norm();
    basis.col(1) = length > 1e-12 * sums.norm() ? Eigen::VectorXd(second / length) : Eigen::VectorXd::Zero(n);
    z = scaled - basis * (basis.transpose() * scaled);
    y_left = y - basis * (basis.transpose() * y);
  }
  Eigen::MatrixXd basis, z;
  Eigen::VectorXd y_left;
};

// The whole path of p = 2 from one decomposition of P Z.
struct RidgePath {
  explicit RidgePath(const Projected& projected) : p(&projected) {
    const Eigen::MatrixXd& z = projected.z;
    const bool tall = z.rows() > z.cols();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(tall ? Eigen::MatrixXd(z.transpose() * z)
                                                                     : Eigen::MatrixXd(z * z.transpose()));
    values = solver.eigenvalues().cwiseMax(0);
    vectors = solver.eigenvectors();
    if (tall) {
      // Left vectors from right ones; what has no length explains nothing.
      const double none = 1e-12 * values.maxCoeff();
      vectors = (z * vectors).eval();
      for (Eigen::Index k = 0; k < values.size(); ++k) {
        const bool counts = values[k] > none && values[k] > 0;
        vectors.col(k) *= counts ? 1 / std::sqrt(values[k]) : 0;
        if (!counts) values[k] = 0;
      }
    }
    coordinates = vectors.transpose() * projected.y_left;
  }
  Eigen::Index rank() const {
    return (values.array() > 1e-10 * std::max(values.maxCoeff(), std::numeric_limits<double>::min())).count();
  }
  Eigen::VectorXd b(double k) const {
    return p->z.transpose() * (vectors * (coordinates.array() / (values.array() + k)).matrix());
  }
  // y less its prediction by all the other samples.
  Eigen::VectorXd left_out(double k) const {
    const Eigen::VectorXd shrunk = values.array() / (values.array() + k);
    const Eigen::VectorXd residual = p->y_left - vectors * shrunk.cwiseProduct(coordinates);
    const Eigen::VectorXd leverage = vectors.cwiseAbs2() * shrunk + p->basis.cwiseAbs2().rowwise().sum();
    return residual.array() / (1 - leverage.array()).max(1e-9);
  }
  const Projected* p;
  Eigen::MatrixXd vectors;
  Eigen::VectorXd values, coordinates;
};

// 0.5 |y - Z b|^2 + lambda |b|_1; starts at b and ends there.
void descend(const Projected& p, double lambda, Eigen::VectorXd& b) {
  constexpr int sweeps = 200;
  Eigen::VectorXd residual = p.y_left - p.z * b;
  const Eigen::VectorXd squares = p.z.colwise().squaredNorm();
  const double enough = 1e-7 * p.y_left.norm();
  for (int sweep = 0; sweep < sweeps; ++sweep) {
    double moved = 0;
    for (Eigen::Index j = 0; j < b.size(); ++j) {
      if (!(squares[j] > 0)) continue;
      const double slope = p.z.col(j).dot(residual) + squares[j] * b[j];
      const double next = std::copysign(std::max(std::abs(slope) - lambda, 0.0), slope) / squares[j];
      if (next == b[j]) continue;
      residual += (b[j] - next) * p.z.col(j);
      moved = std::max(moved, std::abs(next - b[j]) * std::sqrt(squares[j]));
      b[j] = next;
    }
    if (moved <= enough) break;
  }
}

double srcc(const Eigen::VectorXd& x, const Eigen::VectorXd& y) {
  const double r = spearman({x.data(), static_cast<std::size_t>(x.size())},
                            {y.data(), static_cast<std::size_t>(y.size())});
  return std::isnan(r) ? -1 : r;
}

// a and c given b: [c, a].
Eigen::Vector2d line(const Eigen::VectorXd& sums, const Eigen::VectorXd& left) {
  const Eigen::VectorXd centred = sums.array() - sums.mean();
  const double squares = centred.squaredNorm();
  const double a = squares > 0 ? centred.dot(left) / squares : 0;
  return {left.mean() - a * sums.mean(), a};
}

// Penalties as shares of a natural unit, the strongest first.
std::vector<double> shares(bool lasso) {
  std::vector<double> list;
  if (lasso)
    for (int k = 0; k <= 24; ++k) list.push_back(std::pow(10.0, -k / 8.0));
  else
    for (int k = 0; k <= 24; ++k) list.push_back(std::pow(10.0, 4 - 0.5 * k));
  return list;
}

double unit(const Projected& p, bool lasso) {
  const double found = lasso ? (p.z.transpose() * p.y_left).cwiseAbs().maxCoeff()
                             : p.z.squaredNorm() / static_cast<double>(std::max<Eigen::Index>(p.z.cols(), 1));
  return std::max(found, std::numeric_limits<double>::min());
}

// b of each share.
std::vector<Eigen::VectorXd> path(const Projected& p, bool lasso, double unit) {
  std::vector<Eigen::VectorXd> list;
  if (lasso) {
    Eigen::VectorXd b = Eigen::VectorXd::Zero(p.z.cols());
    for (const double share : shares(true)) {
      descend(p, share * unit, b);
      list.push_back(b);
    }
    return list;
  }
  const RidgePath ridge(p);
  for (const double share : shares(false)) list.push_back(ridge.b(share * unit));
  return list;
}

}  // namespace

AdaProxy::AdaProxy(const KnownDevices& known, const std::vector<std::size_t>& networks) : known_(&known) {
  if (!known.has_proxy()) return;
  const OperatorCells& cells = known.cells();
  const Encoding& encoding = cells.encoding();
  const AdditiveWeights& proxy = known.proxy_weights();
  const auto features = static_cast<Eigen::Index>(encoding.features.size());
  base_ = Eigen::VectorXd::Zero(cells.count());
  for (std::size_t p = 0; p < encoding.places.size(); ++p) {
    const auto count = static_cast<Eigen::Index>(encoding.places[p].operators.size());
    base_.segment(cells.first(p), count).setConstant(proxy.all.segment(cells.first(p), count).minCoeff());
  }
  weights_.resize(cells.count() + features);
  weights_ << proxy.all - base_, proxy.feature;
  const auto samples = static_cast<Eigen::Index>(networks.size());
  Eigen::MatrixXd all = Eigen::MatrixXd::Zero(samples, weights_.size());
  for (Eigen::Index i = 0; i < samples; ++i) {
    const std::size_t network = networks[static_cast<std::size_t>(i)];
    for (std::size_t p = 0; p < encoding.places.size(); ++p)
      all(i, cells.cell(Operators::all, network, p)) = 1;
    for (Eigen::Index f = 0; f < features; ++f)
      all(i, cells.count() + f) =
          encoding.values[network * encoding.features.size() + static_cast<std::size_t>(f)];
  }
  all = (all * weights_.asDiagonal()).eval();
  sums_ = all.rowwise().sum();
  for (Eigen::Index c = 0; c < all.cols(); ++c)
    if (!all.col(c).isZero(0)) columns_.push_back(c);
  scaled_ = all(Eigen::all, columns_);
}

std::string AdaProxy::unusable(std::size_t samples) const {
  if (!known_->has_proxy()) return "there is no proxy";
  if (!known_->varies(0)) return "all latencies of the proxy are the same";
  if (columns_.empty()) return "the samples do not differ in what the proxy has weights for";
  if (samples < least_samples) return "it needs at least 4 samples";
  return "";
}

TargetWeights AdaProxy::fit(const Rows& rows, const Eigen::VectorXd& y, bool lasso) const {
  const Eigen::MatrixXd scaled = scaled_(rows, Eigen::all);
  const Eigen::VectorXd sums = sums_(rows);
  const Projected whole(scaled, sums, y);
  const double of_unit = unit(whole, lasso);
  const std::vector<double> list = shares(lasso);
  std::vector<Eigen::VectorXd> left_out(list.size(), Eigen::VectorXd::Zero(y.size()));
  const RidgePath ridge(whole);
  if (!lasso && y.size() > ridge.rank() + 2) {
    for (std::size_t k = 0; k < list.size(); ++k) left_out[k] = y - ridge.left_out(list[k] * of_unit);
  } else {
    for (Eigen::Index fold = 0; fold < std::min(folds, y.size()); ++fold) {
      Rows in;
      Rows out;
      for (Eigen::Index i = 0; i < y.size(); ++i) (i % folds == fold ? out : in).push_back(i);
      const Projected part(scaled(in, Eigen::all), sums(in), y(in));
      const std::vector<Eigen::VectorXd> all = path(part, lasso, of_unit);
      for (std::size_t k = 0; k < list.size(); ++k) {
        const Eigen::Vector2d ca = line(sums(in), y(in) - scaled(in, Eigen::all) * all[k]);
        left_out[k](out) = (scaled(out, Eigen::all) * all[k] + ca[1] * sums(out)).array() + ca[0];
      }
    }
  }
  std::size_t best = 0;
  double largest = -2;
  for (std::size_t k = 0; k < list.size(); ++k)
    if (const double r = srcc(left_out[k], y); r > largest + tied) {
      largest = r;
      best = k;
    }
  const Eigen::VectorXd b = path(whole, lasso, of_unit)[best];
  const Eigen::Vector2d ca = line(sums, y - scaled * b);

  TargetWeights result;
  const Eigen::Index cells = base_.size();
  Eigen::VectorXd factor = Eigen::VectorXd::Constant(weights_.size(), ca[1]);
  for (std::size_t c = 0; c < columns_.size(); ++c) factor[columns_[c]] += b[static_cast<Eigen::Index>(c)];
  const Eigen::VectorXd adapted = weights_.cwiseProduct(factor);
  result.additive.intercept = ca[0];
  result.additive.all = adapted.head(cells);
  result.additive.feature = adapted.tail(weights_.size() - cells);
  result.columns = Eigen::VectorXd::Zero(known_->columns().cols());
  return result;
}

}  // namespace flash
