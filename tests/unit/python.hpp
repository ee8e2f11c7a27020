// Asks another program, SciPy, for the answer to compare with.
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "flash/core/json.hpp"

namespace flash {

// Runs Python code that finds its input in the variable `data` and leaves its answer in `result`.
// Nothing where this machine has no Python with SciPy: the test should then be skipped. Code that fails is a
// failure.
inline std::optional<Json> ask_python(const std::string& code, const Json& data) {
  namespace fs = std::filesystem;
  const fs::path script = fs::temp_directory_path() / ("flash_test_" + std::to_string(::getpid()) + ".py");
  std::ofstream(script)
      << "import json\nimport numpy as np\nimport scipy.stats, scipy.optimize\nprint('ready')\n"
      << "data = json.loads(r'''" << data.dump() << "''')\n"
      << code << "\nprint(json.dumps(result, allow_nan=False))\n";
  const std::string command = "/usr/bin/python3 " + script.string() + " 2>/dev/null";
  std::string output;
  {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.c_str(), "r"), &::pclose);
    std::array<char, 4096> buffer{};
    while (pipe != nullptr) {
      const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe.get());
      if (count == 0) break;
      output.append(buffer.data(), count);
    }
  }
  fs::remove(script);
  if (!output.starts_with("ready")) return std::nullopt;
  Json result = Json::parse(output.substr(5), nullptr, false);
  if (result.is_discarded()) ADD_FAILURE() << "the Python code failed:\n" << code << "\nwith " << data;
  return result;
}

}  // namespace flash
