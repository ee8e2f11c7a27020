// A network to train on with: PyTorch source, generated from its operators, and a state_dict of its weights.
#pragma once

#include <string>
#include <vector>

#include "flash/network/network_graph.hpp"
#include "flash/train/network.hpp"

namespace flash {

// What the source says beside the operators.
struct PytorchFacts {
  std::string weights_file;        // its name: load(folder) reads it
  std::vector<std::string> about;  // lines of the docstring, without quotes and backslashes
  // Of each channel: the network reads (pixel / 255 - mean) / std_dev. Empty: no data set says so.
  std::vector<float> mean{}, std_dev{};
};

// The text of a module of Python, a function of its arguments alone: class Network(nn.Module), with a layer for
// each operator that has weights and a forward of one line an operator; the channels that a gather takes of each
// value are buffers with explicit numbers. Norms stay what they are in training, with its momentum and epsilon.
// Operators that no logit rests on are left out, and so are their weights. Layers are called
// slotS_layerL_conv, ..._norm, ..._linear, numbered where a layer has several.
std::string pytorch_source(const NetworkGraph& graph, const PytorchFacts& facts);

// The bytes of a file of that module's state_dict, a plain dict of names and float tensors, which torch.load reads
// with weights_only=True. Without num_batches_tracked: load_state_dict fills that in.
std::string pytorch_weights(const BuiltNetwork& network);

}  // namespace flash
