// The known problems put to SciPy's shgo and to ours, with the same sampling.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "flash/core/json.hpp"
#include "test_functions.hpp"

namespace flash::test {

struct Comparison {
  std::string name;
  KnownProblem known;
  shgo::Options options;  // of ours
  Json scipy;             // scipy_shgo.py's problem
};

// SciPy refines the whole complex `iterations` - 1 times (its first two iterations are one), whatever the
// number of points: the vertices of generation k = iterations - 2 are those of a grid of 2^k boxes a side,
// and the boxes' centroids.
inline int simplicial_points(std::size_t dimension, int iterations) {
  const double side = std::exp2(iterations - 2);
  const auto n = static_cast<double>(dimension);
  return static_cast<int>(std::pow(side + 1, n) + std::pow(side, n));
}

inline Comparison comparison(const KnownProblem& known, shgo::Sampling sampling, int points, int iterations) {
  const bool sobol = sampling == shgo::Sampling::sobol;
  std::stringstream parts(known.python);
  std::string objective, part;
  std::getline(parts, objective, '|');
  Json inequalities = Json::array(), bounds = Json::array();
  while (std::getline(parts, part, '|')) inequalities.push_back(part);
  for (std::size_t j = 0; j < known.problem.lower.size(); ++j)
    bounds.push_back({known.problem.lower[j], known.problem.upper[j]});
  return {known.name + (sobol ? "/sobol" : "/simplicial") + std::to_string(points),
          known,
          with(sampling, points),
          {{"name", known.name},
           {"objective", objective},
           {"inequalities", inequalities},
           {"bounds", bounds},
           {"sampling", sobol ? "sobol" : "simplicial"},
           {"points", points},
           {"iterations", iterations}}};
}

// Every known problem with samplings that lead SciPy to its global minimum.
inline std::vector<Comparison> comparisons() {
  std::vector<Comparison> all;
  for (const KnownProblem& known : known_problems()) {
    if (known.sobol > 0) all.push_back(comparison(known, shgo::Sampling::sobol, known.sobol, 1));
    if (known.simplicial > 0)
      all.push_back(comparison(known, shgo::Sampling::simplicial,
                               simplicial_points(known.problem.lower.size(), known.simplicial),
                               known.simplicial));
  }
  return all;
}

inline bool have_scipy() {
  return std::system("/usr/bin/python3 -c 'import scipy.optimize' 2>/dev/null") == 0;
}

// scipy_shgo.py's answers, in the same order.
inline Json ask_scipy(const std::vector<Comparison>& comparisons, int repeats) {
  const auto file =
      std::filesystem::temp_directory_path() / ("flash_shgo_" + std::to_string(::getpid()) + ".json");
  Json problems = Json::array();
  for (const Comparison& comparison : comparisons) problems.push_back(comparison.scipy);
  std::ofstream(file) << problems;
  const std::string command = "OPENBLAS_NUM_THREADS=1 /usr/bin/python3 " FLASH_SOURCE_DIR
                              "/tests/unit/search/shgo/scipy_shgo.py " +
                              file.string() + " " + std::to_string(repeats);
  std::FILE* pipe = ::popen(command.c_str(), "r");
  std::string text;
  for (int c = 0; pipe && (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  const bool failed = !pipe || ::pclose(pipe) != 0;
  std::filesystem::remove(file);
  if (failed) throw std::runtime_error("scipy_shgo.py failed");
  return Json::parse(text);
}

}  // namespace flash::test
