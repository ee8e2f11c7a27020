// What HDF5 itself does not check before it follows it.
#pragma once

#include <string_view>

namespace flash::hdf5 {

// Throws Error bad_data where an object of a global heap collection, in which HDF5 keeps texts, does not fit
// into it: HDF5 1.10 steps from object to object by sizes that it trusts, and hangs on one that makes a step
// of nothing.
void check_global_heaps(std::string_view file);

}  // namespace flash::hdf5
