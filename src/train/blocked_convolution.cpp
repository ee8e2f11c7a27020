#include "blocked_convolution.hpp"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <dnnl.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

namespace flash {
namespace {

using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;
constexpr auto f32 = dnnl::memory::data_type::f32;

const dnnl::engine& processor() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

using Arguments = std::unordered_map<int, dnnl::memory>;

void run(const dnnl::primitive& primitive, const Arguments& arguments) {
  static thread_local dnnl::stream stream(processor());
  primitive.execute(stream, arguments);
  stream.wait();
}

dnnl::memory at_address(const Desc& desc, const at::Tensor& tensor) {
  return dnnl::memory(desc, processor(), tensor.data_ptr<float>());
}

// The tensor as it lies, whatever its strides.
Desc described(const at::Tensor& tensor) { return {tensor.sizes().vec(), f32, tensor.strides().vec()}; }

at::Tensor room_for(const Desc& desc) {
  return at::empty({static_cast<std::int64_t>(desc.get_size() / sizeof(float))}, at::kFloat);
}

void reorder(const Desc& from_desc, const at::Tensor& from, const Desc& to_desc, const at::Tensor& to) {
  dnnl::memory source = at_address(from_desc, from);
  dnnl::memory target = at_address(to_desc, to);
  run(dnnl::reorder(source, target), {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, target}});
}

// Weights as a primitive likes them, with zeros for channels that they lack.
at::Tensor reordered(const at::Tensor& weight, const Desc& to) {
  at::Tensor room = room_for(to);
  const std::int64_t missing = to.dims()[1] - weight.size(1);
  const at::Tensor whole =
      missing == 0 ? weight : at::constant_pad_nd(weight, {0, 0, 0, 0, 0, missing}).contiguous();
  reorder(described(whole), whole, to, room);
  return room;
}

}  // namespace

int preferred_block() {
  static const int block = [] {
    const auto isa = static_cast<int>(dnnl::get_effective_cpu_isa());
    const auto has = [isa](dnnl::cpu_isa needed) {
      const int bits = static_cast<int>(needed);
      return (isa & bits) == bits;
    };
    return has(dnnl::cpu_isa::avx512_core) ? 16 : has(dnnl::cpu_isa::avx2) ? 8 : 0;
  }();
  return block;
}

at::Tensor to_blocks(const at::Tensor& values, int block) {
  const std::int64_t missing = (block - values.size(1) % block) % block;
  const at::Tensor padded = missing == 0 ? values : at::constant_pad_nd(values, {0, 0, 0, 0, 0, missing});
  return padded.reshape({values.size(0), padded.size(1) / block, block, values.size(2), values.size(3)})
      .permute({0, 1, 3, 4, 2})
      .contiguous();
}

at::Tensor from_blocks(const at::Tensor& values, std::int64_t channels) {
  if (values.dim() != 5) return values;
  return values.permute({0, 1, 4, 2, 3})
      .reshape({values.size(0), values.size(1) * values.size(4), values.size(2), values.size(3)})
      .narrow(1, 0, channels)
      .contiguous(at::MemoryFormat::ChannelsLast);
}

struct BlockedConvolution::Prepared {
  Desc x, y;
  dnnl::convolution_forward::primitive_desc forward_desc;
  dnnl::convolution_backward_weights::primitive_desc weights_desc;
  dnnl::convolution_backward_data::primitive_desc data_desc;
  dnnl::convolution_forward forward;
  std::optional<dnnl::convolution_backward_weights> backward_weights;  // made when first asked for
  std::optional<dnnl::convolution_backward_data> backward_data;

  // `in`: channels that are read, op.in or more: the rest are zeros.
  Prepared(const Operator& op, std::int64_t in, Tag x_tag, Tag y_tag, std::int64_t images)
      : x({images, in, op.side_in, op.side_in}, f32, x_tag),
        y({images, op.out, op.side_out, op.side_out}, f32, y_tag) {
    try {
      describe(op, dnnl::algorithm::convolution_winograd);
    } catch (const dnnl::error&) {  // not for this shape or processor
      describe(op, dnnl::algorithm::convolution_direct);
    }
    forward = dnnl::convolution_forward(forward_desc);
  }

  void describe(const Operator& op, dnnl::algorithm algorithm) {
    const Desc weight({op.out, x.dims()[1], op.kernel, op.kernel}, f32, Tag::any);
    const dnnl::memory::dims strides{op.stride, op.stride}, padding{op.padding, op.padding};
    forward_desc = {{dnnl::prop_kind::forward_training, algorithm, x, weight, y, strides, padding, padding},
                    processor()};
    weights_desc = {{algorithm, x, weight, y, strides, padding, padding}, processor(), forward_desc};
    data_desc = {{algorithm, x, weight, y, strides, padding, padding}, processor(), forward_desc};
  }
};

struct BlockedConvolution::Backward : public torch::autograd::Node {
  std::shared_ptr<Prepared> prepared;
  at::Tensor x, weight;

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    const at::Tensor dy = gradients.front().contiguous();
    at::Tensor dx, d_weight;
    if (task_should_compute_output(0)) {
      const auto& desc = prepared->data_desc;
      if (!prepared->backward_data) prepared->backward_data.emplace(desc);
      dx = at::empty_like(x);
      const at::Tensor laid_out = reordered(weight, desc.weights_desc());
      run(*prepared->backward_data, {{DNNL_ARG_DIFF_DST, at_address(prepared->y, dy)},
                                     {DNNL_ARG_WEIGHTS, at_address(desc.weights_desc(), laid_out)},
                                     {DNNL_ARG_DIFF_SRC, at_address(prepared->x, dx)}});
    }
    if (task_should_compute_output(1)) {
      const auto& desc = prepared->weights_desc;
      if (!prepared->backward_weights) prepared->backward_weights.emplace(desc);
      const at::Tensor laid_out = room_for(desc.diff_weights_desc());
      run(*prepared->backward_weights,
          {{DNNL_ARG_SRC, at_address(prepared->x, x)},
           {DNNL_ARG_DIFF_DST, at_address(prepared->y, dy)},
           {DNNL_ARG_DIFF_WEIGHTS, at_address(desc.diff_weights_desc(), laid_out)}});
      const at::Tensor whole = at::empty(
          {weight.size(0), prepared->x.dims()[1], weight.size(2), weight.size(3)}, weight.options());
      reorder(desc.diff_weights_desc(), laid_out, described(whole), whole);
      d_weight = whole.narrow(1, 0, weight.size(1)).contiguous();
    }
    return {dx, d_weight};
  }

  void release_variables() override {
    x.reset();
    weight.reset();
  }
};

BlockedConvolution::BlockedConvolution(const Operator& op, int block) : op_(op), block_(block) {}
BlockedConvolution::~BlockedConvolution() = default;
BlockedConvolution::BlockedConvolution(BlockedConvolution&&) noexcept = default;

at::Tensor BlockedConvolution::operator()(const at::Tensor& input, const at::Tensor& weight) {
  // oneDNN reads images of few channels plane by plane, with no block to fill up.
  const bool planes = op_.in <= 4 && input.dim() == 4 && !input.requires_grad();
  const at::Tensor x = planes             ? input.contiguous()
                       : input.dim() == 4 ? to_blocks(input, block_)
                                          : input.contiguous();
  const Tag blocked = block_ == 16 ? Tag::nChw16c : Tag::nChw8c;
  std::shared_ptr<Prepared>& prepared = prepared_[x.size(0)];
  if (prepared == nullptr)
    // Of fewer channels than a block oneDNN has nothing but its reference, which is 20 times as slow.
    prepared = std::make_shared<Prepared>(op_, planes ? op_.in : std::max(op_.in, block_),
                                          planes ? Tag::nchw : blocked, blocked, x.size(0));

  at::Tensor y = at::empty({x.size(0), (op_.out + block_ - 1) / block_, op_.side_out, op_.side_out, block_},
                           x.options());
  const Desc weights_desc = prepared->forward_desc.weights_desc();
  const at::Tensor laid_out = reordered(weight.detach(), weights_desc);
  run(prepared->forward, {{DNNL_ARG_SRC, at_address(prepared->x, x)},
                          {DNNL_ARG_WEIGHTS, at_address(weights_desc, laid_out)},
                          {DNNL_ARG_DST, at_address(prepared->y, y)}});

  if (at::GradMode::is_enabled() && (x.requires_grad() || weight.requires_grad())) {
    const std::shared_ptr<Backward> node(new Backward, torch::autograd::deleteNode);
    node->set_next_edges(torch::autograd::collect_next_edges(x, weight));
    node->prepared = prepared;
    node->x = x.detach();
    node->weight = weight.detach();
    torch::autograd::set_history(y, node);
  }
  return y;
}

std::vector<std::string> BlockedConvolution::implementations() const {
  std::vector<std::string> names;
  for (const auto& [images, prepared] : prepared_)
    for (const std::string& name : {std::string(prepared->forward_desc.impl_info_str()),
                                    std::string(prepared->weights_desc.impl_info_str()),
                                    std::string(prepared->data_desc.impl_info_str())})
      names.push_back(name);
  return names;
}

}  // namespace flash
