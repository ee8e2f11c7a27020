// What the columns of a table of devices are; internal to the room.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "csv.hpp"
#include "flash/import/device_tables.hpp"
#include "flash/import/units.hpp"

namespace flash {

struct DeviceColumn {
  std::size_t cell;
  std::string device;
  Unit unit;
};

struct DeviceColumns {
  std::optional<std::size_t> id, network, accuracy;
  bool id_is_named = false;  // by the format, or it is called id: of a space it would be the number
  std::vector<std::size_t> operators, features;
  std::vector<DeviceColumn> devices;
  bool accuracy_in_percent = false;
  std::vector<std::string> unread;  // names of columns that hold something
  std::string note;                 // why there is no accuracy though columns have some; "": nothing
};

// "pixel3" and ms of "pixel3_ms" or "pixel3 [ms]"; nothing where the name ends in no unit of time.
std::optional<std::pair<std::string, Unit>> device_of_column(const std::string& column);
// Whether a cell of a latency says that nothing was measured.
bool is_missing(const std::string& cell);

// `space`: its names of operator columns are usual ones too. Throws Error bad_data as read_device_tables.
DeviceColumns find_device_columns(const std::filesystem::path& path, const Csv& csv,
                                  const DeviceFormat& format, const Space* space, bool needs_devices);

}  // namespace flash
