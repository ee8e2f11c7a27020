// The main of a fuzz target where there is no libFuzzer: every seed, and mutations of it that are the same
// each time.
//   TARGET MUTATIONS    in all
//   TARGET FILE ...     these inputs alone, such as one that libFuzzer has found
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <exception>

#include "flash/core/file.hpp"
#include "flash/core/random.hpp"
#include "fuzz.hpp"

namespace flash::fuzz {
namespace {

constexpr unsigned patience_seconds = 60;  // for one input; sanitizers are slow, and so are busy machines

// What tends to lead astray, in texts and in bytes.
constexpr std::array<std::string_view, 16> pieces{
    "[", "]", "{", "}", "\"", "\n", ",", "=", "-1", "1e999", "nan", "\xff", "\\u0", "999999", "..", "null"};

std::string mutated(std::string bytes, Philox& random) {
  for (std::uint64_t edits = 1 + random.below(4); edits > 0; --edits) {
    const std::size_t at = random.below(bytes.size() + 1);
    switch (random.below(6)) {
      case 0:
        bytes.insert(at, pieces[random.below(pieces.size())]);
        break;
      case 1:
        bytes.erase(at, random.below(20));
        break;
      case 2:
        bytes.insert(at, bytes.substr(random.below(bytes.size() + 1), random.below(40)));
        break;
      case 3:
        bytes.resize(at);
        break;
      case 4:
        bytes.replace(at, std::min<std::size_t>(4, bytes.size() - at), 4,
                      random.below(2) == 0 ? '\xff' : '\0');
        break;
      default:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random.below(256));
    }
  }
  return bytes;
}

void run(const std::string& bytes) {
  // What crashes is found where it was started.
  write("last-input", bytes);
  ::alarm(patience_seconds);
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

int main_of(const std::vector<std::string>& arguments) {
  spdlog::set_level(spdlog::level::off);
  if (arguments.size() == 1 && arguments[0].find_first_not_of("0123456789") == std::string::npos) {
    const std::vector<std::string> all = seeds();
    require(!all.empty(), "a target without seeds");
    for (const std::string& seed : all) run(seed);
    Philox random(1);
    const int mutations = std::stoi(arguments[0]);
    for (int i = 0; i < mutations; ++i) run(mutated(all[static_cast<std::size_t>(i) % all.size()], random));
  } else {
    for (const std::string& file : arguments) run(read_file(file));
  }
  return 0;
}

}  // namespace
}  // namespace flash::fuzz

int main(int count, char** arguments) {
  try {
    return flash::fuzz::main_of({arguments + 1, arguments + count});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "last-input in this folder is not read as it should be: %s\n", error.what());
    return 1;
  }
}
