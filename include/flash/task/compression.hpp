// What a compressing task says and what comes back; known to flash and to flash-trainer, free of LibTorch.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "flash/core/json.hpp"

namespace flash {

// One layer, otherwise than the method would have it.
struct LayerCompression {
  int layer = 0;    // among those with weights, from 0, in the order in which they run
  double keep = 0;  // share of its weights, in (0, 1]; 0: the method's choice
  int bits = 0;     // 0: as the others; of smartdeal: levels of so many bits in place of a decomposition
  // The largest share of its weights at which the layer costs no more sparse than dense on the target; where it would keep
  // more it stays dense. 0: never gains; 1: whatever the target
  double break_even = 1;
  // Layers of one part, a cell of a network, keep that share of their weights together, each as many as its weights say;
  // -1: the layer by itself.
  int part = -1;
};

struct CompressionSettings {
  // admm | magnitude (pruned by size at once, and retrained) | smartdeal (decomposed, flash/compress/smart_deal.hpp); and
  // by groups of a chip's tiles (flash/imc/weight_groups.hpp, CANNON [reconstructed]): cannon | cannon-scratch (drawn, and
  // trained from the start) | blocks (cannon with lambda = 0, blind to distance) | filter | random
  std::string method = "admm";
  double ratio = 10;            // weights over weights kept, of all layers, >= 1
  double macs_ratio = 1;        // convolutions' multiply-accumulates over those left, >= 1; 1: whatever comes
  int stages = 2;               // on the way there, each a factor: 85 in two are 40 and 85 [ours]
  int bits = 4;                 // of a kept weight, 1 to 8; 32: not quantised
  int bias_bits = 8;            // of biases, scales and shifts of norms, 2 to 16; 32: not quantised
  std::string groups = "none";  // none | filters | rows: what is kept or pruned together
  // Of groups = rows: as a crossbar's array has them. Of smartdeal: so many filters have the same kernel rows pruned.
  int group_rows = 64, group_columns = 1;
  int epochs = 30;  // of all: search, retraining, quantisation
  int rounds = 10;  // of ADMM, a search
  double rho = 3e-3, rho_end = 0.3;
  double learning_rate = 1e-3;  // of the search (Adam); retraining begins at twice as much
  // Share of the loss that follows what the dense network puts out for the same images, in [0, 1]; softened to a
  // temperature of 4 (Hinton, Vinyals, Dean, arXiv 1503.02531).
  double distil = 0.5;
  // Of smartdeal. retrain: decomposed after every epoch, then rounded at every step; switch: then trained further in
  // little more memory than the decomposition's (flash/compress/deal_training.hpp).
  std::string variant = "retrain";
  int block_rows = 192;      // rows that share a basis at most
  double threshold = 0.5;    // coefficients below this share of their block's root mean square are 0
  double row_threshold = 0;  // rows of coefficients likewise, for good
  std::vector<LayerCompression> layers{};
  std::string target{};  // what the layers' break-evens are of; in messages alone
  // Share of weights that goes, with what the network sends over the chip counted before and after; 0: by `ratio`, and
  // nothing is counted. Where it is given the ratio is 1 / (1 - sparsity), and stages are at 0.5, 0.75 and 0.9.
  double sparsity = 0;
  double lambda = 0.25;  // of cannon: weight of a group's cost against its size
  double alpha = 1;      // of cannon-scratch: how much less likely far groups are kept
  Json chip{};           // design of the imc target; null unless there is a sparsity
};
inline constexpr std::string_view from_scratch = "cannon-scratch";
bool prunes_groups(const CompressionSettings& settings);  // of a chip's tiles
// "2: keep 0.1 bits 3", either of the two or both. Throws Error bad_job, saying what is wrong with the text.
LayerCompression layer_compression(const std::string& text);
// Beside a .fcn file whose network was pruned for a chip: where its tiles stand and what links carry.
inline constexpr const char* chip_file_ending = ".chip.json";
// As files are named by: "admm-85x-3bit".
std::string compression_name(const CompressionSettings& settings);
Json to_json(const CompressionSettings& settings);
// Throws Error bad_job where a setting cannot be.
CompressionSettings compression_settings_from_json(const Json& json);
void check_compression(const CompressionSettings& settings);

// What is done in turns. Retraining and snaps end with their best epoch by the judging images.
struct CompressionPhase {
  enum class Kind {
    search,     // ADMM: towards weights that are sparse; of magnitude there is none
    retrain,    // pruned for good, and trained without what was pruned
    quantise,   // ADMM: towards levels
    snap,       // that share of the kept weights, those nearest to their levels, stay on them
    decompose,  // SmartDeal: replaced by the decomposition after every epoch
    settle,     // and at every step: powers of two nearest to what is trained beside, bases move
    switch_     // powers of two double or halve, bases move
  };
  Kind kind = Kind::search;
  int epochs = 0;
  double ratio = 1;  // of search and retrain
  double share = 1;  // of snap
};
// Epochs as in 4 : 5 for search and retraining of each stage and 2 : 2 : 2 : 2 for quantisation and three snaps, at least
// one each. SmartDeal: 4 for retraining of each stage where the ratio is above 1, 4 and 6 for decomposing and settling, 6 for
// switching.
std::vector<CompressionPhase> compression_phases(const CompressionSettings& settings);
std::string_view name(CompressionPhase::Kind kind);

struct CompressedLayer {
  std::string kind;  // "convolution", "linear"
  std::int64_t weights = 0, kept = 0;
  std::int64_t macs = 0, macs_kept = 0;  // for one image
  int bits = 32;
};
struct CompressionRound {
  int phase = 0;
  double rho = 0;
  double residual = 0;  // |W - Z| / |W|, of all layers
};
struct CompressionResult {
  bool ok = false;
  std::string failure{};
  bool dense_ok = false;                    // before: what was lost is known then, whatever came of it
  double accuracy_dense = 0, accuracy = 0;  // of the images that judge
  double test_accuracy_dense = 0, test_accuracy = 0;  // read once, at the end
  std::vector<CompressedLayer> layers{};
  std::vector<CompressionRound> rounds{};
  Json sent{};                           // pruned_forms of flash/imc/pruned_chip.hpp; null without a chip
  std::vector<double> phase_accuracy{};  // at the end of each phase, of the images that judge
  std::int64_t parameters = 0;
  std::size_t file_bytes = 0, header_bytes = 0, mask_bytes = 0, value_bytes = 0, bias_bytes = 0;
  double seconds = 0;
};
Json to_json(const CompressionResult& result);
CompressionResult compression_result_from_json(const Json& json);

}  // namespace flash
