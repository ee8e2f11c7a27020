// An ONNX model as it is written: nodes, attributes and constants, without knowing of networks.
#pragma once

#include <ATen/core/Tensor.h>
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

namespace flash {

class OnnxModel {
 public:
  OnnxModel(int opset, int ir_version);

  // Tensors of any N images each.
  void input(const std::string& name, const std::vector<std::int64_t>& sizes);
  void output(const std::string& name, const std::vector<std::int64_t>& sizes);

  onnx::NodeProto& node(const char* type, const std::vector<std::string>& inputs, const std::string& output);
  static void set(onnx::NodeProto& node, const char* key, std::int64_t value);
  static void set(onnx::NodeProto& node, const char* key, const std::vector<std::int64_t>& values);
  static void set(onnx::NodeProto& node, const char* key, float value);
  static void set(onnx::NodeProto& node, const char* key, const char* value);

  // Each returns the constant's name.
  std::string constant(const std::string& name, const at::Tensor& values);  // as float
  std::string whole(const std::string& name, const std::vector<std::int64_t>& values);
  // `values` of bytes, signed bytes or 32-bit integers, as what they are.
  std::string integers(const std::string& name, const at::Tensor& values);

  // Throws Error internal where it is larger than such a file may be.
  std::string file() const;

 private:
  std::string raw(const std::string& name, const at::Tensor& values, onnx::TensorProto::DataType type);

  onnx::ModelProto model_;
  onnx::GraphProto& graph_;
};

}  // namespace flash
