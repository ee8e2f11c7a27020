#include "onnx_model.hpp"

#include <ATen/ATen.h>

#include <bit>

#include "flash/core/error.hpp"
#include "flash/core/version.hpp"

namespace flash {
namespace {

static_assert(std::endian::native == std::endian::little, "ONNX's raw_data is little-endian");

void describe(onnx::ValueInfoProto& info, const std::string& name, const std::vector<std::int64_t>& sizes) {
  info.set_name(name);
  onnx::TypeProto::Tensor& type = *info.mutable_type()->mutable_tensor_type();
  type.set_elem_type(onnx::TensorProto::FLOAT);
  type.mutable_shape()->add_dim()->set_dim_param("N");
  for (const std::int64_t size : sizes) type.mutable_shape()->add_dim()->set_dim_value(size);
}

onnx::AttributeProto& attribute(onnx::NodeProto& node, const char* key,
                                onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(key);
  attribute.set_type(type);
  return attribute;
}

onnx::TensorProto::DataType type_of(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return onnx::TensorProto::UINT8;
    case at::kChar:
      return onnx::TensorProto::INT8;
    case at::kInt:
      return onnx::TensorProto::INT32;
    default:
      throw Error(ExitCode::internal, "an ONNX constant of a type that is not foreseen");
  }
}

}  // namespace

OnnxModel::OnnxModel(int opset, int ir_version) : graph_(*model_.mutable_graph()) {
  model_.set_ir_version(ir_version);
  model_.add_opset_import()->set_version(opset);
  model_.set_producer_name("flash");
  model_.set_producer_version(software_version);
  graph_.set_name("network");
}

void OnnxModel::input(const std::string& name, const std::vector<std::int64_t>& sizes) {
  describe(*graph_.add_input(), name, sizes);
}
void OnnxModel::output(const std::string& name, const std::vector<std::int64_t>& sizes) {
  describe(*graph_.add_output(), name, sizes);
}

onnx::NodeProto& OnnxModel::node(const char* type, const std::vector<std::string>& inputs,
                                 const std::string& output) {
  onnx::NodeProto& node = *graph_.add_node();
  node.set_op_type(type);
  node.set_name(output);
  for (const std::string& input : inputs) node.add_input(input);
  node.add_output(output);
  return node;
}

void OnnxModel::set(onnx::NodeProto& node, const char* key, std::int64_t value) {
  attribute(node, key, onnx::AttributeProto::INT).set_i(value);
}
void OnnxModel::set(onnx::NodeProto& node, const char* key, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& list = attribute(node, key, onnx::AttributeProto::INTS);
  for (const std::int64_t value : values) list.add_ints(value);
}
void OnnxModel::set(onnx::NodeProto& node, const char* key, float value) {
  attribute(node, key, onnx::AttributeProto::FLOAT).set_f(value);
}
void OnnxModel::set(onnx::NodeProto& node, const char* key, const char* value) {
  attribute(node, key, onnx::AttributeProto::STRING).set_s(value);
}

std::string OnnxModel::raw(const std::string& name, const at::Tensor& values,
                           onnx::TensorProto::DataType type) {
  onnx::TensorProto& tensor = *graph_.add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (const std::int64_t size : values.sizes()) tensor.add_dims(size);
  tensor.set_raw_data(values.data_ptr(), values.nbytes());
  return name;
}

std::string OnnxModel::constant(const std::string& name, const at::Tensor& values) {
  return raw(name, values.to(at::kFloat).contiguous(), onnx::TensorProto::FLOAT);
}
std::string OnnxModel::integers(const std::string& name, const at::Tensor& values) {
  return raw(name, values.contiguous(), type_of(values.scalar_type()));
}
std::string OnnxModel::whole(const std::string& name, const std::vector<std::int64_t>& values) {
  return raw(name, at::tensor(values, at::kLong), onnx::TensorProto::INT64);
}

std::string OnnxModel::file() const {
  std::string bytes;
  if (!model_.SerializeToString(&bytes))
    throw Error(ExitCode::internal, "the network is too large for an ONNX file, which holds 2 GiB");
  return bytes;
}

}  // namespace flash
