#include "device.hpp"

#include <ATen/Context.h>
#include <ATen/Parallel.h>

#include <charconv>

#include "flash/core/error.hpp"

namespace flash {
namespace {

// Number of the CUDA device that "cuda" or "cuda:N" names, -1 if it names none.
int cuda_index(const std::string& name) {
  if (name == "cuda") return 0;
  if (!name.starts_with("cuda:")) return -1;
  int index = -1;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + 5, end, index);
  return error == std::errc() && stop == end && index >= 0 && index < 128 ? index : -1;
}

}  // namespace

at::Device open_device(const std::string& name) {
  if (name == "cpu") return at::Device(at::kCPU);
  const int index = cuda_index(name);
  if (index < 0) throw Error(ExitCode::bad_job, "device '" + name + "': expected cpu, cuda or cuda:N");
  if (!at::hasCUDA())
    throw Error(ExitCode::bad_job, "device " + name + ": this LibTorch has no CUDA device, use device cpu");
  const auto devices = static_cast<int>(at::detail::getCUDAHooks().getNumGPUs());
  if (index >= devices)
    throw Error(ExitCode::bad_job,
                "device " + name + ": there are " + std::to_string(devices) + " CUDA devices here");
  return at::Device(at::kCUDA, static_cast<at::DeviceIndex>(index));
}

void set_up_libtorch(int threads) {
  static const bool once = [] {
    at::set_num_interop_threads(1);  // allowed once, before any parallel work
    return true;
  }();
  static_cast<void>(once);
  at::set_num_threads(threads);
  at::globalContext().setFlushDenormal(true);  // late in training they cost tenfold
  // cuDNN and cuBLAS too; where an operation has no deterministic form it says so in the log.
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  at::globalContext().setBenchmarkCuDNN(false);
}

}  // namespace flash
