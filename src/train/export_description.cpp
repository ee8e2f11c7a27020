#include "export_description.hpp"

#include <ATen/ATen.h>

#include <cstdio>
#include <utility>

#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/version.hpp"
#include "flash/space/network_text.hpp"
#include "flash/train/host_latency.hpp"
#include "flash/train/onnx_export.hpp"

namespace flash {
namespace {

// In which runtime and how flash's target host measures such files: whoever does likewise has its latencies.
Json runtime_json() {
  return {{"libraries", libtorch_versions()},
          {"fastest",
           "module = torch.jit.load(file).eval(); module.calls_onednn = False; "
           "module = torch.jit.optimize_for_inference(module); without gradients: as target host "
           "and measure.py measure"},
          {"as_it_is",
           "torch.jit.load(file): convolutions of float32 on the processor by oneDNN; without "
           "oneDNN set module.calls_onednn = False"}};
}

}  // namespace

void write_new(const std::filesystem::path& path, const std::string& bytes) {
  if (!std::filesystem::exists(path)) return write_file_atomically(path, bytes);
  if (read_file(path) != bytes)
    throw Error(ExitCode::usage, path.string() + " is there already and is another file" + another_folder);
}

Json input_json(const Input& input) {
  return {{"layout", "NCHW"},
          {"type", "float32"},
          {"channels", input.channels},
          {"side", input.side},
          {"classes", input.classes}};
}

Json normalisation_json(const std::vector<float>& mean, const std::vector<float>& std_dev) {
  return {
      {"formula", "(pixel / 255 - mean) / std_dev, for each channel"}, {"mean", mean}, {"std_dev", std_dev}};
}

Json file_json(const ExportedFile& file) {
  return {{"name", file.name}, {"bytes", file.bytes.size()}, {"sha256", sha256_hex(file.bytes)}};
}

Json check_json(const CheckLogits& logits) {
  const float* values = logits.values.data_ptr<float>();
  return {{"input", "1 x channels x side x side, value k of all: ((37 * k) mod 101) / 50 - 1"},
          {"logits", std::vector<float>(values, values + logits.values.numel())},
          {"tolerance", logits.tolerance}};
}

Json made_from(const Space& space, const ExportOrder& order) {
  return {{"space", to_json(space.definition())},
          {"seed", order.seed},
          {"training", order.training ? to_json(*order.training) : Json(nullptr)},
          {"data", order.data},
          {"images", order.images}};
}

at::Tensor check_images(const Input& input) {
  const at::Tensor images = at::empty({1, input.channels, input.side, input.side});
  float* values = images.data_ptr<float>();
  for (std::int64_t k = 0; k < images.numel(); ++k)
    values[k] = static_cast<float>(static_cast<double>((37 * k) % 101) / 50.0 - 1.0);
  return images;
}

Json describe_export(const Exported& exported) {
  const Space& space = exported.space;
  const ExportOrder& order = exported.order;
  const Point point = space.point(order.id);
  const bool trained = order.training.has_value();
  const auto if_trained = [trained](Json value) { return trained ? std::move(value) : Json(nullptr); };
  Json json{{"format", "flash-export"}, {"format_version", "2.2.0"}, {"id", id_json(order.id)}};
  json["network"] = network_text(space, point);
  json.update(network_json(space, point));
  json["trained"] = trained;
  json["accuracy"] = if_trained(exported.result.accuracy);
  json["test_accuracy"] = if_trained(exported.result.test_accuracy);
  if (trained && order.training->chip) {  // accuracies are those there
    json["accuracy_ideal"] = exported.result.ideal_accuracy;
    json["test_accuracy_ideal"] = exported.result.ideal_test_accuracy;
  }
  json["train_loss"] = if_trained(exported.result.train_loss);
  json["learning_rate"] = if_trained(exported.result.learning_rate);
  json["epochs"] = if_trained(trained ? order.training->epochs : 0);
  json["seed"] = order.seed;
  for (const Score* score : space.geometry().scores())
    json[score->name()] = space.score(score->name(), point);
  json["parameters"] = exported.result.parameters;
  json["macs"] = exported.result.macs;
  json["input"] = input_json(space.definition().input);
  const Data* data = exported.data;  // null where no data set says how pixels become what the network reads
  json["normalisation"] = data != nullptr ? normalisation_json(data->mean, data->std_dev) : Json(nullptr);
  json["class_names"] = exported.data != nullptr ? Json(exported.data->class_names) : Json(nullptr);
  json["files"] = {{"torchscript", file_json(exported.torchscript)},
                   {"onnx", file_json(exported.onnx)},
                   {"weights", file_json(exported.weights)},
                   {"pytorch", file_json(exported.source)}};
  json["files"]["onnx"]["opset"] = onnx_opset;
  json["runtime"] = runtime_json();
  json["check"] = check_json(exported.logits);
  json["made_from"] = made_from(space, order);
  json["software"] = "flash";
  json["version"] = software_version;
  json["git_hash"] = git_hash;
  return json;
}

std::vector<std::string> export_in_words(const Space& space, const ExportOrder& order,
                                         const TrainingResult& result) {
  const auto text = [](const char* format, auto... values) {
    char line[160];
    std::snprintf(line, sizeof line, format, values...);
    return std::string(line);
  };
  std::vector<std::string> lines{"Network " + (space.numbered() ? id_text(order.id) + ": " : "") +
                                     network_text(space, space.point(order.id)),
                                 "",
                                 std::to_string(result.parameters) + " parameters, " +
                                     std::to_string(result.macs) + " multiply-accumulates an image."};
  if (!order.training) {
    lines.push_back("Not trained: the weights are those that a training begins with.");
    return lines;
  }
  const TrainingSettings& training = *order.training;
  const std::string optimiser =
      training.optimiser == "adam" ? "Adam" : text("SGD with Nesterov momentum %g", training.momentum);
  lines.push_back(text("Trained by %s, learning rate %g (%s), weight decay %g,", optimiser.c_str(),
                       result.learning_rate, training.schedule.c_str(), training.weight_decay));
  lines.push_back(
      text("%d epochs of batches of %d; crop %d, flip %s. Accuracy %.4f on the images that judge, "
           "%.4f on test images.",
           training.epochs, training.batch, training.crop, training.flip ? "yes" : "no", result.accuracy,
           result.test_accuracy));
  if (training.chip)
    lines.push_back(
        text("These are accuracies on a chip, after %d epochs under its noise; ideal ones are %.4f, %.4f.",
             training.noise_epochs, result.ideal_accuracy, result.ideal_test_accuracy));
  return lines;
}

}  // namespace flash
