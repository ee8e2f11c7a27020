// Images of an order as tensors.
#pragma once

#include <ATen/ATen.h>

#include <cstddef>
#include <vector>

#include "flash/space/space.hpp"
#include "flash/train/batches.hpp"

namespace flash {

// Small enough for the caches; part of the result's last digits, so no setting.
inline constexpr std::size_t evaluation_batch = 100;

struct Batch {
  at::Tensor images;  // N x C x side x side, channels last
  at::Tensor labels;  // N
};

// Images [first, last) of an order, made where the network is. `write(image, to)` writes one image.
template <class Write>
Batch make_batch(const Batches& set, const Input& input, const std::vector<std::size_t>& order,
                 std::size_t first, std::size_t last, const at::Device& device, const Write& write) {
  const auto count = static_cast<std::int64_t>(last - first);
  const at::Tensor rows = at::empty({count, input.side, input.side, input.channels});
  const at::Tensor labels = at::empty({count}, at::kLong);
  for (std::size_t k = 0; k < last - first; ++k) {
    write(order[first + k], rows.data_ptr<float>() + k * set.values_per_image());
    labels.data_ptr<std::int64_t>()[k] = set.label(order[first + k]);
  }
  return {rows.permute({0, 3, 1, 2}).to(device), labels.to(device)};
}

}  // namespace flash
