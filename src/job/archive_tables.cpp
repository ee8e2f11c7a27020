#include "flash/job/archive_tables.hpp"

#include "table_builder.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

Table events_table(const Results& results) {
  return TableBuilder<Event>("events", results.events())
      .column("time", "s", "Unix time", [](const Event& e) { return e.time; })
      .column("kind", "", "start, stop, retry, torn, takeover, shard, merge, ...",
              [](const Event& e) { return e.kind; })
      .column("text", "", "what happened", [](const Event& e) { return e.text; })
      .build();
}

}  // namespace

ArchiveContents archive_contents(const ArchiveSource& source) {
  ArchiveContents contents;
  contents.attributes = provenance(source);
  add_sample_tables(source, contents);
  add_hardware_tables(source, contents);
  add_search_tables(source, contents);
  add_landscape_tables(source, contents);
  contents.tables.push_back(events_table(source.results));
  return contents;
}

}  // namespace flash
