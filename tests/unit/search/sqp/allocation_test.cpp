// That a solver, once made, allocates nothing: this program's operator new counts.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "problems.hpp"

namespace {
std::size_t allocations = 0;
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
// Not inlined: where new is not either, GCC 12 takes the pair for a mismatch.
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace flash {
namespace {

TEST(Sqp, AllocatesNothing) {
  for (const test::Case& problem : test::known_cases()) {
    sqp::Solver solver(problem.start.size(), problem.constraints.size());
    test::Counted counted(problem);
    std::vector<double> x = problem.start;
    const std::size_t before = allocations;
    solver.minimise(counted, x, problem.lower, problem.upper);
    EXPECT_EQ(allocations, before) << problem.name;
    EXPECT_GT(counted.evaluations, 0U);
  }
}

}  // namespace
}  // namespace flash
