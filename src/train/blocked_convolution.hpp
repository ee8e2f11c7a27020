// Convolutions on oneDNN's blocked activations, where LibTorch would reorder them to and fro at every layer.
//
// Blocked: N x ceil(C / block) x H x W x block, contiguous, the channels that fill the last block up are zero. Which
// layout convolutions like hangs on the processor. With AVX2 blocked ones take less time than channels last, above all
// on processors before Zen 4. With AVX-512 both take the same, but only blocked ones are there as Winograd's
// F(4x4, 3x3) (Lavin and Gray 2016), which multiplies a quarter as often and takes half of the time. It costs half a
// digit: the largest error is 1e-6 to 2.5e-6 of the largest value, of direct convolution 0.2e-6 to 2.4e-6
// (blocked_convolution_test.cpp holds both).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "flash/network/operator.hpp"

namespace flash {

// Channels of a block that this processor's convolutions like; 0: nothing is won by blocks here.
int preferred_block();

// Both differentiable. Channels last to blocked, and back.
at::Tensor to_blocks(const at::Tensor& values, int block);
at::Tensor from_blocks(const at::Tensor& values, std::int64_t channels);  // as it is where it is not blocked

// One layer's; keeps what oneDNN prepares for each size of batch. Throws dnnl::error.
class BlockedConvolution {
 public:
  BlockedConvolution(const Operator& op, int block);  // without groups
  ~BlockedConvolution();
  BlockedConvolution(BlockedConvolution&&) noexcept;

  // x blocked or channels last, weight out x in x kernel x kernel with any strides; the result is blocked.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& weight);

  // What oneDNN takes for it, forward and backward, of each number of images that there has been: "jit:avx512_core".
  std::vector<std::string> implementations() const;

 private:
  struct Prepared;
  struct Backward;
  const Operator op_;
  const int block_;
  std::map<std::int64_t, std::shared_ptr<Prepared>> prepared_;  // for a number of images
};

}  // namespace flash
