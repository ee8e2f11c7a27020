#include "flash/fcn/file.hpp"

#include <zlib.h>

#include <cmath>
#include <utility>

#include "limits.hpp"
#include "tensor_codecs.hpp"
#include "topology.hpp"

namespace flash {
namespace {

using Kind = Operator::Kind;

constexpr std::string_view magic = "FCN1";
constexpr std::size_t checksum_bytes = 4;
constexpr std::uint64_t most_removed = std::uint64_t{1} << 28;

std::uint32_t checksum(std::string_view bytes) {
  return static_cast<std::uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
}

std::size_t columns_of(const Operator& op) { return static_cast<std::size_t>(op.weights() / op.out); }

void check(bool fits) {
  if (!fits) throw Error(ExitCode::internal, "a compressed network whose nodes are not its graph's");
}

void check_node(const Operator& op, const CompressedNode& node) {
  const auto out = static_cast<std::size_t>(op.out);
  if (op.has_matrix()) check(node.weights.rows == out && node.weights.columns == columns_of(op));
  const bool norm = op.kind == Kind::norm;
  check(node.first.size() == (norm || op.bias ? out : 0) && node.second.size() == (norm ? out : 0));
}

}  // namespace

std::string fcn_file(const CompressedNetwork& network, FileParts* parts) {
  FileParts counted;
  const auto channels = static_cast<std::size_t>(network.graph.channels());
  check(network.nodes.size() == network.graph.nodes().size() && network.mean.size() == channels &&
        network.deviation.size() == channels);
  ByteWriter out;
  out.bytes(magic);
  write_topology(network.graph, out);
  // What units that were removed had.
  const NetworkSize now = size_of({network.graph, {}, {}, {}}), original = size_of(network);
  const std::int64_t weights = original.weights - now.weights;
  const std::int64_t others = original.parameters - now.parameters - weights;
  check(weights >= 0 && others >= 0);
  out.number(static_cast<std::uint64_t>(weights));
  out.number(static_cast<std::uint64_t>(others));
  for (std::size_t c = 0; c < channels; ++c) {
    out.real(network.mean[c]);
    out.real(network.deviation[c]);
  }
  counted.header = out.size() + checksum_bytes;
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    const CompressedNode& node = network.nodes[k];
    check_node(op, node);
    if (op.has_matrix()) write_matrix(node.weights, out, counted);
    const std::size_t before = out.size();
    if (node.first.size() > 0) write_vector(node.first, out);
    if (node.second.size() > 0) write_vector(node.second, out);
    counted.biases += out.size() - before;
  }
  if (const std::string_view why = fcn_limits::excess(network.graph, out.size()); !why.empty())
    throw Error(ExitCode::bad_data, std::string("the compressed network ").append(why));
  if (!fcn_limits::allows(network.original.parameters, out.size()))
    throw Error(ExitCode::bad_data,
                "the compressed network has lost more weights than a file of its size may");
  const std::uint32_t sum = checksum(out.done());
  for (int k = 0; k < 4; ++k) out.byte(static_cast<std::uint8_t>(sum >> (8 * k)));
  if (parts != nullptr) *parts = counted;
  return out.done();
}

CompressedNetwork network_of_fcn(std::string_view file) {
  if (!file.starts_with(magic))
    throw Error(ExitCode::bad_data, "it is no compressed network: it does not begin with FCN1");
  if (file.size() < magic.size() + checksum_bytes)
    throw Error(ExitCode::bad_data, "the compressed network ends too early");
  const std::string_view body = file.substr(0, file.size() - checksum_bytes);
  std::uint32_t sum = 0;
  for (std::size_t k = 0; k < checksum_bytes; ++k)
    sum |= std::uint32_t{static_cast<std::uint8_t>(file[body.size() + k])} << (8 * k);
  if (sum != checksum(body))
    throw Error(ExitCode::bad_data, "the compressed network is cut or damaged: its checksum does not fit");
  ByteReader in(body);
  in.bytes(magic.size());
  CompressedNetwork network{read_topology(in), {}, {}, {}};
  const auto weights = static_cast<std::int64_t>(in.number(most_removed));
  const auto others = static_cast<std::int64_t>(in.number(most_removed));
  if (weights + others > 0) {
    const NetworkSize now = size_of(network);
    network.original = {now.weights + weights, now.parameters + weights + others};
    if (!fcn_limits::allows(network.original.parameters, body.size()))
      in.fail("has lost more weights than a file of its size may");
  }
  for (int c = 0; c < network.graph.channels(); ++c) {
    network.mean.push_back(in.real());
    network.deviation.push_back(in.real());
    if (!std::isfinite(network.mean.back()) || !std::isfinite(network.deviation.back()) ||
        !(network.deviation.back() > 0))
      in.fail("has an impossible normalisation");
  }
  for (const NetworkGraph::Node& of_graph : network.graph.nodes()) {
    const Operator& op = of_graph.op;
    const auto out = static_cast<std::size_t>(op.out);
    CompressedNode node;
    if (op.has_matrix()) node.weights = read_matrix(in, out, columns_of(op));
    if (op.kind == Kind::norm || op.bias) node.first = read_vector(in, out);
    if (op.kind == Kind::norm) node.second = read_vector(in, out);
    network.nodes.push_back(std::move(node));
  }
  if (in.left() > 0) in.fail("has bytes too many");
  return network;
}

}  // namespace flash
