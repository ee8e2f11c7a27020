#include "flash/train/host_latency.hpp"

#include <ATen/ATen.h>
#include <ATen/Version.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "device.hpp"
#include "flash/core/clock.hpp"
#include "flash/core/error.hpp"
#include "flash/core/memory.hpp"
#include "flash/core/random.hpp"
#include "flash/hardware/energy_counter.hpp"
#include "flash/train/network.hpp"
#include "flash/train/torchscript_export.hpp"
#include "inference_module.hpp"

namespace flash {
namespace {

// Quick networks run several passes a repeat, so many that they last so long: each is timed, and their median
// counts. A pass is mostly shorter than what the scheduler lets a process run, so that where others run too most
// passes are whole; in a mean they would all have their share of the interruptions.
constexpr double shortest_repeat = 2e-3;  // s
constexpr int most_passes = 1000;
// The first pass of TorchScript takes note of its tensors' kinds, the second compiles for these.
constexpr int compiling_passes = 2;
constexpr std::uint64_t image_stream = std::uint64_t{4} << 56;

void check(const HostMeasurementSettings& settings) {
  const auto in = [](int value, int low, int high) { return value >= low && value <= high; };
  if (!in(settings.batch, 1, 65536) || !in(settings.threads, 1, 1024) || !in(settings.repeats, 1, 1000000) ||
      !in(settings.warmup, 0, 1000000))
    throw Error(ExitCode::bad_job,
                "host measurement: batch 1 .. 65536, threads 1 .. 1024, repeats from 1, warmup from 0");
}

at::Tensor random_images(const Input& input, int batch, std::uint64_t seed, const at::Device& device) {
  const at::Tensor images = at::empty({batch, input.channels, input.side, input.side}, at::kFloat);
  Philox random(seed, image_stream);
  float* values = images.data_ptr<float>();
  for (std::int64_t k = 0; k < images.numel(); ++k) values[k] = static_cast<float>(random.normal());
  return images.to(device);
}

// Linear interpolation between the sorted values (type 7 of Hyndman and Fan 1996, as NumPy's default).
double quantile(const std::vector<double>& sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

HostMeasurement summarise_timings(std::vector<double> milliseconds) {
  std::ranges::sort(milliseconds);
  const double upper = quantile(milliseconds, 0.75);
  const double limit = upper + 3 * (upper - quantile(milliseconds, 0.25));
  HostMeasurement summary;
  summary.repeats = static_cast<int>(milliseconds.size());
  const auto first_outlier = std::ranges::upper_bound(milliseconds, limit);
  summary.outliers = static_cast<int>(milliseconds.end() - first_outlier);
  milliseconds.erase(first_outlier, milliseconds.end());
  summary.latency_ms = quantile(milliseconds, 0.5);
  summary.latency_ms_iqr = quantile(milliseconds, 0.75) - quantile(milliseconds, 0.25);
  return summary;
}

std::string libtorch_versions() {
  std::string text = "LibTorch " TORCH_VERSION;
  const std::string known = at::get_mkldnn_version();  // "Intel(R) MKL-DNN v2.6.3 (Git Hash ...)"
  const std::size_t begin = known.find(" v");
  if (begin == std::string::npos) return text;
  const std::size_t end = known.find_first_not_of("0123456789.", begin + 2);
  return text.append(", oneDNN ").append(known, begin + 2, end - begin - 2);
}

HostMeasurement measure_host_latency(const Space& space, const Point& point,
                                     const HostMeasurementSettings& settings, std::uint64_t seed) {
  check(settings);
  set_up_libtorch(settings.threads);
  const at::Device device = open_device(settings.device);
  const at::NoGradGuard no_grad;
  const PeakMemory peak_memory;
  torch::jit::Module module = load_for_inference(
      torchscript_file(build_network(space, point, seed, at::kCPU)->inference_graph().folded()), device);
  torch::jit::Method forward = module.get_method("forward");
  const std::vector<c10::IValue> images{
      random_images(space.definition().input, settings.batch, seed, device)};
  // Copying the logits home makes a device finish before the clock is read.
  const auto seconds_a_pass = [&](int passes) {
    std::vector<double> seconds(static_cast<std::size_t>(passes));
    for (double& value : seconds) {
      const Stopwatch watch;
      forward(images).toTensor().cpu();
      value = watch.seconds();
    }
    std::ranges::sort(seconds);
    return quantile(seconds, 0.5);
  };

  seconds_a_pass(compiling_passes);
  double quickest = seconds_a_pass(1);
  for (int pass = 1; pass < settings.warmup; ++pass) quickest = std::min(quickest, seconds_a_pass(1));
  const int passes = static_cast<int>(
      std::clamp(std::ceil(shortest_repeat / quickest), 1.0, static_cast<double>(most_passes)));

  std::vector<double> milliseconds(static_cast<std::size_t>(settings.repeats));
  EnergyCounter energy;
  for (double& value : milliseconds) {
    value = 1e3 * seconds_a_pass(passes);
    energy.joules();  // often enough that no counter starts anew unseen
  }
  const double joules = energy.joules();
  HostMeasurement measurement = summarise_timings(std::move(milliseconds));
  measurement.energy_mj = 1e3 * joules / (static_cast<double>(settings.repeats) * passes);
  measurement.peak_memory_mib = peak_memory.mib();
  return measurement;
}

}  // namespace flash
