// The embedded image generator: deterministic images of ten shape classes, so that the main job needs no
// download.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "flash/dataset/generator.hpp"

namespace flash {

inline constexpr std::array<std::string_view, 10> shapes_names{
    "disc", "ring", "square", "frame", "triangle", "plus", "star", "crescent", "half-disc", "bars"};
inline constexpr int shapes_classes = static_cast<int>(shapes_names.size());

// The sizes of a set where a job asks for none.
inline constexpr std::size_t shapes_train_images = 2000;
inline constexpr std::size_t shapes_test_images = 1000;

// `count` images, classes in turn; image k is a function of (seed, split, k, side, channels) alone. Position,
// size, rotation, colours, background texture, clutter, occlusion and noise vary, so that accuracy depends on
// the network. Only IEEE +, -, *, / and sqrt are used: every machine makes the same bytes. side 8..64,
// channels 1 or 3; throws Error bad_job otherwise.
ImageSet make_shapes(std::uint64_t seed, Split split, std::size_t count, int side, int channels);

}  // namespace flash
