// libFuzzer's main comes with it; this fills the corpus, the first folder on the command line, with the
// seeds.
#include <spdlog/spdlog.h>

#include "fuzz.hpp"

// HDF5 1.10 forgets memory of its own when it refuses some archives whose seal holds; libFuzzer learns to
// seal.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  spdlog::set_level(spdlog::level::off);
  for (int i = 1; i < *count; ++i) {
    const std::filesystem::path folder = (*arguments)[i];
    if (!std::filesystem::is_directory(folder)) continue;
    int number = 0;
    for (const std::string& seed : flash::fuzz::seeds())
      flash::fuzz::write(folder / ("seed-" + std::to_string(number++)), seed);
    break;
  }
  return 0;
}
