// Drawing for the shapes generator: grey levels 0..255 in double, one or three channels.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "flash/core/random.hpp"
#include "outline.hpp"

namespace flash::dataset {

// One of three channels, or the first alone.
using Colour = std::array<double, 3>;

double between(Philox& random, double low, double high);

// A point of the unit circle, by rejection: cos and sin would differ between libraries in the last bit.
std::array<double, 2> random_direction(Philox& random);

// A colour that differs from `base` by `contrast` levels (root mean square over the channels), each channel
// up or down, but never out of range.
Colour contrasting(Philox& random, const Colour& base, double contrast, int channels);

// One thing in the picture, in coordinates from -1 to 1 whatever the side.
struct Item {
  Outline outline = Outline::disc;
  double x = 0;
  double y = 0;
  std::array<double, 2> turn{1, 0};  // cosine and sine of its rotation
  double size = 1;
  double stretch = 1;  // along its own x axis
  double shear = 0;
  double thickness = 1;
  Colour colour{};
  Colour shade{};  // change of colour along its own x axis
};

class Canvas {
 public:
  Canvas(int side, int channels);

  int channels() const { return channels_; }

  // A colour gradient, and a texture: random values on a lattice, linear in between.
  void background(Philox& random, const Colour& colour);

  void draw(const Item& item);

  // Adds noise of this standard deviation, close to normal, and rounds.
  void finish(Philox& random, double noise, std::uint8_t* pixels) const;

 private:
  double centre(int index) const { return (2.0 * index + 1.0) / side_ - 1.0; }
  double& at(int channel, int row, int column);
  void blend(int row, int column, const Item& item, double x, double cover);

  int side_;
  int channels_;
  std::vector<double> values_;
};

}  // namespace flash::dataset
