// farm_scenarios NAME [N]: one behaviour of the farm, on as many ranks as mpiexec starts. Rank 0 checks; exit
// code 0: all held. With WITHOUT_MPI in the environment the farm is this process alone.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/log/log.hpp"
#include "scenarios.hpp"

int main(int argc, char** argv) {
  using namespace flash;
  const std::string name = argc > 1 ? argv[1] : "";
  const std::size_t n = argc > 2 ? std::stoul(argv[2]) : 0;
  try {
    Farm farm = std::getenv("WITHOUT_MPI") ? Farm() : Farm(&argc, &argv);
    init_logging(farm.rank(), farm.host(), false);
    const Executor executor = [&farm](const Task& task) { return work(farm, task); };
    try {
      if (farm.rank() != 0) {
        farm.serve(executor);
        return 0;
      }
      const auto scenario = scenarios().find(name);
      if (scenario == scenarios().end()) throw std::runtime_error("no scenario is called '" + name + "'");
      scenario->second({farm, executor, n});
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s: %s\n", name.c_str(), error.what());
      if (name == "uncaught") throw;  // to see the farm end while an exception passes
      farm.abort(1);
    }
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception&) {
    return 3;
  }
  return 0;
}
