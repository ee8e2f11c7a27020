// The networks of a table of devices, in a space.
#include <algorithm>
#include <charconv>
#include <numeric>

#include "csv.hpp"
#include "device_file.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/import/units.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

class NetworkResolver {
 public:
  NetworkResolver(const DeviceFile& file, const Space& space, const DeviceFormat& format)
      : file_(file), space_(space), format_(format) {
    if (!file.operators.empty()) match_columns();
  }

  Point point(std::size_t row) const {
    if (file_.texts.empty() && file_.operators.empty()) return of_id(row);
    return file_.texts.empty() ? of_operators(row) : of_text(row);
  }

  // Beside a text the columns of operators may be something else: counts of a network, or a part of another's.
  bool knows_columns() const { return !places_.empty(); }

  // Of a network in words: whether its columns of operators say the same.
  void check_operators(std::size_t row, const Point& point) const {
    const std::vector<std::string> known = network_values(space_, point);
    for (std::size_t c = 0; c < places_.size(); ++c) {
      const std::string& cell = file_.operators[row][c];
      const std::string& there = known[places_[c]];
      if (cell.empty() || is_same(operator_of(row, c), there, places_[c])) continue;
      refuse(row,
             contradiction(file_.operator_columns[c], cell, "column " + in_quotes(file_.text_column), there));
    }
  }

  // Whether a column of ids has the space's number of that network.
  bool is_numbered(std::size_t row, const Point& point) const {
    return file_.ids[row] == id_text(space_.id(point));
  }

 private:
  [[noreturn]] void refuse(std::size_t row, const std::string& what) const {
    throw Error(ExitCode::bad_data,
                file_.path.string() + ":" + std::to_string(file_.lines[row]) + ": " + what);
  }

  template <class Make>
  Point checked(std::size_t row, Make make) const {
    try {
      return make();
    } catch (const Error& error) {
      if (error.code() != ExitCode::usage && error.code() != ExitCode::bad_data) throw;
      refuse(row, error.what());
    }
  }

  Point of_text(std::size_t row) const {
    const std::string& text = file_.texts[row];
    return checked(row, [&] { return space_.point(named_network(space_, text)); });
  }

  Point of_id(std::size_t row) const {
    const std::string& text = file_.ids[row];
    if (text.find_first_not_of("0123456789") != std::string::npos)
      refuse(row, "column " + in_quotes(file_.id_column) + " holds " + in_quotes(text) +
                      ", where the number of a network of the space is needed");
    return checked(row, [&] { return space_.point(id_from_json(text)); });
  }

  void match_columns() {
    const std::vector<NetworkColumn> columns = network_columns(space_);
    const bool has_text = !file_.texts.empty(), is_named = !format_.operators.empty();
    if (!is_named) places_ = places_by_name(columns);
    if (places_.empty() && columns.size() == file_.operator_columns.size()) {
      places_.resize(columns.size());
      std::iota(places_.begin(), places_.end(), std::size_t{0});
    }
    if (has_text ? places_.empty() && is_named : places_.size() != columns.size())
      throw Error(ExitCode::bad_data,
                  file_.path.string() + ": has " + std::to_string(file_.operator_columns.size()) +
                      " columns of operators (" + file_.operator_columns.front() + " .. " +
                      file_.operator_columns.back() + "), but a network of the space has " +
                      std::to_string(columns.size()) + " (" + columns.front().name + " .. " +
                      columns.back().name + "); is it the right space? Name them in its order with " +
                      format_.called("operators"));
    // Where all networks have the same slots, a code may stand for an operator's name.
    if (space_.strata().size() != 1) return;
    const Stratum& stratum = space_.strata().front();
    for (const Slot& slot : stratum.slots)
      for (const Axis& axis : space_.geometry().slot_axes(slot.kind)) axes_.push_back(&axis);
    if (axes_.size() != columns.size()) axes_.clear();
  }

  // Nothing where one has another name.
  std::vector<std::size_t> places_by_name(const std::vector<NetworkColumn>& columns) const {
    std::vector<std::size_t> places;
    for (const std::string& column : file_.operator_columns) {
      const auto found =
          std::ranges::find(columns, folded(column), [](const NetworkColumn& c) { return folded(c.name); });
      if (found == columns.end()) return {};
      places.push_back(static_cast<std::size_t>(found - columns.begin()));
    }
    return places;
  }

  // The name for which a code stands.
  std::string operator_of(std::size_t row, std::size_t c) const {
    const std::string& cell = file_.operators[row][c];
    if (axes_.empty()) return cell;
    const Axis& axis = *axes_[places_[c]];
    if (!axis.listed() || axis.position(cell)) return cell;
    std::size_t code = 0;
    const char* end = cell.data() + cell.size();
    const auto read = std::from_chars(cell.data(), end, code);
    if (read.ec != std::errc() || read.ptr != end || cell.empty()) return cell;
    if (code >= axis.values.size())
      refuse(row, "column " + in_quotes(file_.operator_columns[c]) + " holds the code " + cell +
                      ", but its place has " + std::to_string(axis.values.size()) + " operators, 0 .. " +
                      std::to_string(axis.values.size() - 1) + ": " + joined(axis.values));
    return axis.values[code];
  }

  bool is_same(const std::string& a, const std::string& b, std::size_t place) const {
    return a == b || (!axes_.empty() && axes_[place]->position(a) &&
                      axes_[place]->position(a) == axes_[place]->position(b));
  }

  Point of_operators(std::size_t row) const {
    std::vector<std::string> values(places_.size());
    for (std::size_t c = 0; c < places_.size(); ++c) values[places_[c]] = operator_of(row, c);
    return checked(row, [&] { return network_of_values(space_, values); });
  }

  const DeviceFile& file_;
  const Space& space_;
  const DeviceFormat& format_;
  std::vector<std::size_t> places_;  // in the space's network, of each column of operators
  std::vector<const Axis*> axes_;    // [place]
};

}  // namespace

void resolve_networks(DeviceFile& file, const Space& space, const DeviceFormat& format) {
  const NetworkResolver resolver(file, space, format);
  const bool is_told_twice = !file.texts.empty() && resolver.knows_columns();
  for (std::size_t row = 0; row < file.rows(); ++row) {
    file.points.push_back(resolver.point(row));
    if (is_told_twice) resolver.check_operators(row, file.points.back());
    if (!file.ids.empty() && !resolver.is_numbered(row, file.points.back())) file.has_own_ids = true;
  }
  if (file.operators.empty() || resolver.knows_columns()) return;
  file.unread.insert(file.unread.end(), file.operator_columns.begin(), file.operator_columns.end());
  file.operator_columns.clear();
  file.operators.clear();
}

}  // namespace flash
