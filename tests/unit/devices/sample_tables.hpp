// Small spaces and devices for tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "flash/core/random.hpp"
#include "flash/devices/adaptation.hpp"
#include "flash/devices/encoding.hpp"

namespace flash {

// Networks drawn at random: `places` places of four operators each.
inline Encoding random_networks(std::size_t networks, std::size_t places, std::uint64_t seed = 1) {
  Encoding encoding;
  encoding.networks = networks;
  for (std::size_t p = 0; p < places; ++p)
    encoding.places.push_back(
        {std::string("p").append(std::to_string(p)), {"conv3", "conv1", "pool", "none"}, p / 2});
  Philox random(seed);
  for (std::size_t i = 0; i < networks * places; ++i)
    encoding.operators.push_back(static_cast<std::uint16_t>(random.below(4)));
  return encoding;
}

// A sum of one weight each operator and place, and a constant.
inline std::vector<double> sums(const Encoding& encoding, const std::vector<std::vector<double>>& weights,
                                double constant = 1) {
  std::vector<double> latency;
  for (std::size_t i = 0; i < encoding.networks; ++i) {
    double sum = constant;
    for (std::size_t p = 0; p < encoding.places.size(); ++p) sum += weights[p][encoding.at(i, p)];
    latency.push_back(sum);
  }
  return latency;
}

// Weights that an operator has everywhere, and weights of its own at each place.
inline std::vector<std::vector<double>> weights_of(std::size_t places, double own, std::uint64_t seed) {
  Philox random(seed);
  std::vector<double> everywhere;
  for (int o = 0; o < 4; ++o) everywhere.push_back(1 + random.uniform());
  std::vector<std::vector<double>> weights(places, everywhere);
  for (auto& place : weights)
    for (double& weight : place) weight += own * random.uniform();
  return weights;
}

inline AdaptationInput input_of(const Encoding& encoding, const std::vector<double>& proxy,
                                const std::vector<double>& target, std::size_t samples) {
  AdaptationInput input;
  input.encoding = &encoding;
  input.proxy = proxy;
  for (std::size_t k = 0; k < samples; ++k) {
    input.sampled.push_back(k);
    input.measured.push_back(target[k]);
  }
  return input;
}

}  // namespace flash
