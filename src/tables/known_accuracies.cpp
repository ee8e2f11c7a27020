#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct KnownAccuracy {
  std::uint64_t id = 0;
  double accuracy = 0;
};

std::vector<KnownAccuracy> known_accuracies(const TableSource& source) {
  std::vector<KnownAccuracy> rows;
  for (const double accuracy : *source.models->known_accuracies) rows.push_back({rows.size(), accuracy});
  return rows;
}

}  // namespace

ArchiveTable known_accuracies_table() {
  TableOf<KnownAccuracy> table("known_accuracies",
                               "What a table knows of every network, and search, sweep and proof went by.",
                               known_accuracies);
  table
      .only_where([](const TableSource& source) {
        return source.models && source.models->known_accuracies != nullptr;
      })
      .column("id", "1", "id of the configuration in the space", [](const KnownAccuracy& r) { return r.id; })
      .column("accuracy", "1",
              "as the table has it; of a network that cannot learn and is not in it, a guess's",
              [](const KnownAccuracy& r) { return r.accuracy; });
  return table.build();
}

}  // namespace flash
