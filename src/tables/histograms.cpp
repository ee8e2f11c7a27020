#include "flash/tables/archive_tables.hpp"

namespace flash {
namespace {

struct HistogramBin {
  const Histogram* histogram;
  std::size_t bin;
};

std::vector<HistogramBin> histogram_bins_of(const TableSource& source) {
  std::vector<HistogramBin> rows;
  for (const Histogram& histogram : source.all.histograms)
    for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) rows.push_back({&histogram, bin});
  return rows;
}

}  // namespace

ArchiveTable histograms_table() {
  return TableOf<HistogramBin>(
             "sweep/histograms",
             "Exact histograms over all configurations of the space, without constraints; only where this "
             "start or an earlier one asked for them. A configuration with value v counts in the bin with "
             "lower_edge <= v < upper_edge; a quantity's last bin also holds v = upper_edge. Rows of a "
             "quantity are together, its edges ascending; their counts add up to the size of the space.",
             histogram_bins_of)
      .only_with_rows()
      .column(
          "quantity", "",
          "what is counted: nn_degree (additive_score where accuracy rests on one), accuracy, a metric or "
          "objective",
          [](const HistogramBin& r) { return name(r.histogram->quantity); })
      .column("unit", "", "unit of the edges; 1: a pure number",
              [](const HistogramBin& r) { return unit(r.histogram->quantity); })
      .column("lower_edge", "*", "least value in the bin",
              [](const HistogramBin& r) { return r.histogram->edges[r.bin]; })
      .column("upper_edge", "*", "end of the bin",
              [](const HistogramBin& r) { return r.histogram->edges[r.bin + 1]; })
      .column("count", "1", "configurations in the bin",
              [](const HistogramBin& r) { return r.histogram->counts[r.bin]; })
      .build();
}

}  // namespace flash
