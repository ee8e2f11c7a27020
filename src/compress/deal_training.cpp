#include "flash/compress/deal_training.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <type_traits>
#include <utility>

#include "flash/core/random.hpp"

namespace flash {
namespace {

constexpr float most_basis_code = 32767;
constexpr int least_power = 8;

double coefficient(int power, int exponent) {
  const double size = std::ldexp(1.0, exponent - (std::abs(power) - 1));
  return power == 0 ? 0 : power < 0 ? -size : size;
}

// Not 0.
std::int8_t nearest_power(double value, int exponent) {
  const double size = std::ldexp(std::abs(value), -exponent);
  int k = 0;
  for (double power = 1; k + 1 < least_power && !(size > 0.75 * power); power /= 2) ++k;
  return static_cast<std::int8_t>(value < 0 ? -(1 + k) : 1 + k);
}

// In [0, 1), for a step and a coefficient.
double draw(std::uint64_t step, std::uint64_t place) {
  return static_cast<double>(mix((step << 32) + place + 0x9e3779b97f4a7c15ULL) >> 11) * 0x1p-53;
}

template <class Values>
double norm_of(const Values& values) {
  double sum = 0;
  for (const auto value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

}  // namespace

DealTraining::DealTraining(ShiftAddMatrix matrix, std::size_t columns)
    : matrix_(std::move(matrix)), columns_(columns) {
  for (const ShiftAddMatrix::Block& block : matrix_.blocks) {
    for (const std::int8_t code : block.basis) basis_.push_back(static_cast<float>(code) * block.step);
    for (const std::int8_t power : block.powers)
      coefficients_.push_back(static_cast<float>(coefficient(power, block.exponent)));
  }
  votes_.resize(coefficients_.size());
  round_bases();
}

// dB = Q^T dW, dC = dW B^T.
void DealTraining::step(std::span<const float> gradient, double share, double a_vote) {
  const auto width = static_cast<std::size_t>(matrix_.width);
  const std::size_t area = width * width, of_row = (columns_ + width - 1) / width;
  std::vector<double> of_basis(basis_.size()), of_powers(votes_.size());
  double kept = 0;
  for (std::size_t b = 0; b < matrix_.blocks.size(); ++b) {
    const ShiftAddMatrix::Block& block = matrix_.blocks[b];
    for (std::size_t k = 0; k < block.powers.size(); ++k) {
      if (block.powers[k] == 0) continue;
      const std::size_t row = block.first + k / width, column = row % of_row * width;
      const double value = coefficient(block.powers[k], block.exponent);
      double sum = 0;
      for (std::size_t c = 0; c < std::min(width, columns_ - column); ++c) {
        const std::size_t entry = b * area + k % width * width + c;
        const auto slope = static_cast<double>(gradient[row / of_row * columns_ + column + c]);
        of_basis[entry] += value * slope;
        sum += static_cast<double>(basis_[entry]) * slope;
      }
      of_powers[block.first * width + k] = sum * value;
      ++kept;
    }
  }
  const double steepness = norm_of(of_basis);
  if (!(steepness > 0) || !std::isfinite(steepness)) return;
  const double step = share * norm_of(basis_) / steepness;
  for (std::size_t k = 0; k < basis_.size(); ++k) basis_[k] -= static_cast<float>(step * of_basis[k]);
  if (a_vote > 0) vote(of_powers, a_vote * norm_of(of_powers) / std::sqrt(kept));
  round_bases();
}

void DealTraining::vote(std::span<const double> slopes, double a_vote) {
  ++steps_;
  const auto width = static_cast<std::size_t>(matrix_.width);
  for (ShiftAddMatrix::Block& block : matrix_.blocks)
    for (std::size_t k = 0; k < block.powers.size(); ++k) {
      const std::size_t place = block.first * width + k;
      const double votes_cast =
          std::floor(std::abs(slopes[place]) / a_vote + draw(static_cast<std::uint64_t>(steps_), place));
      if (!(votes_cast > 0)) continue;
      const int cast = static_cast<int>(std::min<double>(full, votes_cast));
      const int votes = votes_[place] + (slopes[place] < 0 ? cast : -cast);
      votes_[place] = static_cast<std::int8_t>(std::abs(votes) < full ? votes : 0);
      if (std::abs(votes) < full) continue;
      std::int8_t& power = block.powers[k];
      const int size = std::abs(power) - (votes > 0 ? 1 : -1), sign = power < 0 ? -1 : 1;
      // Below the least one is the least of the other sign.
      power = static_cast<std::int8_t>(size > least_power ? -sign * least_power : sign * std::max(size, 1));
    }
}

// dC = dW B^-1.
void DealTraining::follow(std::span<const float> change) {
  const auto width = static_cast<std::size_t>(matrix_.width);
  const std::size_t area = width * width, of_row = (columns_ + width - 1) / width;
  Eigen::MatrixXd basis(matrix_.width, matrix_.width);
  for (std::size_t b = 0; b < matrix_.blocks.size(); ++b) {
    ShiftAddMatrix::Block& block = matrix_.blocks[b];
    for (std::size_t k = 0; k < area; ++k)
      basis(static_cast<Eigen::Index>(k / width), static_cast<Eigen::Index>(k % width)) =
          static_cast<double>(basis_[b * area + k]);
    const Eigen::MatrixXd inverse = basis.completeOrthogonalDecomposition().pseudoInverse();
    for (std::size_t k = 0; k < block.powers.size(); ++k) {
      if (block.powers[k] == 0) continue;
      const std::size_t row = block.first + k / width, column = row % of_row * width;
      double sum = 0;
      for (std::size_t c = 0; c < std::min(width, columns_ - column); ++c)
        sum += static_cast<double>(change[row / of_row * columns_ + column + c]) *
               inverse(static_cast<Eigen::Index>(c), static_cast<Eigen::Index>(k % width));
      float& value = coefficients_[block.first * width + k];
      value += static_cast<float>(sum);
      block.powers[k] = nearest_power(static_cast<double>(value), block.exponent);
    }
  }
}

// To 16 bits, and these to the 8 of the file.
void DealTraining::round_bases() {
  const auto width = static_cast<std::size_t>(matrix_.width);
  float* entry = basis_.data();
  for (ShiftAddMatrix::Block& block : matrix_.blocks) {
    float largest = 0;
    for (std::size_t k = 0; k < width * width; ++k) largest = std::max(largest, std::abs(entry[k]));
    if (largest > 0) block.step = largest / 127;
    for (std::size_t k = 0; largest > 0 && k < width * width; ++k) {
      entry[k] = std::round(entry[k] / largest * most_basis_code) * (largest / most_basis_code);
      block.basis[k] = static_cast<std::int8_t>(std::lround(entry[k] / block.step));
    }
    entry += width * width;
  }
}

std::vector<float> DealTraining::state() const {
  std::vector<float> numbers = basis_;
  numbers.push_back(static_cast<float>(steps_));
  numbers.insert(numbers.end(), coefficients_.begin(), coefficients_.end());
  const auto put = [&](const auto& values) {
    for (const auto value : values) numbers.push_back(static_cast<float>(value));
  };
  put(votes_);
  for (const ShiftAddMatrix::Block& block : matrix_.blocks) {
    put(block.powers);
    put(block.basis);
    numbers.push_back(static_cast<float>(block.exponent));
    numbers.push_back(block.step);
  }
  return numbers;
}

const float* DealTraining::restore(const float* from) {
  const auto get = [&](auto& values) {
    for (auto& value : values) value = static_cast<std::remove_reference_t<decltype(value)>>(*from++);
  };
  get(basis_);
  steps_ = static_cast<int>(*from++);
  get(coefficients_);
  get(votes_);
  for (ShiftAddMatrix::Block& block : matrix_.blocks) {
    get(block.powers);
    get(block.basis);
    block.exponent = static_cast<int>(*from++);
    block.step = *from++;
  }
  return from;
}

}  // namespace flash
