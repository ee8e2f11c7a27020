#include "flash/space/space.hpp"

#include <algorithm>
#include <limits>

#include "definition.hpp"
#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr std::size_t max_strata = 1'000'000;
constexpr std::uint64_t max_size = std::numeric_limits<std::int64_t>::max();

[[noreturn]] void too_large() {
  throw Error(ExitCode::bad_job,
              "space: it has 2^63 configurations or more; take fewer depths or a larger skips.step");
}

std::int64_t option_count(const SkipRange& skips, int width, int depth) {
  const int reachable = width * (depth - 2);
  const int max = skips.max == -1 ? reachable : std::min(skips.max, reachable);
  return (max - skips.min) / skips.step + 1;
}

// Every choice of depths, one a cell, in lexicographic order.
std::vector<std::vector<int>> depth_choices(const SpaceDefinition& definition) {
  const std::size_t cells = definition.widths.size();
  std::vector<std::vector<int>> choices;
  if (definition.depth_mode == DepthMode::equal) {
    for (const int depth : definition.depths) choices.emplace_back(cells, depth);
    return choices;
  }
  choices.emplace_back();
  for (std::size_t cell = 0; cell < cells; ++cell) {
    if (choices.size() * definition.depths.size() * definition.wm.size() > max_strata)
      throw Error(ExitCode::bad_job,
                  "space: more than " + std::to_string(max_strata) +
                      " strata (wm times the depths of each cell); take fewer depths or wm");
    std::vector<std::vector<int>> longer;
    for (const std::vector<int>& choice : choices) {
      for (const int depth : definition.depths) {
        longer.push_back(choice);
        longer.back().push_back(depth);
      }
    }
    choices = std::move(longer);
  }
  return choices;
}

Stratum make_stratum(const SpaceDefinition& definition, int wm, const std::vector<int>& depths) {
  Stratum stratum;
  stratum.wm = wm;
  stratum.depths = depths;
  stratum.skips = definition.skips;
  stratum.size = 1;
  for (std::size_t cell = 0; cell < depths.size(); ++cell) {
    const int width = wm * definition.widths[cell];
    const std::int64_t options = option_count(definition.skips, width, depths[cell]);
    stratum.widths.push_back(width);
    stratum.options.push_back(options);
    if (__builtin_mul_overflow(stratum.size, options, &stratum.size) || stratum.size > max_size) too_large();
  }
  return stratum;
}

// Position of a value in an ascending list, or its size where it is not there.
std::size_t position(const std::vector<int>& ascending, int value) {
  const auto found = std::ranges::lower_bound(ascending, value);
  if (found == ascending.end() || *found != value) return ascending.size();
  return static_cast<std::size_t>(found - ascending.begin());
}

[[noreturn]] void not_in_space(const std::string& reason) {
  throw Error(ExitCode::usage, "the configuration is not in the space: " + reason);
}

// Index of the stratum of a width multiplier and depths, in the order in which the constructor lists them.
std::size_t stratum_index(const SpaceDefinition& definition, const Configuration& configuration) {
  std::size_t index = position(definition.wm, configuration.wm);
  if (index == definition.wm.size())
    not_in_space("wm " + std::to_string(configuration.wm) + " is not in the list");
  const bool equal = definition.depth_mode == DepthMode::equal;
  for (std::size_t cell = 0; cell < configuration.depths.size(); ++cell) {
    const int depth = configuration.depths[cell];
    const std::size_t at = position(definition.depths, depth);
    if (at == definition.depths.size())
      not_in_space("depth " + std::to_string(depth) + " is not in the list");
    if (equal && depth != configuration.depths.front()) not_in_space("all cells must have the same depth");
    if (!equal || cell == 0) index = index * definition.depths.size() + at;
  }
  return index;
}

}  // namespace

Space::Space(SpaceDefinition definition) : definition_(std::move(definition)) {
  check(definition_);
  const std::vector<std::vector<int>> choices = depth_choices(definition_);
  if (choices.size() * definition_.wm.size() > max_strata)
    throw Error(ExitCode::bad_job, "space: more than " + std::to_string(max_strata) + " strata");
  strata_.reserve(choices.size() * definition_.wm.size());
  for (const int wm : definition_.wm) {
    for (const std::vector<int>& depths : choices) {
      Stratum stratum = make_stratum(definition_, wm, depths);
      stratum.index = strata_.size();
      stratum.first_id = size_;
      if (stratum.size > max_size - size_) too_large();
      size_ += stratum.size;
      strata_.push_back(std::move(stratum));
    }
  }
}

const Stratum& Space::stratum_of(std::uint64_t id) const {
  if (id >= size_)
    throw Error(ExitCode::usage, "id " + std::to_string(id) +
                                     " is out of range: the space has ids from 0 to " +
                                     std::to_string(size_ - 1));
  return *std::prev(std::ranges::upper_bound(strata_, id, {}, &Stratum::first_id));
}

std::vector<std::int64_t> Space::options_of(const Stratum& stratum, std::uint64_t id) const {
  if (id < stratum.first_id || id - stratum.first_id >= stratum.size)
    throw Error(ExitCode::usage,
                "id " + std::to_string(id) + " is not in stratum " + std::to_string(stratum.index));
  std::uint64_t rest = id - stratum.first_id;
  std::vector<std::int64_t> options(stratum.cells());
  for (std::size_t cell = stratum.cells(); cell-- > 0;) {
    const auto count = static_cast<std::uint64_t>(stratum.options[cell]);
    options[cell] = static_cast<std::int64_t>(rest % count);
    rest /= count;
  }
  return options;
}

Configuration Space::configuration(std::uint64_t id) const {
  const Stratum& stratum = stratum_of(id);
  return configuration(stratum, options_of(stratum, id));
}

Configuration Space::configuration(const Stratum& stratum, const std::vector<std::int64_t>& options) const {
  Configuration configuration{stratum.wm, stratum.depths, {}};
  for (const std::int64_t option : options) configuration.skips.push_back(stratum.skip(option));
  return configuration;
}

std::uint64_t Space::id(const Configuration& configuration) const {
  if (configuration.depths.size() != cells() || configuration.skips.size() != cells())
    not_in_space("depths and skips must hold one value for each of the " + std::to_string(cells()) +
                 " cells");
  const Stratum& stratum = strata_[stratum_index(definition_, configuration)];
  std::vector<std::int64_t> options;
  for (const int skip : configuration.skips) {
    const std::int64_t above = std::int64_t{skip} - stratum.skips.min;
    if (above < 0 || above % stratum.skips.step != 0)
      not_in_space("skip setting " + std::to_string(skip) + " is not one of " +
                   std::to_string(stratum.skips.min) + ", " +
                   std::to_string(std::int64_t{stratum.skips.min} + stratum.skips.step) + ", ...");
    options.push_back(above / stratum.skips.step);
  }
  return id(stratum, options);
}

std::uint64_t Space::id(const Stratum& stratum, std::span<const std::int64_t> options) const {
  if (options.size() != stratum.cells()) not_in_space("one skip setting for each cell is needed");
  std::uint64_t position_in_stratum = 0;
  for (std::size_t cell = 0; cell < options.size(); ++cell) {
    if (options[cell] < 0 || options[cell] >= stratum.options[cell])
      not_in_space("the skip setting of cell " + std::to_string(cell) + " is more than its " +
                   std::to_string(stratum.skip(stratum.options[cell] - 1)));
    position_in_stratum = position_in_stratum * static_cast<std::uint64_t>(stratum.options[cell]) +
                          static_cast<std::uint64_t>(options[cell]);
  }
  return stratum.first_id + position_in_stratum;
}

}  // namespace flash
