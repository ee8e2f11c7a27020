#include "flash/space/network_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr std::array<std::string_view, 3> axes{"wm", "depth", "tc"};
constexpr const char* form = "write axis=value with blanks between, as in wm=2 depth=9 tc=3,0,12";

[[noreturn]] void refuse(std::string_view text, const std::string& reason) {
  throw Error(ExitCode::usage, "network \"" + std::string(text) + "\": " + reason);
}

std::string listed(const std::vector<int>& values) {
  std::string text;
  for (const int value : values) {
    if (!text.empty()) text += ',';
    text += std::to_string(value);
  }
  return text;
}

// The first part of the rest, which loses it and the separator.
std::string_view next(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::vector<int> integers(std::string_view text, std::string_view axis, std::string_view list) {
  std::vector<int> values;
  for (bool more = true; more;) {
    more = list.find(',') != std::string_view::npos;
    const std::string_view word = next(list, ',');
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), values.emplace_back());
    if (error != std::errc() || end != word.data() + word.size())
      refuse(text, std::string(axis) + ": '" + std::string(word) + "' is no integer");
  }
  return values;
}

}  // namespace

std::string network_text(const Space& space, std::uint64_t id) {
  const Configuration network = space.configuration(id);
  std::vector<int> depths = network.depths;
  if (space.definition().depth_mode == DepthMode::equal) depths.resize(1);
  std::string text;
  text.append("wm=").append(listed({network.wm})).append(" depth=").append(listed(depths));
  return text.append(" tc=").append(listed(network.skips));
}

std::uint64_t parse_network(const Space& space, std::string_view text) {
  std::array<std::vector<int>, axes.size()> values;
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view word = next(rest, ' ');
    if (word.empty()) continue;
    const std::string_view written = word;
    const std::string_view axis = next(word, '=');
    const auto found = std::ranges::find(axes, axis);
    if (found == axes.end()) refuse(text, std::string("'").append(written) + "' names no axis; " + form);
    std::vector<int>& of_axis = values[static_cast<std::size_t>(found - axes.begin())];
    if (!of_axis.empty()) refuse(text, std::string(axis) + " is there twice");
    of_axis = integers(text, axis, word);
  }
  const bool equal = space.definition().depth_mode == DepthMode::equal;
  const std::array<std::size_t, axes.size()> lengths{1, equal ? 1 : space.cells(), space.cells()};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (values[i].empty()) refuse(text, std::string(axes[i]) + " is missing; " + form);
    if (values[i].size() != lengths[i])
      refuse(text, std::string(axes[i]) + " has " + std::to_string(values[i].size()) + " values, and takes " +
                       std::to_string(lengths[i]));
  }
  auto& [wm, depths, skips] = values;
  if (equal) depths.assign(space.cells(), depths.front());
  try {
    return space.id({wm.front(), depths, skips});
  } catch (const Error& error) {
    refuse(text, error.what());
  }
}

}  // namespace flash
