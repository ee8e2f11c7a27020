#include "evaluation_columns.hpp"
#include "flash/stage/landscape.hpp"
#include "table_parts.hpp"

namespace flash {
namespace {

struct Bin {
  const Histogram* histogram;
  std::size_t number;
};
struct FrontRow {
  std::string front;
  const ParetoPoint* point;
};

}  // namespace

void add_landscape_tables(const ArchiveSource& source, ArchiveContents& contents) {
  if (!source.models) return;
  const Landscape all = landscape(source.job, *source.models, source.results);
  std::vector<Bin> bins;
  for (const Histogram& histogram : all.histograms)
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) bins.push_back({&histogram, bin});
  if (!bins.empty())
    contents.tables.push_back(
        TableBuilder<Bin>("sweep/histograms", bins)
            .column("quantity", "", "what is counted",
                    [](const Bin& b) { return std::string(name(b.histogram->quantity)); })
            .column("unit", "", "unit of the edges",
                    [](const Bin& b) { return std::string(unit(b.histogram->quantity)); })
            .column("lower_edge", "1", "least value in the bin",
                    [](const Bin& b) { return b.histogram->edges[b.number]; })
            .column("upper_edge", "1",
                    "values in the bin are below this, in a quantity's last bin also equal",
                    [](const Bin& b) { return b.histogram->edges[b.number + 1]; })
            .column("count", "1", "configurations of the whole space in the bin",
                    [](const Bin& b) { return b.histogram->counts[b.number]; })
            .build());

  std::vector<FrontRow> rows;
  for (const ParetoFront& front : all.fronts)
    for (const ParetoPoint& point : front.points) rows.push_back({front_name(front), &point});
  if (rows.empty()) return;
  TableBuilder<FrontRow> table("sweep/pareto", rows);
  table
      .column("front", "", "what is traded: accuracy upwards, metrics downwards",
              [](const FrontRow& r) { return r.front; })
      .column("id", "1", "id of the configuration", [](const FrontRow& r) { return r.point->id; });
  evaluation_columns(table, [](const FrontRow& r) -> const Evaluation& { return r.point->evaluation; });
  contents.tables.push_back(table.build());
}

}  // namespace flash
