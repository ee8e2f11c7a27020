#include "flash/hardware/metric.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "flash/core/error.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

template <class Action>
void expect_usage(const Action& action, const std::string& part) {
  try {
    action();
    ADD_FAILURE() << "no error; expected one with: " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr(part));
  }
}

TEST(Metric, OnADeviceHasItsOwnNameAndItsKindsUnit) {
  const Metric m = metric_on(Metric::latency, "pixel3");
  EXPECT_TRUE(is_on_device(m));
  EXPECT_FALSE(is_exact(m));
  EXPECT_FALSE(is_plain_fitted(m));
  EXPECT_EQ(name(m), "latency@pixel3");
  EXPECT_EQ(key(m), "latency_ms@pixel3");
  EXPECT_EQ(ceiling_key(m), "latency_max_ms@pixel3");
  EXPECT_EQ(with_suffix(key(m), "_band"), "latency_ms_band@pixel3");
  EXPECT_EQ(with_suffix(key(Metric::latency), "_band"), "latency_ms_band");
  EXPECT_EQ(in_words(m), "latency on pixel3");
  EXPECT_EQ(unit(m), "ms");
  EXPECT_EQ(kind_of(m), Metric::latency);
  EXPECT_EQ(device_of(m), "pixel3");
  EXPECT_FALSE(has_maximum(m));
  EXPECT_EQ(metric_on(Metric::latency, "pixel3"), m);
  EXPECT_NE(metric_on(Metric::energy, "pixel3"), m);
}

TEST(Metric, PlainOnesAreTheirOwnKind) {
  for (const Metric m : plain_metrics) {
    EXPECT_EQ(kind_of(m), m);
    EXPECT_EQ(device_of(m), "");
    EXPECT_EQ(find_metric(name(m)), m);
    EXPECT_EQ(find_metric_by_key(key(m)), m);
  }
  EXPECT_EQ(in_words(Metric::peak_memory), "peak memory");
}

TEST(Metric, IsFoundByNameAndKeyOfADeviceThatNobodyHasSpokenOf) {
  const auto found = find_metric_by_key("area_mm2@chip.7");
  ASSERT_TRUE(found);
  EXPECT_EQ(name(*found), "area@chip.7");
  EXPECT_EQ(find_metric("area@chip.7"), found);
  EXPECT_FALSE(find_metric("latency_ms@chip.7"));  // a key is no name
  EXPECT_FALSE(find_metric("accuracy@chip.7"));
  EXPECT_FALSE(find_metric(""));
}

TEST(Metric, ListsArePlainOnesThenDevicesByName) {
  metric_on(Metric::latency, "zz");
  metric_on(Metric::energy, "aa");
  metric_on(Metric::latency, "aa");
  const std::span<const Metric> all = all_metrics();
  EXPECT_TRUE(std::ranges::equal(all.first(plain_metrics.size()), plain_metrics));
  std::vector<std::string> names;
  for (const Metric m : all.subspan(plain_metrics.size())) {
    names.push_back(std::string(device_of(m)).append(" ").append(name(m)));
    EXPECT_NE(std::ranges::find(fitted_metrics(), m), fitted_metrics().end());
  }
  EXPECT_TRUE(
      std::ranges::is_sorted(names, {}, [](const std::string& n) { return n.substr(0, n.find(' ')); }));
  const auto at = [&](const char* n) { return std::ranges::find(all, *find_metric(n)) - all.begin(); };
  EXPECT_LT(at("latency@aa"), at("energy@aa"));
  EXPECT_LT(at("energy@aa"), at("latency@zz"));
  EXPECT_TRUE(std::ranges::none_of(fitted_metrics(), is_exact));
}

TEST(Metric, ThreadsThatAskAtOnceGetTheSame) {
  std::vector<Metric> found(8);
  std::vector<std::thread> threads;
  for (Metric& metric : found)
    threads.emplace_back([&metric] { metric = metric_on(Metric::latency, "shared"); });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::ranges::count(found, found.front()), 8);
}

TEST(Metric, RefusesWhatCannotBeOnADevice) {
  expect_usage([] { metric_on(Metric::macs, "pixel3"); }, "macs is the same on every device");
  expect_usage([] { metric_on(Metric::latency, ""); }, "is empty");
  expect_usage([] { metric_on(Metric::latency, "pixel-3"); }, "holds '-'");
  expect_usage([] { metric_on(Metric::latency, "pix\u00e9l"); },
               "holds '\u00e9'");  // a letter, not half of it
  expect_usage([] { find_metric("latency@a@b"); }, "holds '@'");
}

TEST(MetricDeathTest, NoMoreThanThereIsRoomFor) {
  const auto fill = [] {
    for (int device = 0; device < 100; ++device)
      metric_on(Metric::latency, std::string("d").append(std::to_string(device)));
  };
  EXPECT_EXIT(  // in a process of its own, since what is known stays known
      {
        try {
          fill();
        } catch (const Error& error) {
          std::fputs(error.what(), stderr);
          std::_Exit(error.code() == ExitCode::usage ? 0 : 1);
        }
      },
      testing::ExitedWithCode(0), "more than 26 at once; name fewer devices");
}

}  // namespace
}  // namespace flash
