// Training steps of one network, for train_steps.py, which lets PyTorch take turns.
//   bench_step WIDTHS SIDE WM DEPTH TC [channels-last]
// builds a network of dense-cells: widths "16,32,64" of its cells at wm = 1, as many skips in each cell. For each
// line on its input it takes a step on the same 64 images and prints the processor's milliseconds. Its first line
// says parameters and MACs.
//   bench_step peak
// prints the GFLOP/s of this core where it does nothing but multiply and add; 0 where that loop was not written for it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "flash/space/families/cell_space.hpp"
#include "flash/space/network_text.hpp"
#include "flash/train/network.hpp"
#include "flash/train/optimiser.hpp"
#include "kept_memory.hpp"

namespace flash {
namespace {

constexpr int batch = 64;

double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

#ifdef __x86_64__
constexpr int chains = 12;  // more than an addition's latency in cycles times the units that do it
constexpr int rounds = 20'000'000;

// FLOP done. The sum keeps the compiler from leaving the work out.
[[gnu::target("avx512f")]] double multiply_and_add_512(float& sum) {
  __m512 values[chains];
  for (__m512& value : values) value = _mm512_set1_ps(1.0F);
  const __m512 factor = _mm512_set1_ps(0.999F), addend = _mm512_set1_ps(0.001F);
  for (int round = 0; round < rounds; ++round)
#pragma GCC unroll 12
    for (int k = 0; k < chains; ++k) values[k] = _mm512_fmadd_ps(values[k], factor, addend);
  for (const __m512& value : values) sum += _mm512_cvtss_f32(value);
  return 2.0 * 16 * chains * rounds;
}
[[gnu::target("avx2,fma")]] double multiply_and_add_256(float& sum) {
  __m256 values[chains];
  for (__m256& value : values) value = _mm256_set1_ps(1.0F);
  const __m256 factor = _mm256_set1_ps(0.999F), addend = _mm256_set1_ps(0.001F);
  for (int round = 0; round < rounds; ++round)
#pragma GCC unroll 12
    for (int k = 0; k < chains; ++k) values[k] = _mm256_fmadd_ps(values[k], factor, addend);
  for (const __m256& value : values) sum += _mm256_cvtss_f32(value);
  return 2.0 * 8 * chains * rounds;
}
#endif

int print_peak() {
  double best = 0;
#ifdef __x86_64__
  for (int round = 0; round < 5; ++round) {
    float sum = 0;
    const double start = processor_seconds();
    const double done = __builtin_cpu_supports("avx512f") ? multiply_and_add_512(sum)
                        : __builtin_cpu_supports("fma")   ? multiply_and_add_256(sum)
                                                          : 0.0;
    if (sum != 0.0F) best = std::max(best, 1e-9 * done / (processor_seconds() - start));
  }
#endif
  std::printf("%.1f\n", best);
  return 0;
}

int run(int count, char** words) {
  if (count == 2 && std::string(words[1]) == "peak") return print_peak();
  if (count < 6) {
    std::fprintf(stderr, "bench_step WIDTHS SIDE WM DEPTH TC [channels-last]\n");
    return 64;
  }
  const auto number = [&](int k) { return std::atoi(words[k]); };
  CellSpace definition;
  definition.widths.clear();
  std::istringstream widths(words[1]);
  for (std::string width; std::getline(widths, width, ',');) definition.widths.push_back(std::stoi(width));
  definition.wm = {number(3)};
  definition.depths = {number(4)};
  definition.input = {3, number(2), 10};
  const Space space{definition};
  std::string text = "wm=";
  text.append(words[3]).append(" depth=").append(words[4]).append(" tc=");
  for (std::size_t c = 0; c < definition.widths.size(); ++c) text.append(c == 0 ? "" : ",").append(words[5]);

  at::set_num_threads(1);
  const KeptMemory kept_memory;
  at::globalContext().setFlushDenormal(true);
  const auto network = build_network(space, parse_network(space, text), 1, at::kCPU);
  Optimiser optimiser(network->parameters(), TrainingSettings{});
  std::printf("%lld parameters, %lld MACs\n", static_cast<long long>(network->parameters().count()),
              static_cast<long long>(network->count_macs()));
  std::fflush(stdout);
  if (count == 6) network->use_quickest_layout();
  at::manual_seed(1);
  const at::Tensor images =
      at::randn({batch, definition.input.channels, definition.input.side, definition.input.side})
          .contiguous(at::MemoryFormat::ChannelsLast);
  const at::Tensor labels = at::randint(definition.input.classes, {batch}, at::kLong);
  for (std::string line; std::getline(std::cin, line);) {
    const double start = processor_seconds();
    optimiser.clear_gradients();
    const at::Tensor loss = at::cross_entropy_loss(network->forward(images, true), labels);
    loss.backward();
    optimiser.step(0.01);
    std::printf("%.4f %.6f\n", 1e3 * (processor_seconds() - start), static_cast<double>(loss.item<float>()));
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace flash

int main(int count, char** words) { return flash::run(count, words); }
