// How many bytes a compressed network's file has (room fcn) [ours]: a constant and a sum over cells, calibrated on files
// that were written.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "flash/core/json.hpp"
#include "flash/fcn/file.hpp"
#include "flash/joint/cell_option.hpp"
#include "flash/network/counts.hpp"

namespace flash {

// What of operators takes room in a file; sums over operators, in this order: "weights" of matrices, "matrices",
// "values" of biases, scales and shifts, "vectors" of these, "nodes", "gathered" channels.
struct FileCounts {
  double weights = 0, matrices = 0, values = 0, vectors = 0, nodes = 0, gathered = 0;
};
const Quantities& file_quantities();
FileCounts file_counts(std::span<const double> sums);  // by file_quantities
FileCounts file_counts(std::span<const Operator> operators);

// Each part of a file is a sum of quantities times bytes: the header of nodes and gathered channels, masks of their entropy
// where weights are pruned one by one, values of kept weights' bits, by option, biases of theirs; masks and values of
// matrices, biases of vectors too. Before anything is calibrated the bytes are those of the format without its codes.
class FileModel {
 public:
  FileModel() = default;
  FileModel(std::vector<CellOption> options, int bias_bits);

  const std::vector<CellOption>& options() const { return options_; }
  double constant() const;                                          // of a network, bytes
  double cell(std::size_t option, const FileCounts& counts) const;  // of a cell
  double bytes(std::span<const std::size_t> options, std::span<const FileCounts> cells) const;

  // A network whose file was written.
  struct Sample {
    std::string network;                 // samples of one are left out together
    std::vector<std::size_t> options{};  // of each cell
    std::vector<FileCounts> cells{};
    FileParts parts{};
  };
  struct Quality {
    std::size_t samples = 0;
    double mape = 0;        // of the samples
    double mape_left = 0;   // of networks that the calibration has not seen; NaN where there is one alone
    double worst_left = 0;  // the largest relative error of these
  };
  // Non-negative least squares of relative errors, for each part by itself, each coefficient drawn towards what it is
  // before by a tenth of a sample's weight.
  void calibrate(std::span<const Sample> samples);
  const Quality& quality() const { return quality_; }

  friend Json to_json(const FileModel& model);
  friend FileModel file_model_from_json(const Json& json);  // throws Error bad_data

 private:
  using Row = std::vector<double>;
  // [header, masks, values, biases]
  static constexpr std::size_t part_count = 4;
  using Rows = std::array<Row, part_count>;
  Rows quantities(std::size_t option, const FileCounts& counts) const;
  Rows uncalibrated() const;
  void fit(std::span<const Sample> samples, const std::string& without);

  std::vector<CellOption> options_;
  int bias_bits_ = 8;
  Rows bytes_;  // of a unit of each quantity
  Quality quality_;
};
Json to_json(const FileModel& model);
FileModel file_model_from_json(const Json& json);

}  // namespace flash
