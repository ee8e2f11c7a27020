#include "sweep_kernel.hpp"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace flash {

KernelFunction sweep_kernel_portable(const KernelShape& shape);
#ifdef FLASH_X86_KERNELS
KernelFunction sweep_kernel_avx2(const KernelShape& shape);
KernelFunction sweep_kernel_avx512(const KernelShape& shape);
#endif

std::span<const SweepKernel> sweep_kernels() {
  static const std::vector<SweepKernel> kernels = [] {
    std::vector<SweepKernel> usable{{"portable", sweep_kernel_portable}};
#ifdef FLASH_X86_KERNELS
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
      usable.push_back({"avx2", sweep_kernel_avx2});
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
      usable.push_back({"avx512", sweep_kernel_avx512});
#endif
    return usable;
  }();
  return kernels;
}

const SweepKernel& sweep_kernel(std::string_view name) {
  const auto kernels = sweep_kernels();
  if (name.empty()) return kernels.back();
  const auto found = std::ranges::find(kernels, name, &SweepKernel::name);
  if (found == kernels.end())
    throw std::invalid_argument("this processor has no sweep kernel '" + std::string(name) + "'");
  return *found;
}

}  // namespace flash
