#include "flash/import/measured_table.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>

#include "csv.hpp"
#include "flash/core/error.hpp"
#include "flash/core/nearest.hpp"

namespace flash {
namespace {

struct Unit {
  std::string_view name;
  Metric metric;
  double factor;  // to ms, mJ, mm2
};
constexpr std::array<Unit, 9> units{{{"us", Metric::latency, 1e-3},
                                     {"ms", Metric::latency, 1},
                                     {"s", Metric::latency, 1e3},
                                     {"uj", Metric::energy, 1e-3},
                                     {"mj", Metric::energy, 1},
                                     {"j", Metric::energy, 1e3},
                                     {"um2", Metric::area, 1e-6},
                                     {"mm2", Metric::area, 1},
                                     {"cm2", Metric::area, 1e2}}};

const Unit& unit_of(Metric metric, const std::string& name) {
  const auto found =
      std::ranges::find_if(units, [&](const Unit& u) { return u.metric == metric && u.name == name; });
  if (found == units.end())
    throw Error(ExitCode::bad_job, "'" + name + "' is no unit of " + std::string(flash::name(metric)));
  return *found;
}

// What comes after the last underscore of a column's name, where that is a unit: "time_us" says us.
std::string_view unit_in_name(std::string_view column) {
  const std::size_t at = column.rfind('_');
  if (at == std::string_view::npos) return "";
  const std::string_view last = column.substr(at + 1);
  return std::ranges::find(units, last, &Unit::name) == units.end() ? "" : last;
}

class Table {
 public:
  Table(const std::filesystem::path& path, const TableFormat& format, const Space& space)
      : path_(path), format_(format), space_(space), rows_(read_csv(path)) {
    if (rows_.size() < 2) throw Error(ExitCode::bad_data, path.string() + ": holds no row of measurements");
    for (const std::string& column : network_columns()) network_.push_back(require(column));
    for (const Metric metric : all_metrics) find_metric(metric);
  }

  std::vector<MeasuredRow> read(std::size_t* unmeasured) {
    std::vector<MeasuredRow> measured;
    for (auto row = rows_.begin() + 1; row != rows_.end(); ++row) {
      if (row->cells.size() != rows_.front().cells.size())
        fail(*row, "has " + std::to_string(row->cells.size()) + " cells, but the first row names " +
                       std::to_string(rows_.front().cells.size()) + " columns");
      if (std::ranges::all_of(metrics_, [&](const auto& m) { return row->cells[m.cell].empty(); })) {
        if (unmeasured != nullptr) ++*unmeasured;
        continue;
      }
      measured.push_back(read(*row));
    }
    if (measured.empty())
      throw Error(ExitCode::bad_data, path_.string() + ": no network in it has been measured");
    return measured;
  }

 private:
  struct Source {
    Metric metric;
    std::size_t cell;
    double factor;
  };

  std::vector<std::string> network_columns() const {
    if (format_.features.empty()) return format_.network;
    std::vector<std::string> columns;
    for (const auto& [feature, column] : format_.features) columns.push_back(column);
    return columns;
  }

  [[noreturn]] void fail(const CsvRow& row, const std::string& what) const {
    throw Error(ExitCode::bad_data, path_.string() + ":" + std::to_string(row.line) + ": " + what);
  }

  std::size_t require(const std::string& column) const {
    const CsvRow& head = rows_.front();
    if (std::ranges::count(head.cells, column) > 1)
      fail(head, "has the column '" + column + "' more than once");
    const auto found = std::ranges::find(head.cells, column);
    if (found == head.cells.end()) {
      const std::string close = nearest(column, head.cells);
      fail(head, "has no column '" + column + "'" +
                     (close.empty() ? "; name the columns in the job's [hardware]"
                                    : "; did you mean '" + close + "'? Name it in the job's [hardware]"));
    }
    return static_cast<std::size_t>(found - head.cells.begin());
  }

  void find_metric(Metric metric) {
    const MetricColumn& wanted = format_.metrics[static_cast<std::size_t>(metric)];
    const CsvRow& head = rows_.front();
    if (!wanted.required && std::ranges::find(head.cells, wanted.column) == head.cells.end()) {
      if (metric == all_metrics.back() && metrics_.empty()) require(format_.metrics[0].column);
      return;
    }
    const std::string_view said = unit_in_name(wanted.column);
    if (!said.empty() && said != wanted.unit)
      fail(head, "column '" + wanted.column + "' seems to be in " + std::string(said) +
                     ", but the job says " + wanted.unit + "; set hardware." + std::string(name(metric)) +
                     "_unit");
    metrics_.push_back({metric, require(wanted.column), unit_of(metric, wanted.unit).factor});
  }

  double number(const CsvRow& row, std::size_t cell) const {
    const std::string& text = row.cells[cell];
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
      fail(row, "column '" + rows_.front().cells[cell] + "' holds '" + text.substr(0, 40) +
                    "', which is no finite number");
    return value;
  }

  template <class Integer>
  Integer integer(const CsvRow& row, std::size_t cell) const {
    const std::string& text = row.cells[cell];
    Integer value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
      fail(row, "column '" + rows_.front().cells[cell] + "' holds '" + text.substr(0, 40) +
                    "', where a whole number is needed");
    return value;
  }

  Configuration configuration(const CsvRow& row) const {
    const std::size_t cells = space_.cells();
    try {
      if (network_.size() == 1) return space_.configuration(integer<std::uint64_t>(row, network_[0]));
      Configuration network;
      network.wm = integer<int>(row, network_[0]);
      const std::size_t depths = network_.size() - 1 - cells;
      for (std::size_t c = 0; c < cells; ++c) {
        network.depths.push_back(integer<int>(row, network_[1 + std::min(c, depths - 1)]));
        network.skips.push_back(integer<int>(row, network_[1 + depths + c]));
      }
      space_.id(network);  // throws where it is not in the space
      return network;
    } catch (const Error& error) {
      if (error.code() != ExitCode::usage) throw;
      fail(row, error.what());
    }
  }

  MeasuredRow read(const CsvRow& row) {
    MeasuredRow result;
    result.line = row.line;
    if (format_.features.empty()) {
      result.configuration = configuration(row);
      const std::uint64_t id = space_.id(*result.configuration);
      refuse_twice(row, "network " + std::to_string(id));
    } else {
      std::string all;
      for (const std::size_t cell : network_) {
        result.features.push_back(number(row, cell));
        if (result.features.back() < 0) fail(row, "column '" + rows_.front().cells[cell] + "' is negative");
        all += (all.empty() ? "" : ", ") + row.cells[cell];
      }
      refuse_twice(row, "the network with features " + all);
    }
    for (const Source& source : metrics_) {
      const double value = number(row, source.cell);
      if (!(value > 0))
        fail(row, "column '" + rows_.front().cells[source.cell] + "' is " + row.cells[source.cell] +
                      "; a measurement is positive");
      result.metrics[source.metric] = value * source.factor;
    }
    return result;
  }

  void refuse_twice(const CsvRow& row, const std::string& network) {
    const auto [first, is_new] = seen_.emplace(network, row.line);
    if (!is_new) fail(row, network + " stands in line " + std::to_string(first->second) + " already");
  }

  const std::filesystem::path& path_;
  const TableFormat& format_;
  const Space& space_;
  std::vector<CsvRow> rows_;  // the first one names the columns
  std::vector<std::size_t> network_;
  std::vector<Source> metrics_;
  std::map<std::string, int> seen_;  // networks and their lines
};

}  // namespace

const std::vector<std::string>& units_of(Metric metric) {
  static const std::array<std::vector<std::string>, 3> names = [] {
    std::array<std::vector<std::string>, 3> list;
    for (const Unit& unit : units) list[static_cast<std::size_t>(unit.metric)].emplace_back(unit.name);
    return list;
  }();
  return names[static_cast<std::size_t>(metric)];
}

std::vector<std::string> configuration_columns(const SpaceDefinition& space) {
  std::vector<std::string> columns{"wm"};
  const std::size_t cells = space.widths.size();
  if (space.depth_mode == DepthMode::equal) columns.emplace_back("depth");
  for (std::size_t c = 0; c < cells && space.depth_mode == DepthMode::separate; ++c)
    columns.push_back("depth_" + std::to_string(c));
  for (std::size_t c = 0; c < cells; ++c) columns.push_back("tc_" + std::to_string(c));
  return columns;
}

std::vector<MeasuredRow> read_measured_table(const std::filesystem::path& path, const TableFormat& format,
                                             const Space& space, std::size_t* unmeasured) {
  if (unmeasured != nullptr) *unmeasured = 0;
  return Table(path, format, space).read(unmeasured);
}

}  // namespace flash
