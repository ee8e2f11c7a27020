// The time between two images where layers overlap in a pipeline, each at work on an image of its own: that of the
// slowest layer. A metric of targets on which every layer has hardware of its own (imc).
#pragma once

#include "flash/hardware/metric.hpp"

namespace flash {

// "interval", in ms, with a part that is a maximum (has_maximum) and nothing besides. Known from the first time that it
// is asked for, by this or by its name, and among those behind the plain ones from then on: what does not ask for it has
// the metrics that it always had. As those on devices it counts where models give it (is_on_device); device_of it is "".
Metric interval();
bool is_interval(Metric metric);  // makes nothing known

}  // namespace flash
