#include "flash/stage/comparison_summary.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

ArchiveTable compare_summary_table() {
  using Row = SummaryRow;
  TableOf<Row> table(
      "compare/summary",
      "The same by constraint set and method: `FIGURE_q1`, `FIGURE_median` and `FIGURE_q3` are quartiles "
      "over the rows of `compare`, by linear interpolation between order statistics (definition 7 of "
      "Hyndman and Fan 1996, the default of `numpy.quantile`). A row without a figure (nothing feasible "
      "found, never within 1 %) counts as worse than all that have it; a quartile that such rows have a "
      "share in is NaN. So a median is that of all runs, not of the lucky ones.",
      [](const TableSource& source) { return summarise(*source.compared, source.sets); });
  table.only_where([](const TableSource& source) { return source.compared.has_value(); })
      .column("constraints", "", "constraint set", [](const Row& r) { return r.constraints; })
      .column("method", "", "search method", [](const Row& r) { return r.method; })
      .column(
          "optimum", "1",
          "objective of the optimum of the models in the set, proven [reconstructed]; NaN where nothing is "
          "feasible",
          [](const Row& r) { return r.optimum; })
      .column("runs", "1", "rows of the method under these constraints; 1 where it uses no seed",
              [](const Row& r) { return r.runs; })
      .column("found", "1", "of them, those that found a feasible configuration",
              [](const Row& r) { return r.found; })
      .column("within_1pc", "1", "of them, those that came within 1 % of the optimum",
              [](const Row& r) { return r.within_1pc; })
      .column("speedup_rl_bounds", "1",
              "of them, those whose speedup_rl is a lower bound; with any, so are its quartiles",
              [](const Row& r) { return r.speedup_rl_bounds; });
  for (std::size_t f = 0; f < summary_figure_count; ++f) {
    const SummaryFigure& figure = summary_figures()[f];
    const auto quartile = [&](const char* suffix, const char* which, double Quartiles::*value) {
      table
          .column(std::string(figure.name) + suffix, figure.units, std::string(which) + figure.name,
                  [=](const Row& r) { return r.figures[f].*value; })
          .since(figure.since);
    };
    quartile("_q1", "first quartile of ", &Quartiles::first);
    quartile("_median", "median of ", &Quartiles::median);
    quartile("_q3", "third quartile of ", &Quartiles::third);
  }
  return table.build();
}

}  // namespace flash
