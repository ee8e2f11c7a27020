#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "flash/compress/projection.hpp"

namespace flash {
namespace {

constexpr std::size_t most_changes = 20'000'000;
constexpr int starts = 256;

// Of a step and the codes that belong to it: error = squares - 2 step cross + step^2 codes.
struct Sums {
  double squares = 0, cross = 0, codes = 0;
  double step() const { return codes > 0 ? cross / codes : 0; }
  double error(double step) const { return squares - 2 * step * cross + step * step * codes; }
};

Sums sums_of(const std::vector<double>& sizes, const Levels& levels) {
  Sums sums;
  for (const double size : sizes) {
    const double code = levels.code(size);
    sums.squares += size * size;
    sums.cross += size * code;
    sums.codes += code * code;
  }
  return sums;
}

// From the largest steps, where all codes are 1, down: at size / (j + 1/2) a weight's code rises from j to j + 1.
double exact_step(const std::vector<double>& sizes, int most) {
  struct Change {
    double step, size;
    int code;  // before
  };
  std::vector<Change> changes;
  Sums sums;
  for (const double size : sizes) {
    sums.squares += size * size;
    sums.cross += size;
    sums.codes += 1;
    for (int j = 1; j < most; ++j) changes.push_back({size / (j + 0.5), size, j});
  }
  std::ranges::sort(changes, [](const Change& a, const Change& b) {
    return a.step != b.step ? a.step > b.step : a.code < b.code;
  });
  double best_step = 0, best_error = sums.squares;
  // Between two changes the error is a parabola; its least may lie outside, and then a neighbour's is less.
  const auto look = [&] {
    const double step = sums.step();
    if (const double error = sums.error(step); error < best_error) {
      best_error = error;
      best_step = step;
    }
  };
  look();
  for (std::size_t k = 0; k < changes.size(); ++k) {
    sums.cross += changes[k].size;
    sums.codes += 2 * changes[k].code + 1;
    if (k + 1 == changes.size() || changes[k + 1].step < changes[k].step) look();
  }
  return best_step;
}

double good_step(const std::vector<double>& sizes, int bits, int most) {
  const double largest = *std::ranges::max_element(sizes);
  double best_step = 0, best_error = -1;
  for (int start = 1; start <= starts; ++start) {
    double step = 1.5 * largest / most * start / starts;
    for (int round = 0; round < 8; ++round) {
      const Sums sums = sums_of(sizes, {bits, step});
      if (best_error < 0 || sums.error(sums.step()) < best_error) {
        best_error = sums.error(sums.step());
        best_step = sums.step();
      }
      if (sums.step() == step) break;
      step = sums.step();
    }
  }
  return best_step;
}

}  // namespace

int Levels::code(double weight) const {
  const int most = 1 << (bits - 1);
  const double size = std::abs(weight);
  const double steps = step > 0 ? std::ceil(size / step - 0.5) : 1;  // halves down
  const int code = static_cast<int>(std::clamp(steps, 1.0, static_cast<double>(most)));
  return std::signbit(weight) ? -code : code;
}

Levels nearest_levels(std::span<const float> weights, std::span<const std::uint8_t> kept, int bits) {
  std::vector<double> sizes;
  for (std::size_t k = 0; k < weights.size(); ++k)
    if (kept.empty() || kept[k] != 0) sizes.push_back(std::abs(static_cast<double>(weights[k])));
  const int most = 1 << (bits - 1);
  if (sizes.empty() || *std::ranges::max_element(sizes) == 0) return {bits, 0};
  const bool few = sizes.size() * static_cast<std::size_t>(most) <= most_changes;
  return {bits, few ? exact_step(sizes, most) : good_step(sizes, bits, most)};
}

}  // namespace flash
