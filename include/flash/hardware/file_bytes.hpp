// Bytes of the file that holds a compressed network (room fcn): a metric of searches over compression.
#pragma once

#include "flash/hardware/metric.hpp"

namespace flash {

// "file_bytes", in B. Known from the first time that it is asked for, by this or by its name, and among those behind the
// plain ones from then on: what does not ask for it has the metrics that it always had. As those on devices it counts where
// models give it (is_on_device), which models of compressed cells do; device_of it is "".
Metric file_bytes();

}  // namespace flash
