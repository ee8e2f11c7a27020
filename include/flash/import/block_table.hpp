// Latencies of single blocks: a network's is the sum of its blocks' (the table published with ProxylessNAS).
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "flash/network/operator.hpp"
#include "flash/space/space.hpp"

namespace flash {

class BlockTable {
 public:
  // A CSV file with the columns in_h, in_c, out_h, out_c (square images), expand, kernel, stride, all of them empty where
  // a row is no inverted residual but a single convolution or the last layer (out_h 1), and one latency, mean_ms. What
  // else it holds is not read. Throws Error missing_input, io; bad_data with file, line and column: a column that is
  // missing, no latency or several, one that is not positive, a number that is none, a block that is there twice.
  explicit BlockTable(const std::filesystem::path& path);

  // In ms, the same of networks with the same blocks. Throws Error bad_data, naming a block that the table lacks.
  double latency_ms(const Space& space, const Point& network) const;

 private:
  // in_h, in_c, out_h, out_c, then of an inverted residual expansion, kernel and stride, else 0; the last layer's sides
  // are 0.
  using Block = std::array<int, 7>;
  static std::string text(const Block& block);
  double of(const Block& block) const;
  // Those of the blocks that the operators make up.
  void add_of(std::span<const Operator> operators, std::vector<double>& latencies) const;

  std::filesystem::path path_;
  std::map<Block, double> latency_ms_;
};

}  // namespace flash
