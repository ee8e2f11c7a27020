// What networks that nobody has trained promise, by the models so far and by what these leave open.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "flash/findings/fit.hpp"
#include "flash/search/evaluator.hpp"

namespace flash {

struct Promise {
  NetworkId id = 0;
  // How much better than the best of the trained networks it is expected to be, in units of the objective, times
  // the probability that it meets the constraints. Expected improvement: Mockus 1978; times feasibility: Gardner
  // and others, "Bayesian optimization with inequality constraints", ICML 2014.
  double improvement = 0;
  double probability = 0;  // of meeting all constraints, 0 .. 1
  double deviation = 0;    // standard deviation of its true accuracy about the predicted one
};

// The state of a search: what is known so far.
struct KnownNetworks {
  const Job& job;
  const Space& space;
  const std::vector<TrainedSample>& samples;  // all, held-out ones too
  const std::vector<PredictorFit>& fits;      // to these samples; one is used
  const Evaluator& evaluator;                 // of models with that fit, under the constraints in question
};

// Of each candidate, in their order. What the fit leaves open of an accuracy is had by leaving tenths of the
// samples out (delete-a-group jackknife, Kott, Journal of Official Statistics 17, 2001) and from its
// leave-one-out error less the noise of trainings [ours].
std::vector<Promise> promises(const KnownNetworks& known, std::span<const NetworkId> candidates);

// Of `candidates` at most `count` to train next, no two alike: `first`, where it has not been trained, then of
// those that promise at least half as much as the best of them such as lie far from each other.
std::vector<NetworkId> most_promising(const KnownNetworks& known, NetworkId first,
                                      std::span<const NetworkId> candidates, std::size_t count);

}  // namespace flash
