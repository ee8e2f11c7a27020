// Compressed networks as plain steps, in single precision and in whole numbers, here and in other runtimes.
#include "flash/train/compressed_inference.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>

#include "../archive/temporary_folder.hpp"
#include "compressed_cases.hpp"
#include "flash/core/error.hpp"
#include "flash/core/json.hpp"
#include "flash/fcn/file.hpp"
#include "flash/train/onnx_export.hpp"

namespace flash {
namespace {

TEST(CompressedInference, IsTheRuntimeThatLeavesOutWhatWasPruned) {
  for_each_case([](const std::string& name, const CompressedNetwork& network) {
    const std::vector<std::uint8_t> pixels = pixels_of(network, 3);
    const std::vector<float> sparse = SparseRuntime(network).logits(std::span<const std::uint8_t>(pixels), 3);
    const std::vector<float> dense = floats(run_graph(inference_graph(network), normalised(network, pixels)));
    ASSERT_EQ(dense.size(), sparse.size()) << name;
    for (std::size_t k = 0; k < dense.size(); ++k)
      EXPECT_NEAR(dense[k], sparse[k], 1e-4F * std::max(1.0F, std::abs(sparse[k]))) << name;
  });
}

TEST(WholeNumbers, LoseNothingOfLevelsAndLittleOfOthers) {
  int on_levels = 0;
  for_each_case([&](const std::string& name, const CompressedNetwork& network) {
    const InferenceGraph graph = inference_graph(network);
    for (const InferenceGraph::Node& node : graph.nodes()) {
      if (!node.weight.defined()) continue;
      const WholeMatrix whole = in_whole_numbers(node, 0.02F);
      const at::Tensor scale = whole.scale.view({-1, 1});
      const at::Tensor weights = node.weight.reshape({node.weight.size(0), -1});
      const at::Tensor apart = (whole.codes.reshape(weights.sizes()).to(at::kFloat) * scale - weights).abs();
      const double allowed = node.step.defined() ? 1e-5 : 0.5001;
      on_levels += node.step.defined() ? 1 : 0;
      EXPECT_TRUE((apart <= scale * allowed).all().item<bool>()) << name;
      EXPECT_TRUE(((whole.bias.to(at::kFloat) * whole.scale * 0.02F - node.bias).abs() <=
                   whole.scale * 0.02F * 0.51F + node.bias.abs() * 1e-6F)
                      .all()
                      .item<bool>())
          << name;
    }
  });
  EXPECT_GT(on_levels, 20);
}

TEST(WholeNumbers, HoldBiasesBesideTinyWeights) {
  InferenceGraph graph(2, 1);
  graph.linear(graph.flatten(InferenceGraph::input, 2), at::tensor({1e-12F, 0.0F, 0.0F, 0.0F}).view({2, 2}),
               at::tensor({3.0F, -2.0F}));
  const WholeMatrix whole = in_whole_numbers(graph.nodes().back(), 0.01F);
  const at::Tensor bias = whole.bias.to(at::kFloat) * whole.scale * 0.01F;
  EXPECT_NEAR(bias[0].item<float>(), 3, 1e-6);
  EXPECT_NEAR(bias[1].item<float>(), -2, 0.006);
}

TEST(Calibration, CoversWhatItHasSeenAndZero) {
  InferenceGraph graph(1, 2);
  const auto flat = graph.flatten(InferenceGraph::input, 4);
  graph.linear(graph.relu(flat), at::ones({1, 4}), at::zeros({1}));
  const ActivationScales scales = calibrate(graph, 2, [](std::size_t k) {
    return at::full({1, 1, 2, 2}, k == 0 ? -1.0 : 2.55);
  });
  EXPECT_EQ(scales[2], (ActivationScale{static_cast<float>(2.55 / 255), 0}));
  EXPECT_THROW(calibrate(graph, 1, [](std::size_t) { return at::full({1, 1, 2, 2}, std::nan("")); }), Error);
}

// Exits with 77 where a runtime is not there.
const char* const run_elsewhere = R"(
import glob, json, os, shutil, subprocess, sys
folder, analysis, runtime, binaries, script = sys.argv[1:6]
try:
    import numpy as np
    if runtime == 'opencv': import cv2
    if runtime == 'onnx': import onnx
except ImportError:
    sys.exit(77)
sys.path.insert(0, analysis)
from flash_analysis import fcn
stems = sorted(path[:-len('.json')] for path in glob.glob(f'{folder}/*.json'))
assert len(stems) >= 30
runs = []
for stem in stems:
    told = json.load(open(stem + '.json'))
    images = np.array(told['images'], np.float32).reshape(told['shape'])
    if runtime == 'opencv':
        network = fcn.read(stem + '.fcn')
        pixels = np.array(told['pixels'], np.uint8).reshape(told['shape'])
        expected = fcn.logits(network, pixels)
        net = cv2.dnn.readNetFromONNX(stem + '.onnx')
        for k in range(len(images)):
            net.setInput(images[k:k + 1])
            apart = np.abs(net.forward() - expected[k]).max()
            assert apart <= 1e-4 * max(1, np.abs(expected[k]).max()), (stem, apart)
    elif runtime == 'onnx':
        for kind in ('.onnx', '.int8.onnx'):
            onnx.checker.check_model(onnx.load(stem + kind), full_check=True)
    else:
        for kind, logits in (('.onnx', 'logits'), ('.int8.onnx', 'logits_int8')):
            runs.append({'model': stem + kind, 'shape': told['shape'], 'images': told['images'], 'logits': told[logits]})
if runtime == 'web':
    if not shutil.which('node') or not os.path.isdir(binaries + '/../node_modules/onnxruntime-web'): sys.exit(77)
    json.dump(runs, open(f'{folder}/runs', 'w'))
    done = subprocess.run(['node', script, os.path.abspath(binaries + '/..'), f'{folder}/runs'], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    for run, logits in zip(runs, json.loads(done.stdout)):
        expected = np.array(run['logits'])
        apart = np.abs(np.array(logits) - expected).max() / max(1, np.abs(expected).max())
        # A value that lies between two whole numbers may be rounded the other way.
        assert apart <= (0.05 if 'int8' in run['model'] else 1e-4), (run['model'], apart)
)";

class FcnElsewhere : public FolderTest {
 protected:
  void run_with(const std::string& runtime) {
    for_each_case([&](const std::string& name, const CompressedNetwork& network) {
      const std::string stem = (folder_ / name).string();
      const std::vector<std::uint8_t> pixels = pixels_of(network, 2);
      const at::Tensor images = normalised(network, pixels);
      const InferenceGraph graph = inference_graph(network);
      const ActivationScales scales = calibrate(graph, 1, [&](std::size_t) { return images; });
      std::ofstream(stem + ".fcn", std::ios::binary) << fcn_file(network);
      std::ofstream(stem + ".onnx", std::ios::binary) << onnx_file(graph);
      std::ofstream(stem + ".int8.onnx", std::ios::binary) << onnx_file(graph, scales);
      std::ofstream(stem + ".json") << Json{{"shape", images.sizes().vec()},
                                            {"images", floats(images)},
                                            {"pixels", pixels},
                                            {"logits", floats(run_graph(graph, images))},
                                            {"logits_int8", floats(run_graph(graph, images, &scales))}};
    });
    const std::string script = (folder_ / "check.py").string();
    std::ofstream(script) << run_elsewhere;
    const std::string command = "/usr/bin/python3 " + script + " " + folder_.string() +
                                " " FLASH_SOURCE_DIR "/analysis " + runtime +
                                " " FLASH_BIN_DIR " " FLASH_SOURCE_DIR "/tests/onnx_web.mjs";
    const int status = std::system(command.c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
      GTEST_SKIP() << "no " << (runtime == "web" ? "onnxruntime-web" : "python3-" + runtime)
                   << " here: jobs/setup.sh --tests installs it";
    EXPECT_EQ(status, 0);
  }
};

TEST_F(FcnElsewhere, HasTheLogitsOfTheNumPyReaderInOpenCV) { run_with("opencv"); }
TEST_F(FcnElsewhere, PassesTheOnnxChecker) { run_with("onnx"); }
TEST_F(FcnElsewhere, RunsInOnnxRuntimeInEightBits) { run_with("web"); }

}  // namespace
}  // namespace flash
