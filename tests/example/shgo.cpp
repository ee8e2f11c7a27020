#include <cstdio>
#include <flash/search/shgo/shgo.hpp>

int main() {  // the six-hump camel function: -1.0316 at (0.0898, -0.7127) and opposite
  const auto camel = [](std::span<const double> x) {
    const double a = x[0] * x[0], b = x[1] * x[1];
    return (4 - 2.1 * a + a * a / 3) * a + x[0] * x[1] + (4 * b - 4) * b;
  };
  const auto found = flash::shgo::minimise({.objective = camel, .lower = {-3, -2}, .upper = {3, 2}});
  for (const auto& [x, value] : found.minima) std::printf("%.4f at (%.4f, %.4f)\n", value, x[0], x[1]);
}
