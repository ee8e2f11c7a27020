// One file of a table of devices; internal to the room.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flash/import/device_tables.hpp"

namespace flash {

// Rows are networks; lists are empty where the file has no such column.
struct DeviceFile {
  std::filesystem::path path;
  std::vector<int> lines;
  std::string id_column, text_column;
  bool ids_are_of_the_space = false;  // the column is called id, or the user names it
  bool has_own_ids = false;           // which are not the space's
  std::vector<std::string> ids, texts;
  std::vector<std::string> operator_columns, feature_columns;
  std::vector<std::vector<std::string>> operators;  // [row][column]
  std::vector<std::vector<double>> features;        // [row][column]
  std::vector<Point> points;                        // once a space is known
  std::vector<std::string> devices;
  std::vector<std::vector<double>> latency_ms;  // [device][row], NaN: none
  std::vector<std::vector<bool>> failed;        // [device][row]: missing, but not empty
  std::vector<double> accuracy;                 // fractions
  std::vector<std::string> unread;
  std::string note;  // "": nothing is to be said

  std::size_t rows() const { return lines.size(); }
};

DeviceFile read_device_file(const std::filesystem::path& path, const DeviceFormat& format, const Space* space,
                            bool needs_devices);

// Fills `points`. Throws Error bad_data: a network that is not in the space or is told twice and differently.
void resolve_networks(DeviceFile& file, const Space& space, const DeviceFormat& format);

// How files may tell a network, the best way first.
enum class NetworkKey { point, text, operators, features, id };
bool has_key(const DeviceFile& file, NetworkKey key);
std::string key_of(const DeviceFile& file, NetworkKey key, std::size_t row, const Space* space);
// Key and row of each network. Throws Error bad_data where one is there twice.
std::map<std::string, std::size_t> rows_by_key(const DeviceFile& file, NetworkKey key, const Space* space);
// A network as the file names it.
std::string name_of(const DeviceFile& file, std::size_t row);
// What is said of a column that says another thing of a network than `by` does, which names it.
std::string contradiction(const std::string& column, const std::string& says, const std::string& by,
                          const std::string& has);

}  // namespace flash
