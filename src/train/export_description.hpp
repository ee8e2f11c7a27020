// What network-ID.json says, and how an export is recognised again.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "flash/train/export_network.hpp"

namespace flash {

// What decides every number of an export: two with the same are the same.
Json made_from(const Space& space, const ExportOrder& order);

// The input of the logits that a description holds: 1 x C x H x W, value k = ((37 k) mod 101) / 50 - 1, which
// any language gives exactly enough.
at::Tensor check_images(const Input& input);
struct CheckLogits {
  at::Tensor values;     // the network's own, of check_images
  double tolerance = 0;  // how far another program's may be from them
};

struct ExportedFile {
  std::string name;  // within the folder
  std::string bytes;
};
// A file that an interrupted export left is the same, byte for byte, and stays. Throws Error usage where there is another.
void write_new(const std::filesystem::path& path, const std::string& bytes);
inline constexpr const char* another_folder = "; use another folder with -o";

// Parts of descriptions.
Json input_json(const Input& input);
Json normalisation_json(const std::vector<float>& mean, const std::vector<float>& std_dev);
Json file_json(const ExportedFile& file);
Json check_json(const CheckLogits& logits);

struct Exported {
  const Space& space;
  const ExportOrder& order;
  const TrainingResult& result;  // without training: parameters and MACs alone
  const Data* data;              // nullptr without training
  const CheckLogits& logits;
  const ExportedFile& torchscript;
  const ExportedFile& onnx;
  const ExportedFile& weights;  // pytorch_export.hpp
  const ExportedFile& source;
};
Json describe_export(const Exported& exported);

// The same in words, for people who read the network's source; lines of at most 110 columns.
std::vector<std::string> export_in_words(const Space& space, const ExportOrder& order,
                                         const TrainingResult& result);

// The first export_format without trainable files had none of these members of "files".
inline constexpr const char* trainable_files[] = {"weights", "pytorch"};

}  // namespace flash
