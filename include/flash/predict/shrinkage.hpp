// What a network's accuracy is expected to be when it is trained again: the best of several trained networks was
// lucky, too, and a mean of few trainings tells that only beside what all others and the predictor say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace flash {

struct ObservedAccuracy {
  double predicted = 0;       // by a predictor; the same of all where there is none
  double mean = 0;            // of its trainings
  std::size_t trainings = 1;  // at least 1
};

struct ExpectedAccuracy {
  double accuracy = 0;   // mean of all trainings that it could have
  double deviation = 0;  // standard deviation of that
};

// Empirical Bayes (Morris, Journal of the American Statistical Association 78, 1983): true accuracies lie about
// prediction + bias with a variance that DerSimonian and Laird's moments give (Controlled Clinical Trials 7, 1986);
// a training strays from the true one by `noise`, its standard deviation, and a mean of n by noise / sqrt(n). So
// accuracy = prediction + bias + share * (mean - prediction - bias), share = variance / (variance + noise^2 / n).
// In the order of `observed`. Where noise is not known (NaN), or fewer than 3 networks are there, the means
// themselves, with NaN deviations.
std::vector<ExpectedAccuracy> expected_accuracies(std::span<const ObservedAccuracy> observed, double noise);

}  // namespace flash
