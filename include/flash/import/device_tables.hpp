// Tables of many devices: CSV files with a row a network and a latency column a device, as programs and spreadsheets
// write them (src/import/plain_text.hpp, csv.hpp and numbers.hpp say which forms are read).
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "flash/devices/device_table.hpp"
#include "flash/space/space.hpp"

namespace flash {

// Columns by their names, compared without regard to case; empty: found by the usual ones. In lists a * stands for any
// letters.
struct DeviceFormat {
  std::string id{};       // usual are id, idx, index, network_id
  std::string network{};  // with the network in words; usual are network, arch, architecture
  // One a place, with an integer code or an operator's name. Usual are e01, e02, ..., op00, op01, ..., op_0, op_1, ...
  std::vector<std::string> operators{};
  std::vector<std::string> features{};  // numbers; usual are macs, flops, parameters, traffic
  // Usual is every column whose name ends in a unit of time: pixel3_ms, "1080ti_1 [us]". The name before the unit is the
  // device's. Columns of accuracies, ids and operators never are devices.
  std::vector<std::string> devices{};
  std::string
      unit{};  // of device columns whose names have none; alone: every column of numbers is a device's
  std::string
      accuracy{};  // usual is one that begins with "accuracy"; in percent where it ends in pct, percent or %
  bool of_job = false;  // messages name the keys of a job, else the options of a command line
  std::string called(const std::string& setting) const;  // "ids": "--ids", "hardware.network_columns"
};

struct DeviceTables {
  DeviceTable table;
  std::vector<int> lines;  // [network], of the first file
  // Of the networks, that was given or is known by the form of their texts; none: places are the columns of operators.
  std::optional<Space> space{};
  std::vector<Point> points{};  // [network]; empty without a space
  // How the first file names its networks: columns, and the cells of each network.
  std::vector<std::string> identity_columns{};
  std::vector<std::vector<std::string>> identity{};
  // A column called id numbers the networks otherwise than the space does: it names the table's rows alone.
  bool has_own_ids = false;
  std::vector<std::string> notes{};   // what has been left out or assumed, a sentence each
  std::vector<std::string> unread{};  // columns that hold something, but nothing that is read
};

// Empty cells, -1, nan, NA, N/A and null are no measurements. Networks that are not in all files are left out, which a
// note says; names are those of the first file: its ids, else its texts, else operators. Columns of operators beside a
// text are checked by it, and not read where they are no places of the space. Throws Error usage for no file;
// missing_input, io; bad_data with file, line and column: a column that is there twice, named and missing, or without a
// unit, no device, no network, a row of another length, a latency that is 0, negative, infinite or no number, a network
// that is there twice, not in the space or told in two ways that differ, a device that is in two files, files that have
// no network in common.
DeviceTables read_device_tables(const std::vector<std::filesystem::path>& files, const DeviceFormat& format,
                                const Space* space = nullptr);

// Some networks of a table, and what has been measured of them.
struct SampledNetworks {
  std::vector<std::size_t> networks;  // positions in the table, in the file's order
  std::vector<int> lines;             // of the file
  std::vector<double> latency_ms;     // NaN: none in the file
  std::vector<bool> failed;           // -1, nan, NA: it could not be measured, other than an empty cell
  bool measured = false;              // the file has a column of latencies
};

// A CSV file that names networks of the table in one of the table's ways or by DeviceTable::networks, or a line each
// without a head. Latencies are those of the column of `device`, else of the only device in the file. Throws as above;
// bad_data for a network that the table lacks.
SampledNetworks read_sampled_networks(const std::filesystem::path& path, const DeviceFormat& format,
                                      const DeviceTables& tables, const std::string& device);

}  // namespace flash
