// Units of metrics, as people and programs write them in the names of columns.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flash/hardware/metric.hpp"

namespace flash {

struct Unit {
  Metric metric;
  int exponent;  // one of it is 10^exponent ms, mJ or mm2
  bool operator==(const Unit&) const = default;
};

// "us", "usec", "microseconds", "mJ", "mm^2": a prefix from femto to kilo, as a letter or a word (the micro
// sign in each of its code points), then s, sec, second(s), J, joule(s) or m2, m^2, m² (square metres). Case
// says nothing: MS is ms, and MJ is mJ, since no network takes megajoules.
std::optional<Unit> unit_of(std::string_view word);
// A name in lower case, with one spelling of what looks the same: the micro signs, ² and ^2.
std::string folded(const std::string& name);
double in_usual_unit(double value, const Unit& unit);  // in ms, mJ or mm2

// The units among which a job chooses, in the first spelling above.
const std::vector<std::string>& units_of(Metric metric);

// What a column's name says. It is cut into words at blanks, punctuation and brackets. A word is a unit
// ("latency_us", "t_us_mean", "latency [us]") or ends with one ("latencyUs", "energymJ", "timems"); others
// say what is measured and how ("latency", "mean", "p50", "cpu": a list of them, and letters with digits).
// What is neither may be a unit that flash does not know ("latency_ticks", "energy (Wh)"), unless it comes
// before the word for what is measured ("board_time").
struct ColumnName {
  struct Said {
    std::string word;
    Unit unit;
  };
  std::vector<Said> units;         // each unit once
  std::vector<std::string> words;  // the known other words, in lower case
  std::string unknown;             // a word that may be a unit; "" where there is none
  bool in_brackets = false;        // it stands where little but a unit is expected
  bool spoilt = false;             // it changes what a unit beside it means: "(1e-3 s)"
};
ColumnName parse_column_name(std::string_view column);

// The unit of a column of that metric. `stated` is the job's word for it, "" where the job has none: then the
// name's counts, and where that says nothing the usual one (ms, mJ, mm2). Throws std::invalid_argument,
// saying why: the name contradicts `stated`, says two units, one of something else, or a word that may be a
// unit.
Unit column_unit(std::string_view column, Metric metric, const std::string& stated);

}  // namespace flash
