// A compressed network as ONNX files for other runtimes: with its zeros in single precision, and in 8 bits.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>

#include "flash/core/json.hpp"
#include "flash/dataset/dataset.hpp"

namespace flash {

struct FcnExportOrder {
  std::filesystem::path file;    // .fcn
  std::filesystem::path folder;  // made where it is not there
  std::size_t calibration =
      0;  // training images that ranges are taken from, one of each class in turn; 0: no 8 bits
};

// Writes FOLDER/STEM.onnx, with calibration images STEM.int8.onnx (onnx_export.hpp has what is in both), and last
// STEM.json: what the networks read, the files' digests, accuracy on the test images before and after, and logits to
// check a runtime with. STEM is the .fcn file's. `images` is called only to calibrate.
//
// Returns the description, with "folder" and "description", its own file's name. The same files once more are left as
// they are. Throws Error missing_input and bad_data for a file that is not there, or damaged, or that other runtimes could
// not run; bad_data where images or labels do not fit the network; usage where other files are in the way; io.
Json export_fcn(const FcnExportOrder& order, const std::function<const Data&()>& images);

}  // namespace flash
