#include "flash/train/export_network.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <memory>
#include <sstream>
#include <system_error>
#include <utility>

#include "device.hpp"
#include "export_description.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/random.hpp"
#include "flash/space/network_text.hpp"
#include "flash/train/network.hpp"
#include "flash/train/onnx_export.hpp"
#include "flash/train/pytorch_export.hpp"
#include "flash/train/torchscript_export.hpp"
#include "flash/train/train_network.hpp"
#include "inference_module.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

// Running statistics follow by a tenth a pass: after so many, norms of a network with its first weights keep
// values in range through the deepest of them. Two images are enough: every pixel is a sample.
constexpr int settling_passes = 20;
constexpr int settling_images = 2;
constexpr std::uint64_t settling_stream = std::uint64_t{5} << 56;

constexpr double last_bits = 1 + 0x1p-19;  // times this: the last 4 or 5 of a float's 24 bits change

// The description of the same export where all of it is in the folder; nothing where part of it is missing.
std::optional<Json> existing_export(const fs::path& description, const Json& origin) {
  if (!fs::exists(description)) return std::nullopt;
  Json json;
  try {
    json = Json::parse(read_file(description));
    if (json.at("made_from") != origin)
      throw Error(ExitCode::usage, description.string() +
                                       " describes another network: other weights, seed, data or space" +
                                       another_folder);
    for (const char* part : trainable_files)
      if (!json.at("files").contains(part))
        throw Error(ExitCode::usage,
                    description.string() +
                        " is of an earlier version of flash, which wrote no trainable files: "
                        "remove it, and the same command adds them to the others" +
                        ", or" + (another_folder + 1));
    for (const Json& file : json.at("files")) {
      const fs::path path = description.parent_path() / file.at("name").get<std::string>();
      if (!fs::exists(path)) return std::nullopt;
      if (sha256_hex(read_file(path)) != file.at("sha256").get<std::string>())
        throw Error(ExitCode::bad_data, path.string() + " is not the file that " +
                                            description.filename().string() + " describes: remove both" +
                                            another_folder);
    }
  } catch (const Json::exception&) {
    throw Error(ExitCode::bad_data, description.string() + " describes no network of flash" + another_folder);
  }
  return json;
}

TrainedNetwork train(const Space& space, const ExportOrder& order, const Data& data) {
  TrainedNetwork trained =
      train_and_keep_network(space, space.point(order.id), data, *order.training, order.seed,
                             {.checkpoints = order.checkpoints, .test = true});
  if (!trained.result.ok)
    throw Error(ExitCode::bad_data,
                "network " + network_name(space, order.id) + " failed to train: " + trained.result.failure);
  return trained;
}

TrainedNetwork first_weights(const Space& space, const ExportOrder& order) {
  set_up_libtorch(/*threads=*/1);
  const at::NoGradGuard no_grad;
  TrainedNetwork made;
  made.network = build_network(space, space.point(order.id), order.seed, at::kCPU);
  const Input& input = space.definition().input;
  Philox random(order.seed, settling_stream);
  for (int pass = 0; pass < settling_passes; ++pass) {
    const at::Tensor images =
        at::empty({settling_images, input.channels, input.side, input.side},
                  at::TensorOptions(at::kFloat).memory_format(at::MemoryFormat::ChannelsLast));
    float* values = images.data_ptr<float>();
    for (std::int64_t k = 0; k < images.numel(); ++k) values[k] = static_cast<float>(random.normal());
    made.network->forward(images, /*training=*/true);
  }
  made.result.parameters = made.network->parameters().count();
  made.result.macs = made.network->count_macs();
  return made;
}

// The network's own logits. Two programs that round differently agree to 1e-4, of the largest logit where
// that is above 1; but deep networks with their first weights are chaotic and amplify rounding beyond that,
// by as much as they amplify a change of the images' last bits.
CheckLogits check_logits(BuiltNetwork& network, const Input& input) {
  const at::NoGradGuard no_grad;
  const at::Device device = network.parameters().weights.front().device();
  const auto logits_of = [&](const at::Tensor& images) {
    const at::Tensor laid_out = images.contiguous(at::MemoryFormat::ChannelsLast).to(device);
    return network.forward(laid_out, /*training=*/false).to(at::kCPU).contiguous();
  };
  const auto largest = [](const at::Tensor& values) {
    return static_cast<double>(values.abs().max().item<float>());
  };
  CheckLogits logits{logits_of(check_images(input)), 0};
  const double amplified = largest(logits_of(check_images(input) * last_bits) - logits.values);
  logits.tolerance = std::max(1e-4 * std::max(1.0, largest(logits.values)), amplified);
  return logits;
}

// Reads the file back as users would, as it is and optimised.
void check_torchscript(const std::string& file, const Input& input, const CheckLogits& expected) {
  const at::NoGradGuard no_grad;
  std::istringstream bytes(file);
  for (torch::jit::Module module : {torch::jit::load(bytes), load_for_inference(file, at::kCPU)}) {
    const at::Tensor logits = module.forward({check_images(input)}).toTensor();
    const double difference = static_cast<double>((logits - expected.values).abs().max().item<float>());
    if (!(difference <= expected.tolerance))
      throw Error(ExitCode::internal, "the exported file's logits differ from the network's own by " +
                                          std::to_string(difference));
  }
}

}  // namespace

Json export_network(const Space& space, const ExportOrder& order,
                    const std::function<const Data&()>& images) {
  const std::string stem = network_stem(space, order.id);
  const std::string description_name = stem + ".json";
  const fs::path description = order.folder / description_name;
  const auto reply = [&](Json json, bool kept) {
    json["folder"] = order.folder.string();
    json["description"] = description_name;
    json["kept"] = kept;
    return json;
  };
  try {
    if (std::optional<Json> existing = existing_export(description, made_from(space, order)))
      return reply(std::move(*existing), true);
  } catch (const Error&) {
    if (!order.replace) throw;
  }
  std::error_code error;  // said before an hour of training, not after it
  fs::create_directories(order.folder, error);
  if (error)
    throw Error(ExitCode::io, "cannot make the folder " + order.folder.string() + ": " + error.message());

  const Data* data = order.training ? &images() : nullptr;
  const TrainedNetwork made = data != nullptr ? train(space, order, *data) : first_weights(space, order);
  const Input& input = space.definition().input;
  const CheckLogits logits = check_logits(*made.network, input);
  const InferenceGraph graph = made.network->inference_graph().folded();
  const ExportedFile torchscript{stem + ".pt", torchscript_file(graph)};
  check_torchscript(torchscript.bytes, input, logits);
  const ExportedFile onnx{stem + ".onnx", onnx_file(graph)};
  const ExportedFile weights{stem + ".weights.pt", pytorch_weights(*made.network)};
  PytorchFacts facts{weights.name, export_in_words(space, order, made.result)};
  if (data != nullptr) facts.mean = data->mean, facts.std_dev = data->std_dev;
  const ExportedFile source{stem + ".py", pytorch_source(made.network->graph(), facts)};
  Json json = describe_export({space, order, made.result, data, logits, torchscript, onnx, weights, source});
  const auto write = [&order](const fs::path& path, const std::string& bytes) {
    order.replace ? write_file_atomically(path, bytes) : write_new(path, bytes);
  };
  if (order.replace) fs::remove(description, error);  // it describes what is replaced now
  for (const ExportedFile* file : {&torchscript, &onnx, &weights, &source})
    write(order.folder / file->name, file->bytes);
  write(description, json.dump(2) + "\n");
  return reply(std::move(json), false);
}

}  // namespace flash
