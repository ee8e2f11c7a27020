// Where LibTorch computes.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace flash {

// "cpu", "cuda", "cuda:1". Throws Error bad_job where this LibTorch or machine has no such device.
at::Device open_device(const std::string& name);

// Threads, denormal numbers flushed to zero, deterministic kernels: the same on every call.
void set_up_libtorch(int threads);

}  // namespace flash
