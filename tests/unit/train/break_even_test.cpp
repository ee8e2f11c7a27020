// Break-evens of this machine: what is timed, not how long it takes.
#include "flash/train/break_even.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flash/core/error.hpp"
#include "flash/train/protocol.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

BreakEvenSettings quick() {
  BreakEvenSettings settings;
  settings.repeats = 3;
  settings.shares = {0.05, 0.5, 1};
  return settings;
}

TEST(HostBreakEven, TimesEachLayerWithWeights) {
  NetworkGraph graph(3, 8);
  namespace op = operators;
  auto x = graph.append(op::convolution(3, 16, 3, 1, 8), NetworkGraph::image);
  x = graph.append(op::relu(16, 8), x);
  x = graph.append(op::convolution(16, 16, 3, 2, 8, 16), x);
  graph.append(op::linear(16, 10, 4), x);
  for (const int batch : {1, 19}) {
    BreakEvenSettings settings = quick();
    settings.batch = batch;
    const BreakEvenResult result = measure_break_evens(graph, settings, 5);
    ASSERT_EQ(result.layers.size(), 3U);
    EXPECT_FALSE(result.device.empty());
    EXPECT_EQ(result.layers[1].weights, 16 * 9);
    EXPECT_EQ(result.layers[2].kind, "linear");
    for (const LayerBreakEven& layer : result.layers) {
      EXPECT_GT(layer.dense_ms, 0);
      ASSERT_EQ(layer.sparse.size(), 3U);
      for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_EQ(layer.sparse[k].share, settings.shares[k]);
        EXPECT_GT(layer.sparse[k].ms, 0);
      }
      EXPECT_EQ(layer.break_even, crossing(layer.dense_ms, layer.sparse));
    }
  }
}

TEST(HostBreakEven, RefusesWhatCannotBe) {
  BreakEvenSettings settings = quick();
  settings.shares = {0.5, 0.1};
  EXPECT_THROW(measure_break_evens(NetworkGraph(1, 8), settings, 1), Error);
}

TEST(HostBreakEven, IsAskedForByTheProtocol) {
  const Json request{{"command", "break_even"},
                     {"space", to_json(tiny_space())},
                     {"id", 3},
                     {"break_even", to_json(quick())},
                     {"seed", 5}};
  const Json reply = Json::parse(answer(request.dump()));
  ASSERT_FALSE(reply.contains("error")) << reply.dump();
  EXPECT_FALSE(break_even_result_from_json(reply).layers.empty());
  Json wrong = request;
  wrong["break_even"]["repeats"] = 0;
  const Json refused = Json::parse(answer(wrong.dump()));
  EXPECT_THAT(refused.value("error", ""), testing::HasSubstr("repeats"));
}

}  // namespace
}  // namespace flash
