// What flash asks flash-trainer, as JSON in frames (process/frame.hpp) on its standard input and output.
//
//   {"command": "train",   "space": {...}, "id": 17, "data": {...}, "training": {...}, "seed": 5}
//     -> TrainingResult as JSON. With "checkpoint": {"file": "/abs/olute", "key": "any", "every_s": 60} the
//        training goes on from that file where it holds a checkpoint of that key, and writes one so often.
//        With "last": true in it one is written behind the last epoch too. With "test": true the test images are looked at too, once, after the last epoch.
//   {"command": "measure", "space": {...}, "id": 17, "host": {...}, "seed": 5}
//     -> HostMeasurement as JSON
//   {"command": "break_even", "space": {...}, "id": 17, "break_even": {...}, "seed": 5}
//     -> BreakEvenResult as JSON (task/break_even.hpp); "seed" draws weights, images and what is pruned
//   {"command": "export",  "space": {...}, "id": 17, "seed": 5, "folder": "/abs/olute", "train": true,
//    "data": {...}, "training": {...}}
//     -> the description of the files (export_network.hpp). With "train" false the weights are the seed's own
//        and neither data nor training is read. "checkpoint" as above; with "replace": true what is in the way
//        is replaced.
//   {"command": "export_fcn", "file": "/abs/olute.fcn", "folder": "/abs/olute"}
//     -> the description of the files (export_fcn.hpp): ONNX in single precision. With "data": {...} and
//        "calibration": 256, of so many training images, ONNX in 8 bits too.
// An error comes back as {"error": "one line", "code": 65}.
#pragma once

#include <string>

namespace flash {

// One request, one reply; throws nothing. Loaded data stay in memory for the next request on the same set.
std::string answer(const std::string& request);

}  // namespace flash
