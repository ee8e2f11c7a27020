#include "flash/devices/sampling.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <set>

#include "flash/core/error.hpp"
#include "sample_tables.hpp"

namespace flash {
namespace {

SamplingInput input_of(const Encoding& encoding, std::size_t count) {
  SamplingInput input;
  input.encoding = &encoding;
  input.count = count;
  return input;
}

// log det of the information in 1 and the counts of all operators but the last.
double information(const Encoding& encoding, const std::vector<std::size_t>& networks) {
  Eigen::Matrix4d sum = 1e-6 * Eigen::Matrix4d::Identity();
  for (const std::size_t i : networks) {
    Eigen::Vector4d v(1, 0, 0, 0);
    for (std::size_t p = 0; p < encoding.places.size(); ++p)
      if (encoding.at(i, p) < 3) v[1 + static_cast<Eigen::Index>(encoding.at(i, p))] += 1;
    sum += v * v.transpose();
  }
  return std::log(sum.determinant());
}

TEST(Sampling, SaysMoreThanARandomChoice) {
  const Encoding encoding = random_networks(1000, 8);
  const std::vector<std::size_t> chosen = networks_to_measure(input_of(encoding, 20));
  EXPECT_EQ(chosen.size(), 20U);
  EXPECT_EQ(std::set<std::size_t>(chosen.begin(), chosen.end()).size(), 20U);
  std::vector<std::size_t> random(20);
  for (std::size_t k = 0; k < 20; ++k) random[k] = k;
  EXPECT_GT(information(encoding, chosen), information(encoding, random) + 1);
}

TEST(Sampling, IsTheSameForASeed) {
  const Encoding encoding = random_networks(1000, 8);
  SamplingInput input = input_of(encoding, 15);
  const std::vector<std::size_t> chosen = networks_to_measure(input);
  EXPECT_EQ(networks_to_measure(input), chosen);
  input.seed = 2;
  EXPECT_NE(networks_to_measure(input), chosen);
}

TEST(Sampling, LeavesOutDeadForbiddenAndMeasuredNetworks) {
  Encoding encoding = random_networks(50, 4);
  encoding.live.assign(50, true);
  encoding.live[3] = false;
  SamplingInput input = input_of(encoding, 100);
  input.measured = {7, 9};
  std::vector<std::size_t> chosen = networks_to_measure(input);
  std::set<std::size_t> set(chosen.begin(), chosen.end());
  EXPECT_EQ(set.size(), 47U);
  EXPECT_FALSE(set.contains(3) || set.contains(7) || set.contains(9));
  input.allowed.assign(50, false);
  input.allowed[7] = input.allowed[11] = input.allowed[12] = true;
  chosen = networks_to_measure(input);
  set = {chosen.begin(), chosen.end()};
  EXPECT_EQ(set, (std::set<std::size_t>{11, 12}));
  input.allowed.pop_back();
  EXPECT_THROW(networks_to_measure(input), Error);
}

TEST(Sampling, SpreadsOverFeaturesAndKnownDevicesAlone) {
  Encoding encoding;
  encoding.networks = 200;
  encoding.features = {"macs"};
  for (std::size_t i = 0; i < 200; ++i) encoding.values.push_back(static_cast<double>(i));
  const std::vector<std::size_t> chosen = networks_to_measure(input_of(encoding, 2));
  EXPECT_GT(chosen[0] > chosen[1] ? chosen[0] - chosen[1] : chosen[1] - chosen[0], 150U);
  SamplingInput input = input_of(encoding, 4);
  input.devices = {std::vector<double>(200, 2.0)};  // that do not vary say nothing
  EXPECT_EQ(networks_to_measure(input).size(), 4U);
}

}  // namespace
}  // namespace flash
