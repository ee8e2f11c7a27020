// Accuracies that are known before any training: a CSV file with a row a network, such as the table of a benchmark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "flash/space/space.hpp"

namespace flash {

// Columns by their names; empty: found by the usual ones.
struct AccuracyFormat {
  // One with an id or the network in words, or those of configuration_columns(). Usual are `id`, `network` and `arch`,
  // which must agree where there are several, and the latter.
  std::vector<std::string> network{};
  // Usual are `accuracy`, `accuracy_pct` and `accuracy_percent`. A name that ends in pct, percent or % holds percent,
  // any other fractions: the name alone decides, never the values.
  std::string accuracy{};
};

struct AccuracyTable {
  std::filesystem::path file;
  std::map<NetworkId, double>
      accuracy;                      // a fraction, of each network that can learn (space/liveness.hpp), by id
  std::map<NetworkId, double> dead;  // the same of those that cannot, which nothing is fitted to
  std::size_t unknown = 0;           // rows without an accuracy, left out
  std::string doubt;                 // of what its values look like; "": none

  std::vector<NetworkId> networks() const;  // ascending
  std::string digest() const;               // of networks and accuracies, whatever the file looks like
  // Of every network of the space, by id; one that cannot learn and is not in the table has that of a guess, one class
  // of `classes`. Throws Error bad_data where one that can learn is not in it.
  std::vector<double> of_all(const Space& space, int classes) const;
};

// Throws Error missing_input; bad_data with file, line and column: a column that is missing or there twice, a network
// that is not in the space or is told differently by two columns, one that is there with two accuracies (naming both
// lines; the same twice is no error), an accuracy that is no number or out of [0, 1], no row at all.
AccuracyTable read_accuracy_table(const std::filesystem::path& path, const AccuracyFormat& format,
                                  const Space& space);

}  // namespace flash
