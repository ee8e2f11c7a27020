#ifdef FLASH_X86_KERNELS
#define FLASH_KERNEL_LANES 16
#include "sweep_kernel_lanes.hpp"

namespace flash {

KernelFunction sweep_kernel_avx512(const KernelShape& shape) { return kernel_for(shape); }

}  // namespace flash

#endif
