// Bytes of the file that holds a compressed network (room fcn): a metric of searches over compression.
#pragma once

#include "flash/hardware/metric.hpp"

namespace flash {

// "file_bytes", in B. Known from the first time that it is asked for, by this or by its name, and among those behind the
// plain ones from then on: what does not ask for it has the metrics that it always had. No target measures it; models of
// compressed cells give it.
Metric file_bytes();

}  // namespace flash
