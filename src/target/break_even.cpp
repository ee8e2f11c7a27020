#include "flash/target/break_even.hpp"

#include <cmath>
#include <functional>

#include "flash/core/error.hpp"

namespace flash {
namespace {

constexpr int doublings = 6, steps = 64;  // shares that are tried: 2^-12 ... 2^-7, then 64ths
constexpr double resolution = 1e-4;

std::vector<double> tried_shares() {
  std::vector<double> shares;
  for (int k = doublings; k >= 1; --k) shares.push_back(std::ldexp(1.0 / steps, -k));
  for (int k = 1; k < steps; ++k) shares.push_back(static_cast<double>(k) / steps);
  return shares;
}

// The costs need not rise with the share: places cost most where half is kept. So the first share that costs more ends
// what is known to pay, and only between it and the one before there is bisection.
double break_even(double dense, const std::function<double(double)>& cost) {
  double low = 0;
  bool gains = false;
  for (double high : tried_shares()) {
    const double here = cost(high);
    gains = gains || here < dense;
    if (here <= dense) {
      low = high;
      continue;
    }
    while (low > 0 && high - low > resolution) {
      const double middle = (low + high) / 2;
      (cost(middle) <= dense ? low : high) = middle;
    }
    return gains ? low : 0;
  }
  return gains ? 1 : 0;
}

}  // namespace

std::optional<std::vector<double>> break_evens(const Target& target, const NetworkGraph& graph,
                                               const PruningQuestion& question) {
  std::vector<LayerForm> forms = dense_forms(graph, question.bits);
  const auto cost = [&] { return target.modelled(graph, forms); };
  const std::optional<Measurement> dense = cost();
  if (!dense) return std::nullopt;
  const double all = (*dense)[question.metric];
  if (std::isnan(all))
    throw Error(ExitCode::usage, "target " + std::string(target.name()) + " does not model " +
                                     in_words(question.metric) + ": name another metric for break-evens");
  std::vector<double> shares;
  for (LayerForm& form : forms) {
    const LayerForm kept_all = form;
    shares.push_back(break_even(all, [&](double share) {
      form = pruned_form(question.what, share, question.bits);
      return (*cost())[question.metric];
    }));
    form = kept_all;
  }
  return shares;
}

}  // namespace flash
