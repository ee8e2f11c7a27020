// The networks of a table of devices, in a space.
#include <algorithm>
#include <charconv>

#include "csv.hpp"
#include "device_file.hpp"
#include "flash/config/text.hpp"
#include "flash/core/error.hpp"
#include "flash/space/network_text.hpp"

namespace flash {
namespace {

class NetworkResolver {
 public:
  NetworkResolver(const DeviceFile& file, const Space& space, const DeviceFormat& format)
      : file_(file), space_(space), format_(format) {
    if (file.texts.empty() && !file.operators.empty()) match_columns();
  }

  Point point(std::size_t row) const {
    if (file_.texts.empty() && file_.operators.empty()) return of_id(row);
    return file_.texts.empty() ? of_operators(row) : of_text(row);
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
    columns_ = network_columns(space_);
    if (columns_.size() != file_.operator_columns.size())
      throw Error(ExitCode::bad_data,
                  file_.path.string() + ": has " + std::to_string(file_.operator_columns.size()) +
                      " columns of operators (" + file_.operator_columns.front() + " .. " +
                      file_.operator_columns.back() + "), but a network of the space has " +
                      std::to_string(columns_.size()) + " (" + columns_.front().name + " .. " +
                      columns_.back().name + "); is it the right space? Name them in its order with " +
                      format_.called("operators"));
    // Where all networks have the same slots, a code may stand for an operator's name.
    if (space_.strata().size() != 1) return;
    const Stratum& stratum = space_.strata().front();
    for (const Slot& slot : stratum.slots)
      for (const Axis& axis : space_.geometry().slot_axes(slot.kind)) axes_.push_back(&axis);
    if (axes_.size() != columns_.size()) axes_.clear();
  }

  Point of_operators(std::size_t row) const {
    std::vector<std::string> values = file_.operators[row];
    for (std::size_t c = 0; c < axes_.size(); ++c) {
      const Axis& axis = *axes_[c];
      if (!axis.listed() || axis.position(values[c])) continue;
      std::size_t code = 0;
      const char* end = values[c].data() + values[c].size();
      const auto read = std::from_chars(values[c].data(), end, code);
      if (read.ec != std::errc() || read.ptr != end || values[c].empty()) continue;
      if (code >= axis.values.size())
        refuse(row, "column " + in_quotes(file_.operator_columns[c]) + " holds the code " + values[c] +
                        ", but its place has " + std::to_string(axis.values.size()) + " operators, 0 .. " +
                        std::to_string(axis.values.size() - 1) + ": " + joined(axis.values));
      values[c] = axis.values[code];
    }
    return checked(row, [&] { return network_of_values(space_, values); });
  }

  const DeviceFile& file_;
  const Space& space_;
  const DeviceFormat& format_;
  std::vector<NetworkColumn> columns_;
  std::vector<const Axis*> axes_;
};

}  // namespace

void resolve_networks(DeviceFile& file, const Space& space, const DeviceFormat& format) {
  const NetworkResolver resolver(file, space, format);
  for (std::size_t row = 0; row < file.rows(); ++row) {
    file.points.push_back(resolver.point(row));
    if (!file.ids.empty() && !resolver.is_numbered(row, file.points.back())) file.has_own_ids = true;
  }
}

}  // namespace flash
