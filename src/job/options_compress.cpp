// [compress]: networks that are pruned and quantised.
#include <stdexcept>

#include "flash/core/error.hpp"
#include "flash/target/target.hpp"
#include "option_builder.hpp"

namespace flash {
namespace {

bool are_bits(const Json& value) {
  const auto bits = value.get<std::int64_t>();
  return (bits >= 1 && bits <= 8) || bits == 32;
}
bool are_bias_bits(const Json& value) {
  const auto bits = value.get<std::int64_t>();
  return (bits >= 2 && bits <= 16) || bits == 32;
}

}  // namespace

void add_compress_options(std::vector<Option>& options) {
  const auto own = [](auto member) { return field(&Job::compress, member); };
  const auto at = [](auto member) { return field(&Job::compress, &CompressSettings::how, member); };
  using How = CompressionSettings;
  JobSection compress(options, "compress");
  compress.texts(
      "networks", "best, a reference network (lenet5, ...), ids, or networks such as \"wm=2 depth=9\"",
      own(&CompressSettings::networks),
      "Networks that are trained, compressed and written to RUN/networks as .fcn files; an empty list: none.");
  compress.integer("seeds", {1, 100}, own(&CompressSettings::seeds),
                   "Trainings and compressions of each, from different seeds.");
  std::vector<std::string> names{""};
  for (const Target* target : targets()) names.emplace_back(target->name());
  compress.word("target", names, own(&CompressSettings::target),
                "Target whose break-even decides which layers are worth pruning; \"\": none, all are.");
  compress.word(
      "method", {"admm", "magnitude", "smartdeal", "cannon", "cannon-scratch", "blocks", "filter", "random"},
      at(&How::method),
      "ADMM towards sparse weights on levels, pruning by size without it, or decomposition into powers of two "
      "(SmartDeal); or groups of a chip's tiles, by size and distance, drawn, by size, whole filters or at random. "
      "All are retrained.");
  compress.number(
      "sparsity", from_to(0, 1), at(&How::sparsity),
      "Share of weights that goes, of methods of a chip and magnitude; what the network then sends over the "
      "chip of target imc is counted. 0: by ratio.");
  compress.number(
      "lambda", at_least(0), at(&How::lambda),
      "Method cannon: weight of what sending to a group costs against how large its weights are.");
  compress.number("alpha", at_least(0), at(&How::alpha),
                  "Method cannon-scratch: groups are kept in proportion to (1 + hops)^-alpha.");
  compress.number("ratio", at_least(1), at(&How::ratio),
                  "Weights over weights kept, of all layers together; of smartdeal, unless given, 1.");
  compress.number("macs_ratio", at_least(1), at(&How::macs_ratio),
                  "Multiply-accumulates of convolutions over those left, at least; 1: whatever comes.");
  Option& bits =
      compress.integer("bits", {1, 32}, at(&How::bits), "Bits of a kept weight; 32: not quantised.");
  bits.allowed = "1 .. 8 | 32";
  bits.valid = are_bits;
  Option& bias_bits = compress.integer("bias_bits", {2, 32}, at(&How::bias_bits),
                                       "Bits of a bias and of what norms are folded to; 32: not quantised.");
  bias_bits.allowed = "2 .. 16 | 32";
  bias_bits.valid = are_bias_bits;
  compress.integer("stages", {1, 10}, at(&How::stages),
                   "Steps on the way to the ratio, each pruned and retrained.");
  compress.word("groups", {"none", "filters", "rows"}, at(&How::groups),
                "What is kept or pruned together: single weights, filters, or rows of a crossbar's array.");
  compress.integer("group_rows", {1, 65'536}, at(&How::group_rows), "Outputs of such a row.");
  compress.integer("group_columns", {1, 65'536}, at(&How::group_columns), "Inputs of such a row.");
  compress.integer(
      "epochs", {1, 100'000}, at(&How::epochs),
      "Epochs of all phases together, behind the training (train.epochs); each phase has one at least.");
  compress.integer("rounds", {1, 1'000}, at(&How::rounds), "Rounds of ADMM in each search.");
  compress.number("rho", above(0), at(&How::rho), "Weight of ADMM's penalty in the first round.");
  compress.number("rho_end", above(0), at(&How::rho_end), "The same in the last round.");
  compress.number("learning_rate", above(0), at(&How::learning_rate),
                  "Learning rate of the search (Adam); retraining begins with twice as much.");
  compress.number(
      "distil", from_to(0, 1), at(&How::distil),
      "Share of the loss that follows what the dense network puts out, at temperature 4; 0: labels alone.");
  compress.word("variant", {"retrain", "switch"}, at(&How::variant),
                "Method smartdeal, last phase: bases are trained, or bases and powers of two.");
  compress.integer("block_rows", {3, 65'536}, at(&How::block_rows),
                   "Method smartdeal: rows that share a basis.");
  compress.number("threshold", from_to(0, 10), at(&How::threshold),
                  "Method smartdeal: coefficients below this share of their block's root mean square are 0.");
  compress.number("row_threshold", from_to(0, 10), at(&How::row_threshold),
                  "Method smartdeal: rows of coefficients likewise.");
  Option& layers =
      compress.texts("layers", "texts such as \"2: keep 0.1 bits 3\"", own(&CompressSettings::layers),
                     "Layers that are otherwise than the method would have them, from 0.");
  layers.store = [](Job& job, const Json& value) {
    job.compress.layers = value.get<std::vector<std::string>>();
    job.compress.how.layers.clear();
    for (const std::string& text : job.compress.layers) try {
        job.compress.how.layers.push_back(layer_compression(text));
      } catch (const Error& error) {
        throw std::invalid_argument(error.what());
      }
  };
}

}  // namespace flash
