// The layers of a .fcn file with what was pruned left out, against LibTorch's dense ones, one thread, in turns.
//   bench_compressed FILE.fcn [REPEATS]
// prints for each layer with weights its kept share and the medians in microseconds of both, for one image and for 16,
// and their ratio; then the whole network's. LibTorch's are convolutions and linear operators by oneDNN, activations
// channels last as the trainer has them, and as they are; the quicker of the two counts.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/random.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"

namespace flash {
namespace {

double microseconds(const std::function<void()>& work, int times) {
  const auto begin = std::chrono::steady_clock::now();
  for (int k = 0; k < times; ++k) work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / times;
}

// Medians of each, all in turns.
std::vector<double> medians(const std::vector<std::function<void()>>& works, int repeats) {
  std::vector<std::vector<double>> times(works.size());
  for (const auto& work : works) work();
  for (int k = 0; k < repeats; ++k)
    for (std::size_t w = 0; w < works.size(); ++w) times[w].push_back(microseconds(works[w], 20));
  std::vector<double> middle;
  for (std::vector<double>& list : times) {
    std::ranges::sort(list);
    middle.push_back(list[list.size() / 2]);
  }
  return middle;
}

std::vector<float> random_values(std::size_t count, std::uint64_t seed) {
  Philox random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform()) - 0.5F;
  return values;
}

// [sparse, dense]: of `lanes` images.
std::vector<double> layer_times(const Operator& op, const CompressedNode& node, std::int64_t lanes,
                                int repeats) {
  const std::vector<float> weights = node.weights.dense();
  const auto in_size = static_cast<std::size_t>(std::int64_t{op.in} * op.side_in * op.side_in * lanes);
  const std::vector<float> in = random_values(in_size, 1);
  std::vector<float> bias(static_cast<std::size_t>(op.out), 0.1F);
  std::vector<float> out(static_cast<std::size_t>(op.values_out() * lanes));
  const auto n = static_cast<std::size_t>(lanes);
  std::vector<std::function<void()>> works;
  std::optional<SparseConvolution> convolution;
  if (op.kind == Operator::Kind::convolution) convolution.emplace(op, weights);
  const SparseMatrix matrix(weights, node.weights.rows, node.weights.columns);
  if (convolution)
    works.emplace_back([&] { convolution->run(in, bias, n, out); });
  else
    works.emplace_back([&] { multiply(matrix, in, bias, n, out); });
  const at::Tensor images =
      at::from_blob(const_cast<float*>(in.data()), {lanes, op.in, op.side_in, op.side_in}).clone();
  const at::Tensor biases = at::from_blob(bias.data(), {op.out}).clone();
  const std::int64_t kernel = op.kind == Operator::Kind::convolution ? op.kernel : op.side_in;
  const at::Tensor dense =
      at::from_blob(const_cast<float*>(weights.data()), {op.out, op.in / op.groups, kernel, kernel}).clone();
  const at::Tensor last_images = images.contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor last_dense = dense.contiguous(at::MemoryFormat::ChannelsLast);
  at::Tensor put_out;
  const auto run = [&](const at::Tensor& x, const at::Tensor& w) {
    put_out = at::conv2d(x, w, biases, op.stride, op.padding, 1, op.groups);
  };
  works.emplace_back([&] { run(images, dense); });
  works.emplace_back([&] { run(last_images, last_dense); });
  if (op.kind == Operator::Kind::linear)
    works.emplace_back([&] { put_out = at::linear(images.flatten(1), dense.flatten(1), biases); });
  const std::vector<double> times = medians(works, repeats);
  return {times[0], *std::min_element(times.begin() + 1, times.end())};
}

int run(const std::string& path, int repeats) {
  at::set_num_threads(1);
  const at::NoGradGuard no_grad;
  const CompressedNetwork network = network_of_fcn(read_file(path));
  std::printf("%-12s %9s %7s | %29s | %29s\n", "", "", "", "one image: us, us dense, ratio", "16 images");
  for (std::size_t k = 0; k < network.nodes.size(); ++k) {
    const Operator& op = network.graph.nodes()[k].op;
    if (!op.has_matrix()) continue;
    const double share =
        static_cast<double>(network.nodes[k].weights.kept()) / static_cast<double>(op.weights());
    std::printf("%-12s %9lld %6.2f%%", std::string(name(op.kind)).c_str(),
                static_cast<long long>(op.weights()), 100 * share);
    for (const int lanes : {1, 16}) {
      const std::vector<double> times = layer_times(op, network.nodes[k], lanes, repeats);
      std::printf(" | %9.1f %9.1f %9.2f", times[0], times[1], times[1] / times[0]);
    }
    std::printf("\n");
  }
  return 0;
}

}  // namespace
}  // namespace flash

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "bench_compressed FILE.fcn [REPEATS]\n");
    return 64;
  }
  try {
    return flash::run(argv[1], argc > 2 ? std::atoi(argv[2]) : 51);
  } catch (const flash::Error& error) {
    std::fprintf(stderr, "bench_compressed: %s\n", error.what());
    return static_cast<int>(error.code());
  }
}
