// The state_dict's file.
#include <ATen/ATen.h>
#include <ATen/core/Dict.h>
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/serialization/pickler.h>

#include <utility>

#include "flash/train/pytorch_export.hpp"
#include "layer_names.hpp"

namespace flash {
namespace {

// As torch::pickle_save, but for the tag that this gives a dict of its type: Python's torch.load with
// weights_only=True refuses it.
std::string pickled(const c10::IValue& value) {
  std::string text, bytes;
  torch::jit::Pickler pickler([&](const char* part, std::size_t size) { text.append(part, size); },
                              /*tensor_table=*/nullptr, /*type_renamer=*/nullptr,
                              /*memoized_class_types=*/nullptr, /*get_tensor_id=*/nullptr,
                              /*tag_aggregates=*/false);
  pickler.protocol();
  pickler.pushIValue(value);
  pickler.stop();
  caffe2::serialize::PyTorchStreamWriter writer([&](const void* part, std::size_t size) {
    bytes.append(static_cast<const char*>(part), size);
    return size;
  });
  writer.writeRecord("data.pkl", text.data(), text.size());
  for (std::size_t i = 0; i < pickler.tensorData().size(); ++i) {
    const torch::jit::WriteableTensorData data = torch::jit::getWriteableTensorData(pickler.tensorData()[i]);
    writer.writeRecord(std::string("data/").append(std::to_string(i)), data.data(), data.sizeInBytes());
  }
  writer.writeEndOfFile();
  return bytes;
}

}  // namespace

std::string pytorch_weights(const BuiltNetwork& network) {
  const std::vector<std::string> names = layer_names(network.graph());
  c10::Dict<std::string, at::Tensor> dict;  // keeps the order
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (names[k].empty()) continue;
    const BuiltNetwork::State state = network.state(k);
    for (const auto& [part, values] :
         {std::pair{".weight", state.weight}, std::pair{".bias", state.bias},
          std::pair{".running_mean", state.running_mean}, std::pair{".running_var", state.running_variance}})
      if (values.defined()) dict.insert(names[k] + part, values);
  }
  return pickled(dict);
}

}  // namespace flash
