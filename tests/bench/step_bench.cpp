// Training steps of one network, for train_steps.py, which lets PyTorch take turns.
//   bench_step WIDTHS SIDE WM DEPTH TC [channels-last]
// builds a network of dense-cells: widths "16,32,64" of its cells at wm = 1, as many skips in each cell. For each
// line on its input it takes a step on the same 64 images and prints the processor's milliseconds. Its first line
// says parameters and MACs.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>

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

int run(int count, char** words) {
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
