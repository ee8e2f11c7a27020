// Family plain-chain: blocks of two convolutions in a row, each with a kernel and an inner width of its own.
#include <cmath>

#include "flash/core/error.hpp"
#include "flash/space/geometry/family.hpp"

namespace flash {
namespace {

class PlainChain : public Geometry {
 public:
  PlainChain(const Json& settings, const Input& input)
      : input_(input),
        widths_(settings.at("chain_widths").get<std::vector<int>>()),
        blocks_(settings.at("chain_blocks").get<std::vector<int>>()),
        kernels_(settings.at("chain_kernels").get<std::vector<int>>()),
        inner_(settings.at("chain_inner").get<std::vector<int>>()),
        shape_axes_{number_axis("width", "channels", "channels between the blocks", widths_),
                    number_axis("blocks", "blocks", "blocks in a row", blocks_)},
        slot_axes_{number_axis("kernel", "pixels", "kernel of a block", kernels_),
                   number_axis("inner", "channels", "channels within a block", inner_)} {
    for (const int kernel : kernels_)
      if (kernel % 2 == 0) throw Error(ExitCode::bad_job, "space: chain_kernels must be odd");
    if (input.side < 2) throw Error(ExitCode::bad_job, "space: the images are too small");
  }

  std::span<const Axis> shape_axes() const override { return shape_axes_; }
  std::span<const Axis> slot_axes(std::uint32_t) const override { return slot_axes_; }
  std::vector<Slot> slots(ShapeView shape) const override {
    const auto options = static_cast<std::int64_t>(kernels_.size() * inner_.size());
    return std::vector<Slot>(at(blocks_, shape[1]), Slot{.options = options, .ordered = false});
  }

  NetworkGraph lower(ShapeView shape, OptionView options, std::uint64_t) const override {
    NetworkGraph graph(input_.channels, input_.side);
    const int width = widths_[at(shape[0])], side = input_.side;
    NetworkGraph::Value x = NetworkGraph::image;
    for (std::size_t block = 0; block < options.size(); ++block) {
      const int inner = inner_of(options[block]);
      graph.enter(block, 0);
      using namespace operators;
      const Operator first = convolution(graph.channels(x), inner, kernel_of(options[block]), 1, side);
      x = graph.append(
          std::vector{opening_layer(first), norm(inner, side), relu(inner, side),
                      convolution(inner, width, 1, 1, side), norm(width, side), relu(width, side)},
          x);
    }
    graph.enter(options.size() - 1, 1);
    const Operator pool = opening_layer(operators::average_pool(width, side, 2), /*head=*/true);
    graph.append(std::vector{pool, operators::linear(width, input_.classes, side / 2)}, x);
    return graph;
  }

  std::span<const Score* const> scores() const override { return scores_; }

 private:
  // What a block can tell apart, as the logarithm of its first convolution's size.
  struct Capacity : Score {
    explicit Capacity(const PlainChain& of) : chain(of) {}
    const std::string& name() const override { return text; }
    double part(ShapeView, std::size_t, std::int64_t, std::int64_t option) const override {
      const double kernel = chain.kernel_of(option);
      return std::log2(1 + kernel * kernel * chain.inner_of(option));
    }
    const PlainChain& chain;
    std::string text = "chain_capacity";
  };

  static std::size_t at(std::int64_t position) { return static_cast<std::size_t>(position); }
  static std::size_t at(const std::vector<int>& values, int position) { return at(values[at(position)]); }
  int kernel_of(std::int64_t option) const { return kernels_[at(option) / inner_.size()]; }
  int inner_of(std::int64_t option) const { return inner_[at(option) % inner_.size()]; }

  Input input_;
  std::vector<int> widths_, blocks_, kernels_, inner_;
  std::vector<Axis> shape_axes_, slot_axes_;
  Capacity capacity_{*this};
  std::vector<const Score*> scores_{&capacity_};
};

FamilySetting list(const char* key, const char* doc, std::int64_t max) {
  return {.key = key,
          .path = std::string("/") + key,
          .type = FamilySetting::Type::integers,
          .doc = doc,
          .min = 1,
          .max = max};
}

}  // namespace

const Family& plain_chain() {
  static const Json defaults{{"chain_widths", {4, 8}},
                             {"chain_blocks", {1, 2, 3}},
                             {"chain_kernels", {1, 3}},
                             {"chain_inner", {2, 4, 8}}};
  static const Family family{
      "plain-chain",
      "Blocks of two convolutions in a row [a toy].",
      {list("chain_widths", "Channels between the blocks.", 1024),
       list("chain_blocks", "How many blocks a network has.", 50),
       list("chain_kernels", "Kernels of a block's first convolution, odd.", 15),
       list("chain_inner", "Channels between a block's two convolutions.", 1024)},
      defaults,
      [](const Json& settings, const Input& input) -> std::shared_ptr<const Geometry> {
        return std::make_shared<PlainChain>(settings, input);
      },
      {{"toy-chain", "516 networks of one to three blocks", {"plain-chain", defaults, {3, 8, 10}}}}};
  return family;
}

}  // namespace flash
