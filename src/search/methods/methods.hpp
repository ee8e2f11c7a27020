// The search methods, one file each under src/search/methods_*.cpp; search_methods() names them.
#pragma once

#include "flash/search/search.hpp"

namespace flash::methods {

// A tree-structured Parzen estimator is not among them: no C++ library that Debian has offers one.
//
// Methods that need one number climb the score ln f - 10 ln(1 + 1000 violation).

// Uniform over all ids, without repeats.
void random(Tracker& tracker, std::uint64_t seed);

// One-level SHGO: width multiplier, depth (one, or one a cell) and each cell's relative skip density, all at
// once, as integers, from a Sobol sample of 500. Needs no seed.
void shgo(Tracker& tracker, std::uint64_t seed);

// Hierarchical SHGO. Level 1 searches width multiplier, depth and one skip density common to all cells. Level
// 2 takes the strata that may hold something better by what their tables tell (a relaxation of the knapsack
// that they are), the most promising first, and searches the cells' own skips in each: from samples at the
// steps of costs and on the bounds, then by descent; in the best at last more thoroughly. It ends by itself,
// once a few strata on end and that last search bring nothing better. What it finds may miss the optimum:
// solve_exact proves. Needs no seed.
void shgo_hierarchical(Tracker& tracker, std::uint64_t seed);

// Every configuration of the space (sweep_block). Keeps to `stop` and the time, not to the evaluation cap.
void exhaustive(Tracker& tracker, std::uint64_t seed);

// Branch and bound (solve_exact). Keeps to `stop` and the time, not to the evaluation cap.
void exact(Tracker& tracker, std::uint64_t seed);

// Simulated annealing: S. Kirkpatrick, C. D. Gelatt, M. P. Vecchi, "Optimization by simulated annealing",
// Science 220, 1983. Metropolis on -score; geometric cooling from 1 to 1e-3 over the budget; a move changes
// one variable by a stride that shrinks with the temperature.
void annealing(Tracker& tracker, std::uint64_t seed);

// Regularised evolution: E. Real, A. Aggarwal, Y. Huang, Q. V. Le, "Regularized evolution for image
// classifier architecture search", AAAI 2019: population 100, tournaments of 25, the oldest dies. A mutation
// changes one variable and with chance 1/2 another, and so on (with one alone it sticks to the edge of the
// feasible region), and again where the child is known already.
void evolution(Tracker& tracker, std::uint64_t seed);

// REINFORCE, the stand-in for reinforcement learning: R. J. Williams, Machine Learning 8, 1992, with an
// independent categorical policy for each variable as C. Ying et al., "NAS-Bench-101", ICML 2019, and B.
// Zoph, Q. V. Le, "Neural architecture search with reinforcement learning", ICLR 2017: a moving-average
// baseline and Adam at learning rate 0.01. Skips are chosen from at most 32 relative levels a cell; the
// reward is the score.
void reinforce(Tracker& tracker, std::uint64_t seed);

}  // namespace flash::methods
