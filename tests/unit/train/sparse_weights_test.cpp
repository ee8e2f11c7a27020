// Which weights a compression keeps, layer by layer.
#include "sparse_weights.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "tiny.hpp"

namespace flash {
namespace {

std::vector<double> shares_of(const SparseWeights& weights) {
  std::vector<double> shares;
  for (std::size_t l = 0; l < weights.layers(); ++l) {
    const KeptWeights kept = weights.kept(l);
    shares.push_back(static_cast<double>(std::ranges::count(kept, std::uint8_t{1})) /
                     static_cast<double>(kept.size()));
  }
  return shares;
}

struct Case {
  Space space = Space(tiny_space());
  std::unique_ptr<BuiltNetwork> network = build_network(space, space.point(space.size() - 1), 5, at::kCPU);
  CompressionSettings settings;

  Case() { settings.ratio = 8; }
  // After stages of these ratios, layers changed in between.
  std::vector<double> pruned(const std::vector<double>& ratios,
                             const std::function<void(std::size_t)>& change = {}) {
    SparseWeights weights(*network, settings);
    for (std::size_t stage = 0; stage < ratios.size(); ++stage) {
      if (stage > 0 && change) change(stage);
      weights.begin_search(ratios[stage]);
      weights.prune();
    }
    return shares_of(weights);
  }
};

TEST(SparseWeights, OnTheWayMoreMayBeKeptThanTheBreakEven) {
  Case c;
  const std::vector<double> first = Case().pruned({4}), at_once = Case().pruned({8});
  const std::vector<double> in_two = Case().pruned({4, 8});
  const auto layer = static_cast<std::size_t>(std::ranges::max_element(first) - first.begin());
  const double most = std::max(at_once[layer], in_two[layer]);
  ASSERT_GT(first[layer], most);
  ASSERT_LT(first[layer], 1);
  c.settings.layers = {{static_cast<int>(layer), 0, 0, most}};
  EXPECT_EQ(c.pruned({4}), first);
  EXPECT_EQ(c.pruned({4, 8}), in_two);
}

// Training may shift what layers keep, so that one that was to gain does not any more: its weights come back.
TEST(SparseWeights, ALayerThatWasPrunedBecomesDenseAgain) {
  Case c;
  const std::vector<double> last = Case().pruned({8});
  const auto layer = static_cast<std::size_t>(std::ranges::max_element(last) - last.begin());
  c.settings.layers = {{static_cast<int>(layer), 0, 0, last[layer]}};
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> weights = c.network->parameters().weights;
  const auto others_matter_less = [&](std::size_t) {
    for (std::size_t l = 0; l < weights.size(); ++l)
      if (l != layer) weights[l].detach().flatten()[0].fill_(1e4);
  };
  const std::vector<double> shares = c.pruned({4, 8}, others_matter_less);
  EXPECT_EQ(shares[layer], 1);
  double kept = 0, all = 0;
  for (std::size_t l = 0; l < weights.size(); ++l) {
    kept += shares[l] * static_cast<double>(weights[l].numel());
    all += static_cast<double>(weights[l].numel());
  }
  EXPECT_NEAR(kept, all / 8, 0.5 + 1e-9);
}

}  // namespace
}  // namespace flash
