#include <algorithm>

#include "picture.hpp"

namespace flash::dataset {
namespace {

// What one output pixel reads along one axis: inputs first, first + 1, ... with weights that sum to 1.
struct Taps {
  std::size_t first = 0;
  std::vector<double> weights;
};

// The part of each input pixel that lies under the output pixel.
Taps area_taps(int in, double from, double to) {
  Taps taps{static_cast<std::size_t>(from), {}};
  for (auto i = static_cast<int>(from); i < in && i < to; ++i) {
    taps.weights.push_back((std::min(to, i + 1.0) - std::max(from, static_cast<double>(i))) / (to - from));
  }
  return taps;
}

// The two input pixels whose centres lie around the output pixel's, or the edge pixel.
Taps linear_taps(int in, double centre) {
  const double position = std::clamp(centre - 0.5, 0.0, in - 1.0);
  const auto first = static_cast<std::size_t>(position);
  const double weight = position - static_cast<double>(first);
  return weight == 0 ? Taps{first, {1.0}} : Taps{first, {1.0 - weight, weight}};
}

std::vector<Taps> axis_taps(int in, int out) {
  const double scale = static_cast<double>(in) / out;
  std::vector<Taps> taps;
  for (int i = 0; i < out; ++i) {
    taps.push_back(scale > 1 ? area_taps(in, i * scale, std::min<double>(in, (i + 1) * scale))
                             : linear_taps(in, (i + 0.5) * scale));
  }
  return taps;
}

double sample(const Picture& picture, const Taps& rows, const Taps& columns, std::size_t channel) {
  const auto width = static_cast<std::size_t>(picture.width);
  double sum = 0;
  for (std::size_t r = 0; r < rows.weights.size(); ++r) {
    const std::uint8_t* row = &picture.rgb[3 * ((rows.first + r) * width + columns.first) + channel];
    double line = 0;
    for (std::size_t c = 0; c < columns.weights.size(); ++c) line += columns.weights[c] * row[3 * c];
    sum += rows.weights[r] * line;
  }
  return sum;
}

std::uint8_t rounded(double level) { return static_cast<std::uint8_t>(std::clamp(level + 0.5, 0.0, 255.0)); }

}  // namespace

void resize(const Picture& picture, int side, int channels, std::uint8_t* pixels) {
  const auto rows = axis_taps(picture.height, side);
  const auto columns = axis_taps(picture.width, side);
  const std::size_t plane = rows.size() * columns.size();
  for (const Taps& row : rows) {
    for (const Taps& column : columns) {
      const double red = sample(picture, row, column, 0);
      const double green = sample(picture, row, column, 1);
      const double blue = sample(picture, row, column, 2);
      if (channels == 1) {
        *pixels = rounded(0.299 * red + 0.587 * green + 0.114 * blue);
      } else {
        pixels[0] = rounded(red);
        pixels[plane] = rounded(green);
        pixels[2 * plane] = rounded(blue);
      }
      ++pixels;
    }
  }
}

}  // namespace flash::dataset
