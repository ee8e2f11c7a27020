#include "landscape_output.hpp"

#include <cstdio>

namespace flash {
namespace {

// The upper edge of the bin in which the count passes half of all.
double median_edge(const Histogram& histogram) {
  std::uint64_t all = 0;
  for (const std::uint64_t count : histogram.counts) all += count;
  std::uint64_t below = 0;
  std::size_t bin = 0;
  while ((below += histogram.counts[bin]) < all - all / 2) ++bin;
  return histogram.edges[bin + 1];
}

}  // namespace

void add_landscape(const Landscape& landscape, Json& json) {
  if (!landscape.histograms.empty()) json["histograms"] = Json::array();
  for (const Histogram& histogram : landscape.histograms) json["histograms"].push_back(to_json(histogram));
  if (!landscape.fronts.empty()) json["pareto"] = Json::array();
  for (const ParetoFront& front : landscape.fronts) json["pareto"].push_back(to_json(front));
}

std::string landscape_text(const Landscape& landscape, const Objective& objective) {
  std::string text;
  char line[200];
  if (!landscape.histograms.empty()) text += "histograms of all configurations:\n";
  for (const Histogram& h : landscape.histograms) {
    const bool of_objective = h.quantity == Quantity::objective;
    const std::string of(of_objective ? objective.shown_name() : name(h.quantity));
    const auto shown = [&](double edge) { return of_objective ? objective.shown(edge) : edge; };
    std::string in(unit(h.quantity));
    if (in == "1") in.clear();
    std::snprintf(line, sizeof line, "  %-10s %g .. %g %s in %zu bins, half below %g; %.3g s\n", of.c_str(),
                  shown(h.edges.front()), shown(h.edges.back()), in.c_str(), h.counts.size(),
                  shown(median_edge(h)), h.seconds);
    text += line;
  }
  if (!landscape.fronts.empty()) text += "Pareto fronts of all configurations:\n";
  for (const ParetoFront& front : landscape.fronts) {
    std::snprintf(line, sizeof line, "  %s: %zu configurations; %.3g s\n", front_name(front).c_str(),
                  front.points.size(), front.seconds);
    text += line;
  }
  return text;
}

}  // namespace flash
