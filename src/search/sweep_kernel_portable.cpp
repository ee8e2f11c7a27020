#define FLASH_KERNEL_LANES 4
#include "sweep_kernel_lanes.hpp"

namespace flash {

KernelFunction sweep_kernel_portable(const KernelShape& shape) { return kernel_for(shape); }

}  // namespace flash
