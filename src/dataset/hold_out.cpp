#include "flash/dataset/hold_out.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash::dataset {
namespace {

// The images of some positions, ascending.
ImageSet part_of(const ImageSet& set, const std::vector<bool>& held, bool which) {
  const auto image = static_cast<std::size_t>(set.channels) * static_cast<std::size_t>(set.side * set.side);
  const auto count = static_cast<std::size_t>(std::ranges::count(held, which));
  ImageSet part{.channels = set.channels, .side = set.side};
  part.labels.reserve(count);
  part.pixels.reserve(count * image);
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (held[i] != which) continue;
    part.labels.push_back(set.labels[i]);
    const auto first = set.pixels.begin() + static_cast<std::ptrdiff_t>(i * image);
    part.pixels.insert(part.pixels.end(), first, first + static_cast<std::ptrdiff_t>(image));
  }
  return part;
}

}  // namespace

std::vector<std::size_t> held_out(std::span<const Label> labels, double share, std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> by_class;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= by_class.size()) by_class.resize(labels[i] + std::size_t{1});
    by_class[labels[i]].push_back(i);
  }
  std::vector<std::size_t> held;
  for (std::size_t label = 0; label < by_class.size(); ++label) {
    std::vector<std::size_t>& images = by_class[label];
    if (share <= 0 || images.size() < 2) continue;
    // The images of the smallest keys: no class's draw depends on another's.
    std::ranges::sort(images, {},
                      [&](std::size_t i) { return std::pair(derive_seed(seed, "hold out", i), i); });
    const auto count = static_cast<std::size_t>(std::llround(share * static_cast<double>(images.size())));
    images.resize(std::clamp(count, std::size_t{1}, images.size() - 1));
    held.insert(held.end(), images.begin(), images.end());
  }
  std::ranges::sort(held);
  return held;
}

ImageSet hold_out(ImageSet& set, double share, std::uint64_t seed, const char* key) {
  std::vector<bool> held(set.size(), false);
  for (const std::size_t i : held_out(set.labels, share, seed)) held[i] = true;
  const auto count = static_cast<std::size_t>(std::ranges::count(held, true));
  if (count == 0 || set.size() - count < 2) {
    std::string text(key);
    text.append(" holds ").append(std::to_string(count)).append(" of ").append(std::to_string(set.size()));
    text.append(" training images out: both parts need images; give more images, or another share");
    throw Error(ExitCode::bad_job, text);
  }
  ImageSet out = part_of(set, held, true);
  set = part_of(set, held, false);
  return out;
}

}  // namespace flash::dataset
