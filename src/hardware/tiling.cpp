#include "flash/hardware/tiling.hpp"

#include <algorithm>
#include <array>

#include "flash/core/json_reader.hpp"

namespace flash {
namespace {

using Count = std::int64_t;

constexpr int most = 65'536;  // of any member; keeps every product below within 63 bits

constexpr Count ceil_div(Count a, Count b) { return (a + b - 1) / b; }

struct Key {
  const char* name;
  int Tiling::*value;
};
constexpr std::array<Key, 12> keys{{{"crossbar_rows", &Tiling::crossbar_rows},
                                    {"crossbar_columns", &Tiling::crossbar_columns},
                                    {"tile_rows", &Tiling::tile_rows},
                                    {"tile_columns", &Tiling::tile_columns},
                                    {"cell_bits", &Tiling::cell_bits},
                                    {"weight_bits", &Tiling::weight_bits},
                                    {"activation_bits", &Tiling::activation_bits},
                                    {"partial_sum_bits", &Tiling::partial_sum_bits},
                                    {"columns_per_adc", &Tiling::columns_per_adc},
                                    {"adc_cycles", &Tiling::adc_cycles},
                                    {"link_bits", &Tiling::link_bits},
                                    {"packet_flits", &Tiling::packet_flits}}};

// Channels of a depthwise convolution along the diagonal of one crossbar.
Count diagonal(const Tiling& tiling, const Convolution& convolution) {
  const Count by_rows = tiling.crossbar_rows / convolution.taps;
  const Count by_columns = tiling.crossbar_columns / tiling.cells_per_weight();
  return std::max<Count>(1, std::min(by_rows, by_columns));
}

}  // namespace

Json to_json(const Tiling& tiling) {
  Json json = Json::object();
  for (const Key& key : keys) json[key.name] = tiling.*key.value;
  return json;
}

Tiling tiling_from_json(const Json& json) {
  const JsonReader reader(json, "tiling");
  Tiling tiling;
  for (const Key& key : keys) {
    tiling.*key.value = reader.get<int>(key.name);
    if (tiling.*key.value < 1 || tiling.*key.value > most)
      reader.fail("has a value outside 1 .. " + std::to_string(most) + " at key '" + key.name + "'");
  }
  return tiling;
}

std::int64_t Tiling::flits(std::int64_t bits) const {
  const Count data = ceil_div(bits, link_bits);
  return packet_flits == 1 ? data : data + ceil_div(data, packet_flits - 1);
}

std::optional<Convolution> convolution_of(const Operator& op) {
  const Count before = Count{op.side_in} * op.side_in;
  if (op.kind == Operator::Kind::linear)
    return Convolution{.in = op.in, .out = op.out, .taps = before, .values = before};
  if (op.kind != Operator::Kind::convolution) return std::nullopt;
  Convolution convolution{.in = op.in, .out = op.out, .taps = Count{op.kernel} * op.kernel, .values = before};
  convolution.positions = Count{op.side_out} * op.side_out;
  convolution.depthwise = op.depthwise();
  return convolution;
}

Mapping::Mapping(const Tiling& tiling, const Convolution& convolution) {
  const Count rows = convolution.in * convolution.taps;
  const Count columns = convolution.out * tiling.cells_per_weight();
  if (!convolution.depthwise) {
    const Count down = ceil_div(rows, tiling.crossbar_rows);
    const Count across = ceil_div(columns, tiling.crossbar_columns);
    row_tiles = ceil_div(rows, tiling.rows());
    column_tiles = ceil_div(columns, tiling.columns());
    crossbars = down * across;
    weight_cells = rows * columns;
    driven_rows = rows * across;
    read_cells = rows * columns;
    conversions = columns * down;
  } else {
    const Count group = diagonal(tiling, convolution);
    const Count full = convolution.out / group;  // crossbars
    const Count rest = convolution.out % group;  // channels of the last one
    const Count cells = convolution.taps * tiling.cells_per_weight();
    channels_per_tile = group * tiling.tile_rows * tiling.tile_columns;
    crossbars = ceil_div(convolution.out, group);
    column_tiles = ceil_div(convolution.out, channels_per_tile);
    weight_cells = convolution.out * cells;
    driven_rows = rows;
    read_cells = (full * group * group + rest * rest) * cells;
    conversions = columns;
  }
  tiles = row_tiles * column_tiles;
}

std::int64_t copies_in_tiles(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping) {
  const Count down = tiling.tile_rows, across = tiling.tile_columns;
  Count copies = 1;
  if (convolution.depthwise) {
    copies = mapping.column_tiles > 1 ? 1 : down * across / mapping.crossbars;
  } else {
    const Count rows = ceil_div(convolution.in * convolution.taps, tiling.crossbar_rows);
    const Count columns = ceil_div(convolution.out * tiling.cells_per_weight(), tiling.crossbar_columns);
    copies = (down / std::min(rows, down)) * (across / std::min(columns, across));
  }
  return std::clamp<Count>(copies, 1, std::max<Count>(1, convolution.positions));
}

ChannelRange input_channels(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping,
                            std::int64_t tile) {
  const Count per_tile = mapping.channels_per_tile;
  if (convolution.depthwise) return {tile * per_tile, std::min(convolution.in, (tile + 1) * per_tile)};
  return {tile * tiling.rows() / convolution.taps,
          std::min(convolution.in, ceil_div((tile + 1) * tiling.rows(), convolution.taps))};
}

ChannelRange output_channels(const Tiling& tiling, const Convolution& convolution, const Mapping& mapping,
                             std::int64_t tile) {
  const Count per_tile = mapping.channels_per_tile;
  if (convolution.depthwise) return {tile * per_tile, std::min(convolution.out, (tile + 1) * per_tile)};
  const Count cells = tiling.cells_per_weight();
  return {ceil_div(tile * tiling.columns(), cells),
          std::min(convolution.out, ceil_div((tile + 1) * tiling.columns(), cells))};
}

}  // namespace flash
