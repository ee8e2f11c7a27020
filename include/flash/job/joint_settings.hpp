// What a job says of a search over compression.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "flash/joint/cell_option.hpp"

namespace flash {

// Of section [compress], whose other keys say how networks are compressed.
struct JointSettings {
  std::vector<std::string> texts{};   // of the options; none: no search over compression
  std::vector<CellOption> options{};  // which these are
  int networks = 10;  // of those trained for the predictor, compressed for the models of compression
  int samples = 4;    // compressions of each
  int top = 5;        // of what is found, truly compressed and confirmed; 0: none
  int rounds = 3;     // of that, each by models that know what the ones before have found
  double file_bytes_max = std::numeric_limits<double>::infinity();
  std::string minimise;  // metrics in place of the objective: "file_bytes", "energy"; "": the objective
  bool active() const { return options.size() > 1; }  // dense alone is what there is without
};

}  // namespace flash
