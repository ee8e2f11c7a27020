// Images held out of the training images: for judging while a search still chooses (validation), or as the test
// set of people who have one set alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "flash/dataset/dataset.hpp"

namespace flash::dataset {

// Of n images of a class the nearest whole number to share * n, at least one where n > 1, never all; drawn at
// random by `seed`, the same whatever else is drawn. Positions in `labels`, ascending. share in [0, 1).
std::vector<std::size_t> held_out(std::span<const Label> labels, double share, std::uint64_t seed);

// Moves what is held out into a set of its own, both in their former order. Throws Error bad_job where fewer
// than 2 images, or none, would be left in one of the two; `key` names the share: "data.validation_share".
ImageSet hold_out(ImageSet& set, double share, std::uint64_t seed, const char* key);

}  // namespace flash::dataset
