// Whole networks on the imc chip, and trainings whose accuracies are those there.
#include "chip_training.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/space/families/families.hpp"
#include "flash/task/training.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

ChipArithmetic perfect_chip() {
  ChipArithmetic chip;
  chip.crossbar_rows = 16;
  chip.adc_bits = 8, chip.adc_whole_range = true;
  return chip;
}

ChipArithmetic poor_chip() {
  ChipArithmetic chip;
  chip.crossbar_rows = 16;
  chip.adc_bits = 3;
  chip.read_noise = 0.05, chip.stuck_off = chip.stuck_on = 0.005;
  return chip;
}

// A network that has learnt, and what its chips are set by and run on.
struct Trained {
  Space space;
  Data data = tiny_data();
  Batches train = Batches(data.train, data), test = Batches(data.test, data);
  TrainedNetwork network;

  explicit Trained(const CellSpace& definition = tiny_space())
      : space(definition),
        network(train_and_keep_network(space, space.point(space.size() - 1), data, tiny_training(), 5)) {}
  InferenceGraph graph() const { return network.network->inference_graph().folded(); }
  const Input& input() const { return space.definition().input; }
  ChipNetwork on(const ChipArithmetic& chip, std::uint64_t seed = 7) const {
    return chip_network(graph(), train, input(), chip, seed);
  }
  static at::Tensor images(const Batches& set) {
    const at::Tensor images = at::empty({static_cast<std::int64_t>(set.size()), 1, 8, 8});
    for (std::size_t k = 0; k < set.size(); ++k) set.write(k, images.data_ptr<float>() + k * 64);
    return images;
  }
};

class ChipNetworks : public testing::TestWithParam<const char*> {};

// Against the network in whole numbers, whose sums are in single precision: where a value lies half between two codes
// it may take the other one.
TEST_P(ChipNetworks, AreTheNetworkInWholeNumbersOnPerfectCellsAndConverters) {
  const std::string name = GetParam();
  const Trained trained(name == "depthwise" ? tiny_space("dense-cells", Block::depthwise) : tiny_space(name));
  const ChipNetwork chip = trained.on(perfect_chip());
  const at::NoGradGuard no_grad;
  const at::Tensor images = Trained::images(trained.test), ideal = chip.ideal_logits(images);
  EXPECT_TRUE(at::equal(chip.logits(images, 0), ideal));
  const at::Tensor calibration = Trained::images(trained.train);
  const ActivationScales scales =
      flash::calibrate(trained.graph(), 1, [&](std::size_t) { return calibration; });
  const at::Tensor whole = run_graph(trained.graph(), images, &scales);
  EXPECT_LT((ideal - whole).abs().mean().item<float>(), 1e-3 * whole.abs().max().item<float>());
  EXPECT_TRUE(at::equal(ideal.argmax(1), whole.argmax(1)));
  for (const double noise : chip.equivalent_noise()) EXPECT_EQ(noise, 0.0);
}

INSTANTIATE_TEST_SUITE_P(Families, ChipNetworks, testing::Values("dense-cells", "depthwise", "mlp-cells"),
                         [](const auto& named) {
                           return std::string(named.param) == "dense-cells" ? "DenseCells"
                                  : std::string(named.param) == "mlp-cells" ? "MlpCells"
                                                                            : "Depthwise";
                         });

TEST(ChipNetwork, IsDisturbedBySeedAndDrawAlone) {
  const Trained trained;
  const at::Tensor images = Trained::images(trained.test);
  const ChipNetwork chip = trained.on(poor_chip()), again = trained.on(poor_chip());
  EXPECT_TRUE(at::equal(chip.logits(images, 0), again.logits(images, 0)));
  EXPECT_FALSE(at::equal(chip.logits(images, 0), chip.logits(images, 1)));
  EXPECT_FALSE(at::equal(chip.logits(images, 0), trained.on(poor_chip(), 8).logits(images, 0)));
  EXPECT_EQ(chip.equivalent_noise(), again.equivalent_noise());
  for (const double noise : chip.equivalent_noise()) EXPECT_GT(noise, 0.0);
  EXPECT_EQ(chip_accuracy(chip, trained.test, trained.input()),
            chip_accuracy(again, trained.test, trained.input()));
}

TEST(WeightNoise, IsTakenAwayToTheLastDigitAndAsLargeAsTheChipSays) {
  const Trained trained;
  const std::vector<at::Tensor>& weights = trained.network.network->parameters().weights;
  std::vector<at::Tensor> before;
  for (const at::Tensor& weight : weights) before.push_back(weight.detach().clone());
  WeightNoise noise(weights, 3);
  const ChipNetwork chip = trained.on(poor_chip());
  noise.measure(chip);
  ASSERT_EQ(static_cast<std::size_t>(noise.deviations().numel()), weights.size());
  noise.add(1);
  std::vector<at::Tensor> first;
  for (std::size_t k = 0; k < weights.size(); ++k) {
    first.push_back(weights[k].detach().clone());
    const at::Tensor largest = before[k].abs().amax({1, 2, 3}, /*keepdim=*/true);
    const at::Tensor drawn = (first[k] - before[k]) / largest / noise.deviations()[static_cast<int>(k)];
    EXPECT_NEAR(drawn.square().mean().item<double>(), 1, 8 / std::sqrt(drawn.numel())) << k;
  }
  noise.remove();
  for (std::size_t k = 0; k < weights.size(); ++k) EXPECT_TRUE(at::equal(weights[k], before[k])) << k;
  noise.add(1);
  for (std::size_t k = 0; k < weights.size(); ++k) EXPECT_TRUE(at::equal(weights[k], first[k])) << k;
  noise.remove();
  noise.add(2);
  EXPECT_FALSE(at::equal(weights[0], first[0]));
  noise.remove();
}

// Whose noise the chip's layers say: weights and the graph's nodes are in one order, in every family.
TEST(WeightNoise, FindsTheLayersOfEveryFamily) {
  for (const char* preset : {"cifar-small", "mnist-mlp", "resnet-cifar", "mobilenet-v2-cifar", "nasbench201",
                             "fbnet", "vgg-small", "lenet5"}) {
    SCOPED_TRACE(preset);
    const Preset* found = find_preset(preset);
    ASSERT_NE(found, nullptr);
    const Space space(found->definition);
    const auto network = build_network(space, space.point(space.count() / 3), 1, at::kCPU);
    const InferenceGraph graph = network->inference_graph().folded();
    std::vector<std::int64_t> of_nodes, of_weights;
    for (const InferenceGraph::Node& node : graph.nodes())
      if (node.kind == InferenceGraph::Kind::convolution || node.kind == InferenceGraph::Kind::linear)
        of_nodes.push_back(node.weight.numel());
    for (const at::Tensor& weight : network->parameters().weights) of_weights.push_back(weight.numel());
    EXPECT_EQ(of_nodes, of_weights);
  }
}

TEST(ChipTraining, HasTheChipsAccuracyAndBesideItTheIdealOne) {
  Trained trained;
  TrainingSettings settings = tiny_training();
  const auto result = [&] {
    return train_network(trained.space, trained.space.point(trained.space.size() - 1), trained.data, settings,
                         5, {.test = true});
  };
  const TrainingResult plain = result();
  EXPECT_TRUE(std::isnan(plain.ideal_accuracy));
  settings.chip = poor_chip();
  const TrainingResult on_chip = result(), again = result();
  EXPECT_EQ(on_chip.ideal_accuracy, plain.accuracy);
  EXPECT_EQ(on_chip.ideal_test_accuracy, plain.test_accuracy);
  EXPECT_EQ(on_chip.accuracy, chip_accuracy(trained.on(poor_chip(), 5), trained.test, trained.input()));
  EXPECT_EQ(on_chip.test_accuracy, on_chip.accuracy);  // the test images judge
  EXPECT_EQ(again.accuracy, on_chip.accuracy);
  EXPECT_EQ(on_chip.curve.back().accuracy, plain.accuracy);
  const TrainingResult read = training_result_from_json(to_json(on_chip));
  EXPECT_EQ(read.ideal_accuracy, on_chip.ideal_accuracy);
  EXPECT_EQ(read.ideal_test_accuracy, on_chip.ideal_test_accuracy);

  settings.noise_epochs = 2;
  const TrainingResult longer = result();
  EXPECT_TRUE(longer.ok) << longer.failure;
  EXPECT_EQ(longer.curve.size(), plain.curve.size() + 2);
  EXPECT_EQ(longer.curve[plain.curve.size() - 1].accuracy, plain.curve.back().accuracy);
}

TEST(ChipTraining, DigestsOfOthersAreWhatTheyWere) {
  TrainingSettings settings;
  settings.noise_epochs = 3;  // idle without a chip
  EXPECT_EQ(to_json(settings), to_json(TrainingSettings()));
  settings.chip = poor_chip();
  const TrainingSettings read = training_settings_from_json(to_json(settings));
  EXPECT_EQ(read.chip, settings.chip);
  EXPECT_EQ(read.noise_epochs, 3);
}

}  // namespace
}  // namespace flash
