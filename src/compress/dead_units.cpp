#include "flash/compress/dead_units.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;
using Form = CompressedMatrix::Form;
using Node = NetworkGraph::Node;

// Of an operator to the only one with weights that reads it.
struct Chain {
  std::size_t producer = 0, consumer = 0;
  std::vector<std::size_t> between{};
};

bool can_lose_units(const Node& node, const CompressedNode& values) {
  return node.op.has_matrix() && node.op.groups == 1 && values.weights.form != Form::shift_add;
}

bool by_channel(Kind kind) {
  switch (kind) {
    case Kind::norm:
    case Kind::relu:
    case Kind::elu:
    case Kind::relu6:
    case Kind::hard_sigmoid:
    case Kind::hard_swish:
    case Kind::average_pool:
    case Kind::max_pool:
    case Kind::flatten:
      return true;
    default:
      return false;
  }
}

float hard_sigmoid_of(float x) { return std::min(6.0F, std::max(0.0F, x + 3)) / 6; }

// What an operator makes of a channel of one value throughout.
float passed_on(Kind kind, const CompressedNode& values, std::size_t unit, float x) {
  switch (kind) {
    case Kind::norm:
      return x * values.first.at(unit) + values.second.at(unit);
    case Kind::relu:
      return std::max(x, 0.0F);
    case Kind::elu:
      return x > 0 ? x : std::expm1(x);
    case Kind::relu6:
      return std::min(6.0F, std::max(x, 0.0F));
    case Kind::hard_sigmoid:
      return hard_sigmoid_of(x);
    case Kind::hard_swish:
      return x * hard_sigmoid_of(x);
    default:
      return x;
  }
}

class Removal {
 public:
  explicit Removal(const CompressedNetwork& network)
      : network_(network), nodes_(network.graph.nodes()), values_(network.nodes) {}

  CompressedNetwork run() {
    const std::vector<Chain> chains = find_chains();
    for (bool changed = true; changed;) {
      changed = false;
      for (const Chain& chain : chains) changed = shorten(chain) || changed;
    }
    CompressedNetwork smaller{rebuilt(), std::move(values_), network_.mean, network_.deviation,
                              network_.original};
    if (smaller.original.parameters == 0) smaller.original = size_of(network_);
    return smaller;
  }

 private:
  std::vector<Chain> find_chains() const {
    const std::vector<std::size_t> readers = network_.graph.readers();
    std::vector<Chain> chains;
    for (std::size_t k = 0; k < nodes_.size(); ++k) {
      if (!can_lose_units(nodes_[k], values_[k])) continue;
      Chain chain{.producer = k};
      for (std::size_t at = k; readers[at + 1] == 1;) {
        std::size_t next = at + 1;  // in the order in which they run
        while (next < nodes_.size() &&
               std::ranges::find(nodes_[next].reads, at + 1) == nodes_[next].reads.end())
          ++next;
        if (next == nodes_.size()) break;  // the output's
        at = next;
        if (can_lose_units(nodes_[at], values_[at])) {
          chain.consumer = at;
          chains.push_back(std::move(chain));
          break;
        }
        if (!by_channel(nodes_[at].op.kind)) break;
        chain.between.push_back(at);
      }
    }
    return chains;
  }

  float weight(std::size_t node, std::size_t place) const {
    const CompressedMatrix& matrix = values_[node].weights;
    return matrix.form == Form::levels ? static_cast<float>(matrix.levels.codes[place]) * matrix.levels.step
                                       : matrix.values[place];
  }
  bool all_zero(std::size_t node, std::size_t row, std::size_t first, std::size_t last) const {
    for (std::size_t c = first; c < last; ++c)
      if (weight(node, row * values_[node].weights.columns + c) != 0) return false;
    return true;
  }

  bool unread(const Chain& chain, std::size_t unit, std::size_t of_unit) const {
    for (std::size_t row = 0; row < values_[chain.consumer].weights.rows; ++row)
      if (!all_zero(chain.consumer, row, unit * of_unit, (unit + 1) * of_unit)) return false;
    return true;
  }

  // Of a unit without weights, at the consumer.
  float constant(const Chain& chain, std::size_t unit) const {
    const CompressedVector& bias = values_[chain.producer].first;
    float value = bias.size() > 0 ? bias.at(unit) : 0.0F;
    for (const std::size_t k : chain.between) {
      // Of a norm behind a flatten each of the unit's features has a scale of its own.
      if (nodes_[k].op.kind == Kind::norm && values_[k].first.size() != values_[chain.producer].weights.rows)
        return std::nanf("");
      value = passed_on(nodes_[k].op.kind, values_[k], unit, value);
    }
    return value;
  }

  bool folds(const Chain& chain) const {
    const CompressedVector& bias = values_[chain.consumer].first;
    return bias.size() > 0 && bias.bits == 32 && nodes_[chain.consumer].op.padding == 0;
  }

  void fold(const Chain& chain, std::size_t unit, std::size_t of_unit, float value) {
    const CompressedMatrix& matrix = values_[chain.consumer].weights;
    for (std::size_t row = 0; row < matrix.rows; ++row) {
      double sum = 0;
      for (std::size_t c = unit * of_unit; c < (unit + 1) * of_unit; ++c)
        sum += static_cast<double>(weight(chain.consumer, row * matrix.columns + c));
      values_[chain.consumer].first.values[row] += static_cast<float>(sum * static_cast<double>(value));
    }
  }

  bool shorten(const Chain& chain) {
    const CompressedMatrix& own = values_[chain.producer].weights;
    const std::size_t units = own.rows, of_unit = values_[chain.consumer].weights.columns / units;
    std::vector<std::size_t> stay;
    for (std::size_t unit = 0; unit < units; ++unit) {
      const bool last = stay.empty() && unit + 1 == units;
      bool goes = !last && unread(chain, unit, of_unit);
      if (!goes && !last && all_zero(chain.producer, unit, 0, own.columns)) {
        const float value = constant(chain, unit);
        goes = value == 0 || (std::isfinite(value) && folds(chain));
        if (goes && value != 0) fold(chain, unit, of_unit, value);
      }
      if (!goes) stay.push_back(unit);
    }
    if (stay.size() == units) return false;
    keep_rows(chain.producer, stay);
    for (const std::size_t k : chain.between) {
      const std::size_t of_each = static_cast<std::size_t>(nodes_[k].op.in) / units;
      keep_entries(values_[k].first, stay, of_each);
      keep_entries(values_[k].second, stay, of_each);
      nodes_[k].op.in = static_cast<int>(stay.size() * of_each);
      nodes_[k].op.out = static_cast<int>(static_cast<std::size_t>(nodes_[k].op.out) / units * stay.size());
    }
    keep_columns(chain.consumer, stay, of_unit);
    Operator& reads = nodes_[chain.consumer].op;
    reads.in = static_cast<int>(static_cast<std::size_t>(reads.in) / units * stay.size());
    return true;
  }

  template <class Values>
  static void keep(Values& values, const std::vector<std::size_t>& stay, std::size_t of_each) {
    if (values.empty()) return;
    Values kept;
    for (const std::size_t unit : stay)
      for (std::size_t k = unit * of_each; k < (unit + 1) * of_each; ++k) kept.push_back(values[k]);
    values = std::move(kept);
  }
  static void keep_entries(CompressedVector& vector, const std::vector<std::size_t>& stay,
                           std::size_t of_each) {
    keep(vector.values, stay, of_each);
    keep(vector.codes, stay, of_each);
  }

  void keep_rows(std::size_t node, const std::vector<std::size_t>& stay) {
    CompressedMatrix& matrix = values_[node].weights;
    keep(matrix.values, stay, matrix.columns);
    keep(matrix.levels.codes, stay, matrix.columns);
    keep_entries(values_[node].first, stay, 1);
    matrix.rows = stay.size();
    nodes_[node].op.out = static_cast<int>(stay.size());
  }

  void keep_columns(std::size_t node, const std::vector<std::size_t>& stay, std::size_t of_unit) {
    CompressedMatrix& matrix = values_[node].weights;
    std::vector<std::size_t> places;  // blocks of columns, row by row
    for (std::size_t row = 0; row < matrix.rows; ++row)
      for (const std::size_t unit : stay) places.push_back(row * (matrix.columns / of_unit) + unit);
    keep(matrix.values, places, of_unit);
    keep(matrix.levels.codes, places, of_unit);
    matrix.columns = stay.size() * of_unit;
  }

  NetworkGraph rebuilt() const {
    NetworkGraph graph(network_.graph.channels(), network_.graph.side());
    for (const Node& node : nodes_) {
      graph.enter(node.slot, node.layer);
      if (node.op.kind == Kind::gather)
        graph.gather(node.op, node.reads, node.columns);
      else if (node.op.kind == Kind::add || node.op.kind == Kind::scale)
        graph.combine(node.op, node.reads);
      else
        graph.append(node.op, node.reads.front());
    }
    return graph;
  }

  const CompressedNetwork& network_;
  std::vector<Node> nodes_;
  std::vector<CompressedNode> values_;
};

}  // namespace

CompressedNetwork without_dead_units(const CompressedNetwork& network) { return Removal(network).run(); }

}  // namespace flash
