// Compressed networks as other runtimes have them: every family's, in single precision and in 8 bits.
#include "flash/train/export_fcn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <functional>

#include "../archive/temporary_folder.hpp"
#include "export_cases.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/compressed_inference.hpp"
#include "flash/train/onnx_export.hpp"
#include "tiny.hpp"

namespace flash {
namespace {

using testing::HasSubstr;

std::vector<float> floats(const at::Tensor& values) {
  const at::Tensor plain = values.to(at::kFloat).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

CompressedVector vector_of(const at::Tensor& values) {
  CompressedVector vector;
  vector.values = floats(values);
  return vector;
}

// Every other matrix in 15 levels, of which one is 0; the others as they are, but for small weights.
CompressedMatrix matrix_of(const at::Tensor& weight, bool levels) {
  CompressedMatrix matrix;
  matrix.rows = static_cast<std::size_t>(weight.size(0));
  matrix.values = floats(weight);
  matrix.columns = matrix.values.size() / matrix.rows;
  const float largest = weight.abs().max().item<float>();
  for (float& value : matrix.values)
    if (std::abs(value) < largest / 10) value = 0;
  if (!levels) return matrix;
  matrix.form = CompressedMatrix::Form::levels;
  matrix.levels.bits = 4;
  matrix.levels.step = largest / 7;
  for (const float value : matrix.values)
    matrix.levels.codes.push_back(static_cast<std::int16_t>(std::lround(value / matrix.levels.step)));
  matrix.values.clear();
  return matrix;
}

CompressedNetwork compressed(const Space& space, std::uint64_t id) {
  const auto built = seasoned_network(space, id);
  const auto channels = static_cast<std::size_t>(space.definition().input.channels);
  CompressedNetwork network{
      built->graph(), {}, std::vector<float>(channels, 0.45F), std::vector<float>(channels, 0.25F)};
  for (std::size_t k = 0; k < built->graph().nodes().size(); ++k) {
    const Operator& op = built->graph().nodes()[k].op;
    const BuiltNetwork::State state = built->state(k);
    CompressedNode node;
    if (op.has_matrix()) node.weights = matrix_of(state.weight, k % 2 == 0);
    if (op.has_matrix() && op.bias) node.first = vector_of(state.bias);
    if (op.kind == Operator::Kind::norm) {
      const at::Tensor scale = state.weight * (state.running_variance + norm_epsilon).rsqrt();
      node.first = vector_of(scale);
      node.second = vector_of(state.bias - state.running_mean * scale);
    }
    network.nodes.push_back(std::move(node));
  }
  return network;
}

void for_each_case(const std::function<void(const std::string&, const CompressedNetwork&)>& visit) {
  for (const ExportCase& one : export_cases()) {
    const Space space(one.space);
    const std::vector<std::uint64_t> ids = some_ids(space);
    for (const std::uint64_t id : {ids.front(), ids[5], ids.back()})
      visit(one.name + std::string("-").append(std::to_string(id)), compressed(space, id));
  }
}

std::vector<std::uint8_t> pixels_of(const CompressedNetwork& network, std::size_t images) {
  Philox random(8);
  std::vector<std::uint8_t> pixels(images * SparseRuntime(network).values_per_image());
  for (std::uint8_t& pixel : pixels) pixel = static_cast<std::uint8_t>(random.below(256));
  return pixels;
}

at::Tensor normalised(const CompressedNetwork& network, const std::vector<std::uint8_t>& pixels) {
  at::Tensor images = at::empty({static_cast<std::int64_t>(pixels.size())});
  for (std::size_t k = 0; k < pixels.size(); ++k)
    images.data_ptr<float>()[k] =
        (static_cast<float>(pixels[k]) / 255.0F - network.mean[0]) / network.deviation[0];
  return images.view({-1, network.graph.channels(), network.graph.side(), network.graph.side()});
}

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
    for (const InferenceGraph::Node& node : inference_graph(network).nodes()) {
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

class ExportFcn : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    const Space space(tiny_space());
    std::ofstream(folder_ / "net.fcn", std::ios::binary) << fcn_file(compressed(space, 17));
  }
  Json run(std::size_t calibration) {
    return export_fcn({folder_ / "net.fcn", folder_ / "out", calibration},
                      [this]() -> const Data& { return data_; });
  }
  Data data_ = tiny_data();
};

TEST_F(ExportFcn, WritesBothAndWhatTheyAre) {
  const Json dense = run(0);
  EXPECT_FALSE(dense["files"].contains("onnx_int8"));
  EXPECT_FALSE(dense.contains("accuracy"));
  const Json both = run(30);
  EXPECT_EQ(both["calibration"]["training_images"], 30);
  EXPECT_EQ(both["accuracy"]["test_images"], 40);
  for (const Json& entry : both["files"]) {
    const std::string bytes = read_file(folder_ / "out" / entry["name"]);
    EXPECT_EQ(entry["sha256"], sha256_hex(bytes));
  }
  const Json stored = Json::parse(read_file(folder_ / "out" / "net.json"));
  EXPECT_EQ(stored["files"], both["files"]);
  EXPECT_EQ(stored["input"]["side"], 8);
  EXPECT_EQ(run(30), both);
  EXPECT_EQ(run(1'000)["calibration"]["training_images"], 61);  // all that there are
  std::ofstream(folder_ / "out" / "net.json") << "{}";
  EXPECT_THROW(run(0), Error);
}

TEST_F(ExportFcn, OtherImagesAndDamageAreSaid) {
  const auto said = [&](std::size_t calibration) -> std::string {
    try {
      run(calibration);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      return error.what();
    }
    return "";
  };
  data_.classes = 5;
  EXPECT_THAT(said(10), HasSubstr("4 classes"));
  data_.train.side = 4;
  EXPECT_THAT(said(10), HasSubstr("images of 1 x 8 x 8, and the job's are 1 x 4 x 4"));
  std::ofstream(folder_ / "net.fcn", std::ios::app) << "x";
  EXPECT_THAT(said(0), HasSubstr("net.fcn: the compressed network is cut or damaged"));
}

}  // namespace
}  // namespace flash
