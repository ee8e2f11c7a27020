#include "weights_under_compression.hpp"

#include "deal_weights.hpp"
#include "group_weights.hpp"
#include "sparse_weights.hpp"

namespace flash {

std::unique_ptr<WeightsUnderCompression> weights_under_compression(const BuiltNetwork& network,
                                                                   const CompressionSettings& settings,
                                                                   std::uint64_t seed) {
  if (settings.method == "smartdeal") return std::make_unique<DealWeights>(network, settings);
  if (prunes_groups(settings)) return std::make_unique<GroupWeights>(network, settings, seed);
  return std::make_unique<SparseWeights>(network, settings);
}

CompressedMatrix levels_matrix(std::size_t rows, std::size_t columns, const std::vector<float>& values,
                               const KeptWeights& kept, const Levels& levels) {
  CompressedMatrix matrix;
  matrix.rows = rows;
  matrix.columns = columns;
  matrix.form = CompressedMatrix::Form::levels;
  matrix.levels.bits = levels.bits;
  matrix.levels.step = static_cast<float>(levels.step);
  for (std::size_t k = 0; k < values.size(); ++k)
    matrix.levels.codes.push_back(
        static_cast<std::int16_t>(kept[k] != 0 ? levels.code(static_cast<double>(values[k])) : 0));
  return matrix;
}

}  // namespace flash
