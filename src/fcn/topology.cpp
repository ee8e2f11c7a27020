#include "topology.hpp"

#include <stdexcept>
#include <utility>

#include "limits.hpp"

namespace flash {
namespace {

using fcn_limits::most_channels;
using fcn_limits::most_side;
using Kind = Operator::Kind;
using Value = NetworkGraph::Value;

// Their numbers in the file, which stay what they are whatever becomes of Operator::Kind.
constexpr Kind kinds[] = {Kind::convolution,  Kind::linear,   Kind::norm,         Kind::relu,
                          Kind::elu,          Kind::relu6,    Kind::hard_sigmoid, Kind::hard_swish,
                          Kind::gather,       Kind::add,      Kind::scale,        Kind::zero,
                          Kind::average_pool, Kind::max_pool, Kind::resize,       Kind::flatten};
constexpr std::uint8_t reads_the_last = 32;  // one value, that of the node before
constexpr std::uint8_t has_bias = 64;
constexpr std::uint8_t whole_values = 128;  // of a gather: all channels of all that it reads

std::uint8_t number_of(Kind kind) {
  for (std::uint8_t k = 0; k < std::size(kinds); ++k)
    if (kinds[k] == kind) return k;
  return 0;
}

bool is_whole(const NetworkGraph::Node& node) {
  for (const std::vector<int>& columns : node.columns)
    if (!columns.empty()) return false;
  return true;
}

void write_columns(const std::vector<int>& columns, ByteWriter& out) {
  out.number(columns.size());
  int last = -1;
  for (const int column : columns) {
    out.number(static_cast<std::uint64_t>(column - last - 1));
    last = column;
  }
}

std::vector<int> read_columns(ByteReader& in, int channels) {
  std::vector<int> columns;
  int last = -1;
  for (std::uint64_t count = in.number(static_cast<std::uint64_t>(channels)); count > 0; --count) {
    const auto column = static_cast<std::int64_t>(in.number(most_channels)) + last + 1;
    if (column >= channels) in.fail("gathers a channel that there is not");
    columns.push_back(last = static_cast<int>(column));
  }
  return columns;
}

void write_shape(const Operator& op, ByteWriter& out) {
  const auto put = [&](int number) { out.number(static_cast<std::uint64_t>(number)); };
  switch (op.kind) {
    case Kind::convolution:
      put(op.out);
      put(op.kernel);
      put(op.stride);
      put(op.padding);
      put(op.groups);
      break;
    case Kind::linear:
      put(op.out);
      break;
    case Kind::add:
      put(op.reach);
      break;
    case Kind::average_pool:
    case Kind::max_pool:
      put(op.kernel);
      put(op.stride);
      put(op.padding);
      break;
    case Kind::resize:
      put(op.side_out);
      break;
    default:
      break;
  }
}

// `op` has kind, bias and the shape that it reads.
Operator read_shape(Operator op, ByteReader& in) {
  const auto channels = [&] { return static_cast<int>(in.number(most_channels)); };
  const auto length = [&] { return static_cast<int>(in.number(most_side)); };
  const auto window = [&] {
    op.kernel = length();
    op.stride = length();
    op.padding = length();
    const int room = op.side_in + 2 * op.padding - op.kernel;
    if (op.kernel < 1 || op.stride < 1 || room < 0) in.fail("has a window that does not fit");
    op.side_out = room / op.stride + 1;
  };
  op.out = op.in;
  op.side_out = op.side_in;
  switch (op.kind) {
    case Kind::convolution:
      op.out = channels();
      window();
      op.groups = channels();
      if (op.out < 1 || op.groups < 1 || op.in % op.groups != 0 || op.out % op.groups != 0)
        in.fail("has a convolution whose groups do not divide its channels");
      break;
    case Kind::linear:
      op.out = channels();
      op.side_out = 1;
      if (op.out < 1) in.fail("has a linear operator without outputs");
      break;
    case Kind::add:
      op.reach = channels();
      op.joins = true;
      break;
    case Kind::scale:
      op.joins = true;
      break;
    case Kind::average_pool:
    case Kind::max_pool:
      window();
      if (op.padding >= op.kernel) in.fail("pools what is nothing but padding");
      break;
    case Kind::resize:
      op.side_out = length();
      if (op.side_out < 1) in.fail("resizes to nothing");
      break;
    case Kind::flatten:
      if (std::int64_t{op.in} * op.side_in * op.side_in > static_cast<std::int64_t>(most_channels))
        in.fail("has too many features");
      op.out = op.in * op.side_in * op.side_in;
      op.side_out = 1;
      break;
    default:
      break;
  }
  return op;
}

}  // namespace

void write_topology(const NetworkGraph& graph, ByteWriter& out) {
  out.number(static_cast<std::uint64_t>(graph.channels()));
  out.number(static_cast<std::uint64_t>(graph.side()));
  out.number(graph.nodes().size());
  for (std::size_t k = 0; k < graph.nodes().size(); ++k) {
    const NetworkGraph::Node& node = graph.nodes()[k];
    const bool last = node.reads.size() == 1 && node.reads.front() == k;
    const bool gathers = node.op.kind == Kind::gather;
    const bool whole = gathers && is_whole(node);
    out.byte(static_cast<std::uint8_t>(number_of(node.op.kind) | (last ? reads_the_last : 0) |
                                       (node.op.bias ? has_bias : 0) | (whole ? whole_values : 0)));
    if (!last) {
      out.number(node.reads.size());
      for (const Value value : node.reads) out.number(k - value);
    }
    if (gathers && !whole)
      for (const std::vector<int>& columns : node.columns) write_columns(columns, out);
    write_shape(node.op, out);
  }
}

NetworkGraph read_topology(ByteReader& in) {
  const int channels = static_cast<int>(in.number(most_channels));
  const int side = static_cast<int>(in.number(most_side));
  if (channels < 1 || side < 1) in.fail("reads no image");
  NetworkGraph graph(channels, side);
  const std::uint64_t count = in.number(fcn_limits::most_nodes);
  for (std::uint64_t k = 0; k < count; ++k) {
    const std::uint8_t first = in.byte();
    const std::size_t kind = first & 31U;
    if (kind >= std::size(kinds)) in.fail("has an operator of unknown kind");
    std::vector<Value> reads{k};
    if ((first & reads_the_last) == 0) {
      reads.resize(in.number(k + 1));
      for (Value& value : reads) value = k - in.number(k);
      if (reads.empty()) in.fail("has an operator that reads nothing");
    }
    Operator op{.kind = kinds[kind]};
    op.bias = (first & has_bias) != 0;
    if (op.bias && !op.has_matrix()) in.fail("has biases of an operator that has none");
    op.in = graph.channels(reads.front());
    op.side_in = graph.side(reads.front());
    std::vector<std::vector<int>> columns;
    if (op.kind == Kind::gather) {
      columns.resize(reads.size());
      std::int64_t read = 0;
      for (std::size_t r = 0; r < reads.size(); ++r) {
        const int of_value = graph.channels(reads[r]);
        if ((first & whole_values) == 0) columns[r] = read_columns(in, of_value);
        read += columns[r].empty() ? of_value : static_cast<std::int64_t>(columns[r].size());
      }
      if (read > static_cast<std::int64_t>(most_channels)) in.fail("gathers too many channels");
      op.in = static_cast<int>(read);
    }
    op = read_shape(op, in);
    if (const std::string_view why = fcn_limits::excess(op); !why.empty()) in.fail(std::string(why));
    try {
      if (op.kind == Kind::gather)
        graph.gather(op, std::move(reads), std::move(columns));
      else if (op.kind == Kind::add || op.kind == Kind::scale)
        graph.combine(op, std::move(reads));
      else if (reads.size() == 1)
        graph.append(op, reads.front());
      else
        in.fail("has an operator that reads more values than it can");
    } catch (const std::logic_error& error) {
      in.fail(std::string("does not fit together: ") + error.what());
    }
  }
  if (count == 0) in.fail("has no operators");
  if (const std::string_view why = fcn_limits::excess(graph, in.size()); !why.empty())
    in.fail(std::string(why));
  return graph;
}

}  // namespace flash
