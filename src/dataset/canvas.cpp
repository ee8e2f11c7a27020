#include "canvas.hpp"

#include <algorithm>
#include <cmath>

namespace flash::dataset {
namespace {

// Knots of the background's texture along each axis.
constexpr std::size_t lattice = 7;
using Knots = std::array<double, lattice * lattice>;

double interpolate(const Knots& knots, double x, double y) {
  const double u = 0.5 * (x + 1) * (lattice - 1);
  const double v = 0.5 * (y + 1) * (lattice - 1);
  const auto i = static_cast<std::size_t>(u);
  const auto j = static_cast<std::size_t>(v);
  const double fu = u - static_cast<double>(i);
  const double fv = v - static_cast<double>(j);
  const double* corner = &knots[j * lattice + i];
  const double upper = (1 - fu) * corner[0] + fu * corner[1];
  const double lower = (1 - fu) * corner[lattice] + fu * corner[lattice + 1];
  return (1 - fv) * upper + fv * lower;
}

}  // namespace

double between(Philox& random, double low, double high) { return low + (high - low) * random.uniform(); }

std::array<double, 2> random_direction(Philox& random) {
  for (;;) {
    const double x = between(random, -1, 1);
    const double y = between(random, -1, 1);
    const double square = x * x + y * y;
    if (square > 0.01 && square <= 1) return {x / std::sqrt(square), y / std::sqrt(square)};
  }
}

Colour contrasting(Philox& random, const Colour& base, double contrast, int channels) {
  Colour shift{};
  double square = 0;
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    shift[c] = channels == 1 ? (random.below(2) == 0 ? -1.0 : 1.0) : between(random, -1, 1);
    square += shift[c] * shift[c];
  }
  const double scale = contrast / std::sqrt(square / channels + 1e-9);
  Colour result{};
  for (std::size_t c = 0; c < result.size(); ++c) {
    const double level = base[c] + scale * shift[c];
    const bool out = level < 0 || level > 255;
    result[c] = std::clamp(out ? base[c] - scale * shift[c] : level, 0.0, 255.0);
  }
  return result;
}

Canvas::Canvas(int side, int channels)
    : side_(side), channels_(channels), values_(static_cast<std::size_t>(side * side * channels)) {}

double& Canvas::at(int channel, int row, int column) {
  return values_[static_cast<std::size_t>((channel * side_ + row) * side_ + column)];
}

void Canvas::background(Philox& random, const Colour& colour) {
  const auto slope = random_direction(random);
  const Colour far = contrasting(random, colour, between(random, 0, 20), channels_);
  const Colour grain = contrasting(random, colour, between(random, 0, 20), channels_);
  Knots knots;
  for (double& knot : knots) knot = between(random, -1, 1);
  for (int row = 0; row < side_; ++row) {
    for (int column = 0; column < side_; ++column) {
      const double along = 0.5 * (slope[0] * centre(column) + slope[1] * centre(row));
      const double texture = interpolate(knots, centre(column), centre(row));
      for (int channel = 0; channel < channels_; ++channel) {
        const auto c = static_cast<std::size_t>(channel);
        at(channel, row, column) =
            colour[c] + along * (far[c] - colour[c]) + texture * (grain[c] - colour[c]);
      }
    }
  }
}

void Canvas::draw(const Item& item) {
  const double pixel = 2.0 / side_;
  const double reach = 1.6 * item.size * std::max(1.0, item.stretch) + pixel;
  for (int row = 0; row < side_; ++row) {
    const double dy = centre(row) - item.y;
    if (std::abs(dy) > reach) continue;
    for (int column = 0; column < side_; ++column) {
      const double dx = centre(column) - item.x;
      if (std::abs(dx) > reach) continue;
      const double y = (item.turn[0] * dy - item.turn[1] * dx) / item.size;
      const double x = (item.turn[0] * dx + item.turn[1] * dy) / (item.size * item.stretch) + item.shear * y;
      const double edge = distance(item.outline, x, y, item.thickness) * item.size / pixel;
      const double cover = std::clamp(0.5 - edge, 0.0, 1.0);  // the part of the pixel inside, nearly
      if (cover > 0) blend(row, column, item, x, cover);
    }
  }
}

void Canvas::blend(int row, int column, const Item& item, double x, double cover) {
  for (int channel = 0; channel < channels_; ++channel) {
    const auto c = static_cast<std::size_t>(channel);
    double& value = at(channel, row, column);
    value += cover * (item.colour[c] + x * item.shade[c] - value);
  }
}

void Canvas::finish(Philox& random, double noise, std::uint8_t* pixels) const {
  // The sum of four uniform bytes has mean 510 and standard deviation sqrt(4 (256^2 - 1) / 12).
  constexpr int mean = 510;
  constexpr double deviation = 147.8;
  for (const double value : values_) {
    const std::uint32_t bits = random();
    const auto sum =
        static_cast<int>((bits & 255u) + (bits >> 8 & 255u) + (bits >> 16 & 255u) + (bits >> 24));
    const double noisy = value + noise / deviation * (sum - mean);
    *pixels++ = static_cast<std::uint8_t>(std::clamp(noisy, 0.0, 255.0) + 0.5);
  }
}

}  // namespace flash::dataset
