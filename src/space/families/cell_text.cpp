#include "cell_text.hpp"

#include <algorithm>
#include <stdexcept>

#include "flash/core/nearest.hpp"

namespace flash {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw std::invalid_argument(what); }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::string quoted(std::string_view text) { return std::string("'").append(text).append("'"); }

std::string count_of(std::size_t count, const char* what) {
  return std::to_string(count).append(" ").append(what).append(count == 1 ? "" : "s");
}

std::int64_t operator_of(std::span<const std::string> operators, std::string_view name) {
  const auto found = std::ranges::find(operators, name);
  if (found != operators.end()) return found - operators.begin();
  std::string all;
  for (const std::string& known : operators) all.append(all.empty() ? "" : ", ").append(known);
  const std::string near = nearest(name, {operators.begin(), operators.end()});
  refuse("there is no operator " + quoted(name) +
         (near.empty() ? "; there are " + all : "; did you mean " + near + "?"));
}

}  // namespace

std::string cell_text(std::span<const std::string> operators, std::span<const std::int64_t> options) {
  std::string text;
  for (std::size_t node = 1, edge = 0; edge < options.size(); ++node) {
    text.append(node == 1 ? "|" : "+|");
    for (std::size_t from = 0; from < node; ++from, ++edge)
      text.append(operators[static_cast<std::size_t>(options[edge])])
          .append("~")
          .append(std::to_string(from))
          .append("|");
  }
  return text;
}

bool is_cell_text(std::string_view text) { return trimmed(text).starts_with('|'); }

std::vector<std::int64_t> read_cell_text(std::span<const std::string> operators, int nodes,
                                         std::string_view text) {
  const std::vector<std::string_view> parts = split(trimmed(text), '+');
  const auto wanted = static_cast<std::size_t>(nodes) - 1;
  if (parts.size() != wanted)
    refuse("the cell has " + count_of(parts.size(), "node") + " behind its first, not " +
           std::to_string(wanted));
  std::vector<std::int64_t> options;
  for (std::size_t node = 1; node <= wanted; ++node) {
    std::string_view part = trimmed(parts[node - 1]);
    if (part.size() < 2 || !part.starts_with('|') || !part.ends_with('|'))
      refuse("node " + std::to_string(node) + ", " + quoted(part) + ", does not stand between bars");
    const std::vector<std::string_view> edges = split(part.substr(1, part.size() - 2), '|');
    if (edges.size() != node)
      refuse("node " + std::to_string(node) + " has " + count_of(edges.size(), "edge") + ", not " +
             std::to_string(node));
    for (std::size_t from = 0; from < node; ++from) {
      const std::size_t tilde = edges[from].find('~');
      if (tilde == std::string_view::npos || edges[from].substr(tilde + 1) != std::to_string(from))
        refuse("edge " + quoted(edges[from]) + " of node " + std::to_string(node) + " is not operator~" +
               std::to_string(from) + ": edges stand in the order of the nodes that they come from");
      options.push_back(operator_of(operators, edges[from].substr(0, tilde)));
    }
  }
  return options;
}

}  // namespace flash
