// Columns of how likely bounds hold, in all tables of predicted networks.
#pragma once

#include <string>

#include "flash/search/margin.hpp"
#include "flash/tables/archive_tables.hpp"

namespace flash {

// `get` leads from a row to its BoundProbability; `whose` says which set's bounds.
template <typename Row, typename Get>
void probability_columns(TableOf<Row>& table, const std::string& whose, const Get& get) {
  std::string meaning(" of ");
  meaning.append(whose).append(
      " holds as asked, by prediction and band, errors taken as normal; NaN: no bound, or no band");
  table.column("accuracy_probability", "1", "probability that the accuracy floor" + meaning,
               [=](const Row& r) { return get(r).accuracy; });
  for (const Metric m : plain_fitted_metrics)
    table.column(std::string(name(m)) + "_probability", "1",
                 "probability that the ceiling on " + std::string(name(m)) + meaning,
                 [=](const Row& r) { return get(r).metric[m]; });
}

}  // namespace flash
