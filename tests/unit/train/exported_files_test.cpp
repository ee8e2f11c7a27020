// The exported files as their users read them: TorchScript and the module's source by Python's torch, ONNX by its checker and OpenCV.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "../archive/temporary_folder.hpp"
#include "export_cases.hpp"
#include "flash/core/json.hpp"
#include "flash/train/onnx_export.hpp"
#include "flash/train/pytorch_export.hpp"
#include "flash/train/torchscript_export.hpp"

namespace flash {
namespace {

// Checks every network of a folder by one runtime; exits with 77 where this Python lacks it.
const char* const check_files = R"(
import glob, json, os, sys
folder, runtime = sys.argv[1:3]
try:
    import numpy as np
    if runtime == 'torch': import torch
    elif runtime == 'onnx': import onnx
    elif runtime == 'opencv': import cv2
    else:
        import runpy, torch
        torch.manual_seed(1)
except ImportError:
    sys.exit(77)

def compare(got, expected, what):
    assert got.shape == expected.shape, (what, got.shape, expected.shape)
    global worst
    worst = max(worst, np.abs(got - expected).max())
    assert worst <= 1e-4, f'{what}: logits differ by {worst}'

worst = 0
descriptions = sorted(glob.glob(f'{folder}/*.json'))
assert len(descriptions) >= 30, descriptions
for path in descriptions:
    network = json.load(open(path))
    images = np.array(network['images'], np.float32).reshape(network['shape'])
    logits = np.array(network['logits'], np.float32).reshape(len(images), -1)
    stem = path[:-len('.json')]
    if runtime == 'torch':
        module = torch.jit.load(f'{stem}.pt')
        with torch.no_grad():
            compare(module(torch.from_numpy(images)).numpy(), logits, path)
        kinds = {node.kind() for node in module.inlined_graph.nodes()}
        assert not any('norm' in kind for kind in kinds), kinds
        assert not any('running' in name or 'norm' in name for name in module.state_dict()), list(module.state_dict())
    elif runtime == 'pytorch':
        source = runpy.run_path(f'{stem}.py')
        module = source['load'](folder)
        assert source['INPUT'] == tuple(network['shape'][1:]) and source['CLASSES'] == logits.shape[1]
        assert sum(p.numel() for p in module.parameters()) == network['parameters']
        stored = torch.load(f'{stem}.weights.pt', weights_only=True)
        assert list(stored) == [key for key in module.state_dict() if 'num_batches' not in key], list(stored)
        x = torch.from_numpy(images)
        with torch.no_grad():
            compare(module.eval()(x).numpy(), logits, path)
            # A pass in training mode is the trainer's: norms by the batch, running statistics that follow.
            trained = np.array(network['training_logits'], np.float32).reshape(logits.shape)
            compare(module.train()(x).numpy(), trained, f'{path}, training')
            after = np.array(network['logits_after'], np.float32).reshape(logits.shape)
            compare(module.eval()(x).numpy(), after, f'{path}, after a batch')
        labels = torch.arange(len(x)) % source['CLASSES']
        optimiser = torch.optim.SGD(source['parameter_groups'](module, 5e-4), lr=0.01, momentum=0.9, nesterov=True)
        losses = []
        for step in range(8):
            loss = torch.nn.functional.cross_entropy(module.train()(x), labels)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            losses.append(loss.item())
        if not os.path.basename(stem).startswith('cell-'):  # there edges may be dead
            assert all(p.grad is not None for p in module.parameters()), 'weights that no logit rests on'
        assert min(losses[1:]) < losses[0], (path, losses)
    elif runtime == 'onnx':
        model = onnx.load(f'{stem}.onnx')
        onnx.checker.check_model(model, full_check=True)
        kinds = {node.op_type for node in model.graph.node}
        assert kinds <= {'Conv', 'Gemm', 'Concat', 'Relu', 'Elu', 'AveragePool', 'Flatten', 'MaxPool', 'Add', 'Mul',
                         'HardSigmoid', 'Slice', 'Pad', 'Resize'}, (path, kinds)
    else:
        net = cv2.dnn.readNetFromONNX(f'{stem}.onnx')
        # One image, and a batch: the file fixes no batch size. OpenCV 4.6 scales channels of one image alone.
        for count in (1,) if os.path.basename(stem).startswith('chain-') else (1, len(images)):
            net.setInput(images[:count])
            try:
                got = net.forward()
            except cv2.error as error:
                kinds = [net.getLayer(k).type for k in net.getLayerNames()]
                raise AssertionError(f'{path}: {error}: {kinds}')
            compare(got, logits[:count], f'{path}, batch {count}')
print('largest difference', worst)
)";

class FilesInPython : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    for (const ExportCase& one : export_cases()) {
      const Space space(one.space);
      const std::vector<std::uint64_t> ids = some_ids(space);
      for (const std::uint64_t id : {ids.front(), ids[5], ids.back()})
        write(space, id, folder_ / (one.name + std::string("-").append(std::to_string(id))));
    }
  }

  void check_with(const std::string& runtime) {
    const std::string script = (folder_ / "check.py").string();
    std::ofstream(script) << check_files;
    const int status =
        std::system(("/usr/bin/python3 " + script + " " + folder_.string() + " " + runtime).c_str());
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
      GTEST_SKIP() << "no python3-" << (runtime == "pytorch" ? "torch" : runtime)
                   << " here: tests/packages.txt lists it";
    EXPECT_EQ(status, 0);
  }

 private:
  static void write(const Space& space, std::uint64_t id, const std::filesystem::path& stem) {
    const auto network = seasoned_network(space, id);
    const at::Tensor images = random_images(space.definition().input, 3);
    const at::Tensor logits = logits_of(*network, images);
    const InferenceGraph graph = network->inference_graph().folded();
    std::ofstream(stem.string() + ".pt", std::ios::binary) << torchscript_file(graph);
    std::ofstream(stem.string() + ".onnx", std::ios::binary) << onnx_file(graph);
    std::ofstream(stem.string() + ".weights.pt", std::ios::binary) << pytorch_weights(*network);
    std::ofstream(stem.string() + ".py")
        << pytorch_source(network->graph(), {.weights_file = stem.filename().string() + ".weights.pt",
                                             .about = {"A network of a test."}});
    const auto list = [](const at::Tensor& given) {
      const at::Tensor values = given.contiguous();
      const float* first = values.data_ptr<float>();
      return std::vector<float>(first, first + values.numel());
    };
    const at::NoGradGuard no_grad;
    const at::Tensor training =
        network->forward(images.contiguous(at::MemoryFormat::ChannelsLast), /*training=*/true);
    std::ofstream(stem.string() + ".json") << Json{{"shape", images.sizes().vec()},
                                                   {"images", list(images)},
                                                   {"logits", list(logits)},
                                                   {"training_logits", list(training)},
                                                   {"logits_after", list(logits_of(*network, images))},
                                                   {"parameters", network->parameters().count()}};
  }
};

TEST_F(FilesInPython, RunInTorch) { check_with("torch"); }
TEST_F(FilesInPython, TrainOnInPyTorch) { check_with("pytorch"); }
TEST_F(FilesInPython, PassTheOnnxChecker) { check_with("onnx"); }
TEST_F(FilesInPython, RunInOpenCV) { check_with("opencv"); }

}  // namespace
}  // namespace flash
