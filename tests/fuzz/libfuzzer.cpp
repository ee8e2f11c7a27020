// libFuzzer's main comes with it; this fills the corpus, the first folder on the command line, with the
// seeds.
#include <spdlog/spdlog.h>

#include "fuzz.hpp"

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
