#include "shapes.hpp"

#include <algorithm>
#include <cmath>

#include "canvas.hpp"
#include "flash/core/error.hpp"

// The ranges below are tuned [ours]: with 2,000 training images of 3x16x16 and 6 epochs, dense-cells networks
// of widths 4/8/16 and depth 3 reach about 55 %, of widths 8/16/32 and depth 7 about 77 %; 12 epochs take
// those of depth 5 to 92 %.

namespace flash {
namespace {

using namespace dataset;

Colour random_ground(Philox& random) {
  Colour colour{};
  for (double& level : colour) level = between(random, 38, 122);
  return colour;
}

// The target is always the brighter one: were it darker as often, small networks would not leave chance level
// within a few epochs.
Colour brighter(Philox& random, const Colour& ground, double contrast) {
  Colour colour{};
  for (std::size_t c = 0; c < colour.size(); ++c) {
    colour[c] = std::min(255.0, ground[c] + contrast * between(random, 0.5, 1.5));
  }
  return colour;
}

Item random_item(Philox& random, Outline outline, double size) {
  Item item;
  item.outline = outline;
  item.size = size;
  item.x = between(random, -1, 1);
  item.y = between(random, -1, 1);
  item.turn = random_direction(random);
  item.thickness = between(random, 0.8, 1.25);
  return item;
}

Item target(Philox& random, Outline outline, const Colour& ground) {
  Item item = random_item(random, outline, between(random, 0.45, 0.8));
  const double room = 1.05 - item.size;  // the furthest ones are cut off a little by the edge
  item.x *= room;
  item.y *= room;
  const double tilt = between(random, -0.6, 0.6);  // tangent of at most 31 degrees
  const double cosine = 1 / std::sqrt(1 + tilt * tilt);
  item.turn = {cosine, tilt * cosine};
  item.stretch = between(random, 0.75, 1.3);
  item.shear = between(random, -0.2, 0.2);
  item.colour = brighter(random, ground, between(random, 55, 115));
  for (double& level : item.shade) level = between(random, -15, 15);
  return item;
}

// Small things of every form: they share the shapes' edges and corners, so that local features alone mislead.
void draw_clutter(Canvas& canvas, Philox& random, const Colour& ground) {
  const std::uint64_t count = random.below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto outline = static_cast<Outline>(random.below(shapes_classes + 1));
    Item item = random_item(random, outline, between(random, 0.1, 0.24));
    item.colour = contrasting(random, ground, between(random, 30, 70), canvas.channels());
    canvas.draw(item);
  }
}

// A stick across the target, in a quarter of the images.
void draw_occluder(Canvas& canvas, Philox& random, const Item& hidden, const Colour& ground) {
  if (random.below(4) != 0) return;
  Item stick = random_item(random, Outline::stick, between(random, 0.5, 1.0));
  stick.x = hidden.x + 0.6 * hidden.size * stick.x;
  stick.y = hidden.y + 0.6 * hidden.size * stick.y;
  stick.colour = contrasting(random, ground, between(random, 0, 100), canvas.channels());
  canvas.draw(stick);
}

void draw_image(Philox& random, int label, int side, int channels, std::uint8_t* pixels) {
  Canvas canvas(side, channels);
  const Colour ground = random_ground(random);
  canvas.background(random, ground);
  draw_clutter(canvas, random, ground);
  const Item item = target(random, static_cast<Outline>(label), ground);
  canvas.draw(item);
  draw_occluder(canvas, random, item, ground);
  const double noise = between(random, 2, 12);
  canvas.finish(random, noise, pixels);
}

}  // namespace

ImageSet make_shapes(std::uint64_t seed, Split split, std::size_t count, int side, int channels) {
  if (side < 8 || side > 64) {
    throw Error(ExitCode::bad_job, "shapes: side " + std::to_string(side) + " is not in 8..64");
  }
  if (channels != 1 && channels != 3) {
    throw Error(ExitCode::bad_job, "shapes: " + std::to_string(channels) + " channels; expected 1 or 3");
  }
  ImageSet set{.channels = channels, .side = side};
  const auto image = static_cast<std::size_t>(channels * side * side);
  set.pixels.resize(count * image);
  set.labels.resize(count);
  const std::uint64_t key = derive_seed(seed, "shapes", split == Split::train ? 0 : 1);
  for (std::size_t k = 0; k < count; ++k) {
    Philox random(key, k);
    const auto label = static_cast<int>(k % shapes_classes);
    draw_image(random, label, side, channels, &set.pixels[k * image]);
    set.labels[k] = static_cast<Label>(label);
  }
  return set;
}

namespace {

class Shapes : public Generator {
 public:
  std::string_view name() const override { return "shapes"; }
  std::string_view description() const override { return "the embedded generator"; }
  SideRange sides() const override { return {8, 64}; }
  int version() const override { return 1; }
  std::vector<std::string> class_names() const override { return {shapes_names.begin(), shapes_names.end()}; }
  std::size_t usual_images(Split split) const override {
    return split == Split::train ? shapes_train_images : shapes_test_images;
  }
  ImageSet draw(std::uint64_t seed, Split split, std::size_t count, int side, int channels) const override {
    return make_shapes(seed, split, count, side, channels);
  }
};

}  // namespace

const Source& shapes_source() {
  static const Shapes source;
  return source;
}

}  // namespace flash
