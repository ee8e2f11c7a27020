#include "flash/compress/smart_deal.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <utility>

namespace flash {
namespace {

constexpr int sizes = 8;
constexpr double ridge = 1e-9;  // of the trace: Q may have a column of zeros
constexpr double converged = 1e-10;

// sign * (1 + k) where the power of two nearest to the value is 2^(exponent - k); 0: below all, or below `least`.
int power_of(double value, int exponent, double least) {
  const double size = std::abs(value);
  if (size <= 0 || size < least) return 0;
  int lower = std::ilogb(size);  // 2^lower <= size
  if (size > 1.5 * std::ldexp(1.0, lower)) ++lower;
  const int k = std::max(exponent - lower, 0);
  if (k >= sizes)
    return size > 0.5 * std::ldexp(1.0, exponent - sizes + 1) ? (value < 0 ? -sizes : sizes) : 0;
  return value < 0 ? -(1 + k) : 1 + k;
}

double value_of(int power, int exponent) {
  if (power == 0) return 0;
  const double size = std::ldexp(1.0, exponent - (std::abs(power) - 1));
  return power < 0 ? -size : size;
}

Eigen::MatrixXd least_squares(const Eigen::MatrixXd& A, const Eigen::MatrixXd& b) {
  Eigen::MatrixXd gram = A.transpose() * A;
  gram.diagonal().array() += ridge * gram.trace() + 1e-300;
  return gram.ldlt().solve(A.transpose() * b);
}

struct Coefficients {
  int exponent = 0;
  std::vector<std::int8_t> powers;
  Eigen::MatrixXd values;
};

Coefficients nearest_powers(const Eigen::MatrixXd& C, double least) {
  Coefficients q;
  const double largest = C.cwiseAbs().maxCoeff();
  if (!(largest > 0)) {
    q.powers.assign(static_cast<std::size_t>(C.size()), 0);
    q.values = Eigen::MatrixXd::Zero(C.rows(), C.cols());
    return q;
  }
  q.exponent = std::ilogb(largest);
  if (largest > 1.5 * std::ldexp(1.0, q.exponent)) ++q.exponent;
  q.values.resize(C.rows(), C.cols());
  for (Eigen::Index r = 0; r < C.rows(); ++r)
    for (Eigen::Index c = 0; c < C.cols(); ++c) {
      const int power = power_of(C(r, c), q.exponent, least);
      q.powers.push_back(static_cast<std::int8_t>(power));
      q.values(r, c) = value_of(power, q.exponent);
    }
  return q;
}

void clear_small_rows(Eigen::MatrixXd& C, double least) {
  for (Eigen::Index r = 0; r < C.rows(); ++r)
    if (C.row(r).norm() < least * std::sqrt(static_cast<double>(C.cols()))) C.row(r).setZero();
}

void fill(ShiftAddMatrix::Block& block, Eigen::MatrixXd A, const SmartDealSettings& settings) {
  const Eigen::Index width = A.cols();
  // Of rows that are not pruned: thresholds mean the same whatever else is.
  const auto rows = (A.rowwise().squaredNorm().array() > 0).count();
  const double size = rows > 0 ? std::sqrt(A.squaredNorm() / static_cast<double>(rows * width)) : 0;
  block.basis.assign(static_cast<std::size_t>(width * width), 0);
  block.powers.assign(static_cast<std::size_t>(A.size()), 0);
  if (!(size > 0)) return;
  A /= size;
  Eigen::MatrixXd B = Eigen::MatrixXd::Identity(width, width);
  Eigen::MatrixXd C = A;
  clear_small_rows(C, settings.row_threshold);
  Coefficients q = nearest_powers(C, settings.threshold);
  double last = -1;
  for (int k = 0; k < settings.iterations; ++k) {
    B = least_squares(q.values, A);
    C = least_squares(B.transpose(), A.transpose()).transpose();
    clear_small_rows(C, settings.row_threshold);
    q = nearest_powers(C, settings.threshold);
    const double error = (A - q.values * B).squaredNorm();
    if (last >= 0 && std::abs(last - error) < converged * static_cast<double>(A.size())) break;
    last = error;
  }
  B = least_squares(q.values, A) * size;
  const double largest = B.cwiseAbs().maxCoeff();
  block.exponent = q.exponent;
  block.powers = std::move(q.powers);
  block.step = static_cast<float>(largest / 127);
  for (Eigen::Index r = 0; r < width; ++r)
    for (Eigen::Index c = 0; c < width; ++c)
      block.basis[static_cast<std::size_t>(r * width + c)] =
          static_cast<std::int8_t>(largest > 0 ? std::lround(B(r, c) / static_cast<double>(block.step)) : 0);
}

}  // namespace

ShiftAddMatrix smart_deal(std::span<const float> weights, std::size_t columns,
                          const SmartDealSettings& settings, std::span<const std::uint8_t> kept) {
  ShiftAddMatrix matrix;
  matrix.width = settings.width;
  const auto width = static_cast<std::size_t>(settings.width);
  const std::size_t of_row = (columns + width - 1) / width;
  const std::size_t rows = weights.size() / columns * of_row;
  const std::size_t blocks = (rows + settings.block_rows - 1) / settings.block_rows;
  std::size_t first = 0;
  for (std::size_t b = 0; b < blocks; ++b) {  // of sizes as even as can be
    ShiftAddMatrix::Block block{
        .first = first, .rows = rows / blocks + (b < rows % blocks ? 1 : 0), .basis = {}, .powers = {}};
    Eigen::MatrixXd A = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(block.rows), settings.width);
    for (std::size_t r = 0; r < block.rows; ++r) {
      if (!kept.empty() && kept[first + r] == 0) continue;
      const std::size_t column = (first + r) % of_row * width;
      for (std::size_t c = 0; c < std::min(width, columns - column); ++c)
        A(static_cast<Eigen::Index>(r), static_cast<Eigen::Index>(c)) =
            weights[(first + r) / of_row * columns + column + c];
    }
    fill(block, std::move(A), settings);
    first += block.rows;
    matrix.blocks.push_back(std::move(block));
  }
  return matrix;
}

}  // namespace flash
