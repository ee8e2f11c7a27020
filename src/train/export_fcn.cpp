#include "flash/train/export_fcn.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "device.hpp"
#include "export_description.hpp"
#include "flash/core/error.hpp"
#include "flash/core/file.hpp"
#include "flash/core/hash.hpp"
#include "flash/core/version.hpp"
#include "flash/dataset/reading.hpp"
#include "flash/fcn/file.hpp"
#include "flash/fcn/runtime.hpp"
#include "flash/train/compressed_inference.hpp"
#include "flash/train/onnx_export.hpp"

namespace flash {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t batch_images = 100;

struct ReadFcn {
  CompressedNetwork network;
  std::string bytes;
};

ReadFcn read_fcn(const fs::path& path) {
  std::string bytes = read_file(path);
  try {
    CompressedNetwork network = network_of_fcn(bytes);
    return {std::move(network), std::move(bytes)};
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  }
}

Input input_of(const CompressedNetwork& network) {
  return {network.graph.channels(), network.graph.side(),
          static_cast<int>(network.graph.nodes().back().op.values_out())};
}

void check_fit(const fs::path& path, const Input& input, const Data& data) {
  const auto shape = [](int channels, int side) {
    return std::to_string(channels) + " x " + std::to_string(side) + " x " + std::to_string(side);
  };
  if (data.train.channels != input.channels || data.train.side != input.side)
    throw Error(ExitCode::bad_data, path.string() + ": it reads images of " +
                                        shape(input.channels, input.side) + ", and the job's are " +
                                        shape(data.train.channels, data.train.side) +
                                        ": name the job that it was made for");
  if (data.classes != input.classes)
    throw Error(ExitCode::bad_data, path.string() + ": it tells " + std::to_string(input.classes) +
                                        " classes apart, and the job's images have " +
                                        std::to_string(data.classes));
}

// As the network reads them.
at::Tensor normalised(const CompressedNetwork& network, const ImageSet& set,
                      const std::vector<std::size_t>& positions, std::size_t first, std::size_t last) {
  const auto side = static_cast<std::size_t>(set.side), channels = static_cast<std::size_t>(set.channels);
  const std::size_t plane = side * side;
  at::Tensor images = at::empty({static_cast<std::int64_t>(last - first), set.channels, set.side, set.side});
  float* to = images.data_ptr<float>();
  for (std::size_t k = first; k < last; ++k)
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < plane; ++i)
        *to++ = (static_cast<float>(set.pixels[(positions[k] * channels + c) * plane + i]) / 255.0F -
                 network.mean[c]) /
                network.deviation[c];
  return images;
}

// Runs over images in batches of a few.
class Images {
 public:
  Images(const CompressedNetwork& network, const ImageSet& set, std::vector<std::size_t> positions)
      : network_(network), set_(set), positions_(std::move(positions)) {}
  std::size_t batches() const { return (positions_.size() + batch_images - 1) / batch_images; }
  at::Tensor batch(std::size_t k) const {
    return normalised(network_, set_, positions_, k * batch_images,
                      std::min(positions_.size(), (k + 1) * batch_images));
  }
  double accuracy(const InferenceGraph& graph, const ActivationScales* scales) const {
    std::size_t right = 0;
    for (std::size_t k = 0; k < batches(); ++k) {
      const at::Tensor best = run_graph(graph, batch(k), scales).argmax(1);
      for (std::int64_t i = 0; i < best.size(0); ++i) {
        const Label label = set_.labels[positions_[k * batch_images + static_cast<std::size_t>(i)]];
        right += best.data_ptr<std::int64_t>()[i] == label ? 1 : 0;
      }
    }
    return static_cast<double>(right) / static_cast<double>(positions_.size());
  }

 private:
  const CompressedNetwork& network_;
  const ImageSet& set_;
  std::vector<std::size_t> positions_;
};

std::vector<std::size_t> all_of(const ImageSet& set) {
  std::vector<std::size_t> positions(set.size());
  for (std::size_t k = 0; k < positions.size(); ++k) positions[k] = k;
  return positions;
}

// The file's own runtime computes the network otherwise: both have to agree before others are told that this is it.
CheckLogits checked_logits(const CompressedNetwork& network, const InferenceGraph& graph) {
  const at::Tensor image = check_images(input_of(network));
  const auto logits = run_graph(graph, image);
  const SparseRuntime runtime(network);
  const std::vector<float> sparse =
      runtime.logits(std::span(image.data_ptr<float>(), runtime.values_per_image()), 1);
  double largest = 0, difference = 0;
  for (std::size_t k = 0; k < sparse.size(); ++k) {
    const auto own = static_cast<double>(sparse[k]);
    largest = std::max(largest, std::abs(own));
    difference = std::max(difference, std::abs(own - static_cast<double>(logits.data_ptr<float>()[k])));
  }
  const double tolerance = 1e-4 * std::max(1.0, largest);
  if (!(difference <= tolerance))
    throw Error(ExitCode::internal, "the exported network's logits differ from the compressed network's by " +
                                        std::to_string(difference));
  return {logits.contiguous(), tolerance};
}

// A network in 8 bits, and what that costs.
struct EightBits {
  ActivationScales scales;
  std::size_t images = 0, test_images = 0;
  double accuracy_before = 0, accuracy_after = 0;
};

EightBits in_eight_bits(const FcnExportOrder& order, const CompressedNetwork& network,
                        const InferenceGraph& graph, const Data& data) {
  check_fit(order.file, input_of(network), data);
  const int wanted = static_cast<int>(std::min(order.calibration, data.train.size()));
  const Images calibration(network, data.train,
                           dataset::select_images(data.train.labels, wanted, "the training set"));
  const Images test(network, data.test, all_of(data.test));
  EightBits made;
  made.images = static_cast<std::size_t>(wanted);
  made.scales = calibrate(graph, calibration.batches(), [&](std::size_t k) { return calibration.batch(k); });
  made.test_images = data.test.size();
  made.accuracy_before = test.accuracy(graph, nullptr);
  made.accuracy_after = test.accuracy(graph, &made.scales);
  return made;
}

Json description_of(const FcnExportOrder& order, const ReadFcn& source, const InferenceGraph& graph,
                    const CheckLogits& logits, const std::optional<EightBits>& eight_bits) {
  const CompressedNetwork& network = source.network;
  std::int64_t parameters = 0, macs = 0;
  for (const NetworkGraph::Node& node : network.graph.nodes())
    parameters += node.op.parameters(), macs += node.op.macs();
  std::size_t weights = 0, kept = 0;
  for (const CompressedNode& node : network.nodes)
    weights += node.weights.rows * node.weights.columns, kept += node.weights.kept();
  Json json{{"format", "flash-export-fcn"}, {"format_version", "1.0.0"}};
  json["parameters"] = parameters;
  json["weights"] = weights;
  json["kept"] = kept;
  json["macs"] = macs;
  json["input"] = input_json(input_of(network));
  json["normalisation"] = normalisation_json(network.mean, network.deviation);
  json["check"] = check_json(logits);
  if (eight_bits) {
    json["accuracy"] = {{"test_images", eight_bits->test_images},
                        {"before", eight_bits->accuracy_before},
                        {"after", eight_bits->accuracy_after}};
    json["calibration"] = {{"training_images", eight_bits->images},
                           {"ranges", "least and largest of what each Conv and Gemm reads, 0 among them"}};
    const at::Tensor after = run_graph(graph, check_images(input_of(network)), &eight_bits->scales);
    json["check"]["logits_int8"] = check_json({after.contiguous(), 0}).at("logits");
  }
  json["made_from"] = {{"file", order.file.filename().string()},
                       {"bytes", source.bytes.size()},
                       {"sha256", sha256_hex(source.bytes)}};
  json["software"] = "flash";
  json["version"] = software_version;
  json["git_hash"] = git_hash;
  return json;
}

// Whether a description is there already, of an export of the same .fcn file: with more images, or fewer.
bool describes(const fs::path& description, const Json& made_from) {
  if (!fs::exists(description)) return false;
  const Json there = Json::parse(read_file(description), nullptr, /*allow_exceptions=*/false);
  return there.is_object() && there.value("made_from", Json()) == made_from;
}

}  // namespace

Json export_fcn(const FcnExportOrder& order, const std::function<const Data&()>& images) {
  set_up_libtorch(/*threads=*/1);
  const ReadFcn source = read_fcn(order.file);
  const InferenceGraph graph = inference_graph(source.network);
  const CheckLogits logits = checked_logits(source.network, graph);
  std::optional<EightBits> eight_bits;
  if (order.calibration > 0) eight_bits = in_eight_bits(order, source.network, graph, images());
  Json json = description_of(order, source, graph, logits, eight_bits);

  const std::string stem = order.file.stem().string(), description = stem + ".json";
  std::vector<ExportedFile> files{{stem + ".onnx", onnx_file(graph)}};
  json["files"]["onnx"] = file_json(files.back());
  json["files"]["onnx"]["opset"] = onnx_opset;
  if (eight_bits) {
    files.push_back({stem + ".int8.onnx", onnx_file(graph, eight_bits->scales)});
    json["files"]["onnx_int8"] = file_json(files.back());
    json["files"]["onnx_int8"]["opset"] = onnx_opset_quantised;
  }
  files.push_back({description, json.dump(2) + "\n"});
  std::error_code error;
  fs::create_directories(order.folder, error);
  if (error) throw Error(ExitCode::io, order.folder.string() + ": cannot be made: " + error.message());
  const bool ours = describes(order.folder / description, json["made_from"]);
  for (const ExportedFile& file : files) {
    const fs::path path = order.folder / file.name;
    ours ? write_file_atomically(path, file.bytes) : write_new(path, file.bytes);
  }
  json["folder"] = order.folder.string();
  json["description"] = description;
  return json;
}

}  // namespace flash
