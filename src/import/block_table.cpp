#include "flash/import/block_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <vector>

#include "columns.hpp"
#include "csv.hpp"
#include "device_columns.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "numbers.hpp"

namespace flash {
namespace {

constexpr std::array block_columns{"in_h", "in_c", "out_h", "out_c", "expand", "kernel", "stride"};
constexpr std::size_t always = 4;  // the first columns, which every row fills in

std::size_t only_latency(const std::filesystem::path& path, const CsvRow& head) {
  std::vector<std::size_t> found;
  for (std::size_t cell = 0; cell < head.cells.size(); ++cell)
    if (device_of_column(head.cells[cell])) found.push_back(cell);
  if (found.size() != 1)
    refuse_row(path, head,
               "has " + std::to_string(found.size()) + " columns of latencies (mean_ms) among " +
                   in_quotes(joined(head.cells)) + "; a table of blocks has one");
  return found.front();
}

}  // namespace

BlockTable::BlockTable(const std::filesystem::path& path) : path_(path) {
  Csv csv = read_csv(path);
  if (csv.rows.empty()) throw Error(ExitCode::bad_data, path.string() + ": holds no row");
  fit_rows_to_columns(path, csv);
  const CsvRow head = csv.rows.front();
  std::array<std::size_t, block_columns.size()> cells{};
  for (std::size_t c = 0; c < cells.size(); ++c) {
    const auto found = std::ranges::find(head.cells, folded(block_columns[c]), folded);
    if (found == head.cells.end())
      refuse_row(path, head,
                 std::string("has no column '") + block_columns[c] + "' among " +
                     in_quotes(joined(head.cells)) + ": is it a table of blocks?");
    cells[c] = static_cast<std::size_t>(found - head.cells.begin());
  }
  const std::size_t latency = only_latency(path, head);
  const Unit unit = device_of_column(head.cells[latency])->second;
  for (auto row = csv.rows.begin() + 1; row != csv.rows.end(); ++row) {
    const auto number = [&](std::size_t cell) {
      try {
        return read_number(row->cells[cell], false);
      } catch (const std::invalid_argument& error) {
        refuse_row(path, *row, "column " + in_quotes(head.cells[cell]) + " " + error.what());
      }
    };
    Block block{};
    for (std::size_t c = 0; c < cells.size(); ++c) {
      if (c >= always && row->cells[cells[always]].empty()) continue;  // no inverted residual
      const double value = number(cells[c]);
      if (!(value >= 1 && value <= 1e6) || value != std::floor(value))
        refuse_row(path, *row,
                   "column " + in_quotes(head.cells[cells[c]]) + " is " + row->cells[cells[c]] +
                       "; a whole number from 1 on is wanted");
      block[c] = static_cast<int>(value);
    }
    if (block[2] == 1 && block[always] == 0) block[0] = block[2] = 0;  // behind the pool
    const double value = number(latency);
    if (!(value > 0))
      refuse_row(path, *row,
                 "column " + in_quotes(head.cells[latency]) + " is " + row->cells[latency] +
                     "; a latency is positive");
    if (!latency_ms_.emplace(block, in_usual_unit(value, unit)).second)
      refuse_row(path, *row, "has " + text(block) + " a second time; leave one of the two");
  }
}

std::string BlockTable::text(const Block& block) {
  const auto shape = [](int side, int channels) {
    const std::string of = std::to_string(side);
    return side == 0 ? std::to_string(channels) : of + "x" + of + "x" + std::to_string(channels);
  };
  const std::string text = "the block " + shape(block[0], block[1]) + " -> " + shape(block[2], block[3]);
  if (block[always] == 0) return text;
  return text + ", expand " + std::to_string(block[4]) + ", kernel " + std::to_string(block[5]) +
         ", stride " + std::to_string(block[6]);
}

double BlockTable::of(const Block& block) const {
  const auto found = latency_ms_.find(block);
  if (found == latency_ms_.end())
    throw Error(ExitCode::bad_data, path_.string() + ": has no row for " + text(block) +
                                        ", which networks of the space have: is it the right space?");
  return found->second;
}

// A 1x1 convolution before a depthwise one expands, the one behind it projects; others stand alone.
void BlockTable::add_of(std::span<const Operator> operators, std::vector<double>& latencies) const {
  std::vector<Operator> layers;
  std::ranges::copy_if(operators, std::back_inserter(layers), &Operator::has_matrix);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Operator& first = layers[i];
    if (first.kind == Operator::Kind::linear) {
      latencies.push_back(of(Block{0, first.in, 0, first.out, 0, 0, 0}));
      continue;
    }
    const bool expands =
        !first.depthwise() && first.kernel == 1 && i + 1 < layers.size() && layers[i + 1].depthwise();
    const std::size_t depthwise = i + (expands ? 1 : 0);
    if (!layers[depthwise].depthwise() || depthwise + 1 == layers.size()) {
      latencies.push_back(of(Block{first.side_in, first.in, first.side_out, first.out, 0, 0, 0}));
      continue;
    }
    const Operator& spatial = layers[depthwise];
    const Operator& last = layers[depthwise + 1];
    latencies.push_back(of(Block{first.side_in, first.in, last.side_out, last.out, spatial.in / first.in,
                                 spatial.kernel, spatial.stride}));
    i = depthwise + 1;
  }
}

double BlockTable::latency_ms(const Space& space, const Point& network) const {
  std::vector<double> latencies;
  for (std::size_t slot = 0; slot < network.options.size(); ++slot)
    add_of(space.part(network, slot), latencies);
  // In one order, so that networks of the same blocks tie whatever their places.
  std::ranges::sort(latencies);
  return std::accumulate(latencies.begin(), latencies.end(), 0.0);
}

}  // namespace flash
