#include "flash/train/batches.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "flash/core/random.hpp"

namespace flash {
namespace {

// Streams of random numbers of a task's seed; the first byte keeps them apart.
std::uint64_t order_stream(int epoch) { return (std::uint64_t{2} << 56) | static_cast<std::uint32_t>(epoch); }
std::uint64_t augmentation_stream(int epoch, std::size_t image) {
  return (std::uint64_t{3} << 56) | (static_cast<std::uint64_t>(epoch & 0xffffff) << 32) |
         static_cast<std::uint32_t>(image);
}

}  // namespace

Batches::Batches(const ImageSet& images, const Data& data)
    : images_(images),
      values_per_image_(static_cast<std::size_t>(images.channels) * static_cast<std::size_t>(images.side) *
                        static_cast<std::size_t>(images.side)) {
  for (std::size_t c = 0; c < static_cast<std::size_t>(images.channels); ++c) {
    const float deviation = std::max(data.std_dev[c], 1e-6F);  // a channel that never changes
    for (int grey = 0; grey < 256; ++grey)
      normalised_.push_back((static_cast<float>(grey) / 255.0F - data.mean[c]) / deviation);
  }
}

void Batches::write(std::size_t image, int shift_x, int shift_y, bool mirror, float* to) const {
  const int side = images_.side;
  const int channels = images_.channels;
  const auto plane = static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
  const std::uint8_t* pixels = images_.pixels.data() + image * values_per_image_;
  const auto inside = [side](int position) { return position >= 0 && position < side; };
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x, to += channels) {
      const int from_x = (mirror ? side - 1 - x : x) + shift_x;
      const int from_y = y + shift_y;
      if (!inside(from_x) || !inside(from_y)) {
        std::fill_n(to, channels, 0.0F);
        continue;
      }
      const std::uint8_t* pixel = pixels + from_y * side + from_x;
      for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c)
        to[c] = normalised_[256 * c + pixel[c * plane]];
    }
  }
}

void Batches::write_augmented(std::size_t image, const Augmentation& augmentation, std::uint64_t seed,
                              int epoch, float* to) const {
  Philox random(seed, augmentation_stream(epoch, image));
  const auto shift = [&] {
    return static_cast<int>(random.below(static_cast<std::uint64_t>(2 * augmentation.crop + 1))) -
           augmentation.crop;
  };
  const int shift_x = shift();
  const int shift_y = shift();
  const bool mirror = random.below(2) == 1;
  write(image, shift_x, shift_y, augmentation.flip && mirror, to);
}

std::vector<std::size_t> epoch_order(std::size_t count, std::uint64_t seed, int epoch) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Philox random(seed, order_stream(epoch));
  for (std::size_t left = count; left > 1; --left)
    std::swap(order[left - 1], order[static_cast<std::size_t>(random.below(left))]);
  return order;
}

std::vector<std::size_t> batch_ends(std::size_t count, std::size_t batch) {
  std::vector<std::size_t> ends;
  for (std::size_t end = batch; end < count; end += batch) ends.push_back(end);
  if (!ends.empty() && count - ends.back() == 1) ends.pop_back();
  ends.push_back(count);
  return ends;
}

}  // namespace flash
