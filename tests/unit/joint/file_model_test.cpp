#include "flash/joint/file_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "../search/spaces.hpp"
#include "flash/core/error.hpp"
#include "flash/core/random.hpp"

namespace flash {
namespace {

using namespace test;

// Normally distributed weights of which the largest are kept, on levels.
CompressedMatrix matrix(const Operator& op, const CellOption& option, Philox& random) {
  CompressedMatrix made;
  made.rows = static_cast<std::size_t>(op.out);
  made.columns = static_cast<std::size_t>(op.weights()) / made.rows;
  std::vector<float> weights;
  for (std::int64_t i = 0; i < op.weights(); ++i) {
    const double u = std::max(random.uniform(), 1e-12), v = random.uniform();
    weights.push_back(static_cast<float>(std::sqrt(-2 * std::log(u)) * std::cos(6.283185307 * v)));
  }
  std::vector<float> sizes;
  for (const float w : weights) sizes.push_back(std::abs(w));
  const auto kept =
      std::max<std::size_t>(1, static_cast<std::size_t>(option.kept * static_cast<double>(sizes.size())));
  std::ranges::nth_element(sizes, sizes.begin() + static_cast<std::ptrdiff_t>(kept - 1), std::greater<>());
  const float least = sizes[kept - 1];
  for (float& w : weights)
    if (std::abs(w) < least) w = 0;
  if (option.bits == 32) {
    made.values = std::move(weights);
    return made;
  }
  made.form = CompressedMatrix::Form::levels;
  made.levels.bits = option.bits;
  const int most = 1 << (option.bits - 1);
  made.levels.step = 2.5F / static_cast<float>(most);
  for (const float w : weights) {
    const int size = std::clamp(static_cast<int>(std::lround(std::abs(w) / made.levels.step)), 1, most);
    made.levels.codes.push_back(static_cast<std::int16_t>(w == 0 ? 0 : w < 0 ? -size : size));
  }
  return made;
}

CompressedVector vector(std::size_t size, Philox& random) {
  CompressedVector made;
  made.bits = 8;
  made.step = 0.01F;
  for (std::size_t i = 0; i < size; ++i)
    made.codes.push_back(static_cast<std::int32_t>(random.below(200)) - 100);
  return made;
}

FileModel::Sample written(const Space& space, const Point& point, const std::vector<CellOption>& options,
                          Philox& random) {
  FileModel::Sample sample{.network = id_text(space.id(point))};
  for (std::size_t slot = 0; slot < point.options.size(); ++slot) {
    sample.options.push_back(1 + random.below(options.size() - 1));
    sample.cells.push_back(file_counts(space.part(point, slot)));
  }
  CompressedNetwork network{space.lower(point, 1), {}, {0.5F, 0.5F, 0.5F}, {0.2F, 0.2F, 0.2F}};
  for (const NetworkGraph::Node& node : network.graph.nodes()) {
    CompressedNode& made = network.nodes.emplace_back();
    if (node.op.has_matrix()) made.weights = matrix(node.op, options[sample.options[node.slot]], random);
    if (node.op.bias) made.first = vector(static_cast<std::size_t>(node.op.out), random);
    if (node.op.kind != Operator::Kind::norm) continue;
    made.first = vector(static_cast<std::size_t>(node.op.out), random);
    made.second = vector(static_cast<std::size_t>(node.op.out), random);
  }
  fcn_file(network, &sample.parts);
  return sample;
}

TEST(FileModel, ComesNearWhatIsWritten) {
  const Space space(small_space({8, 12}, {4, 6}));
  const std::vector<CellOption> options =
      cell_options({"dense", "bits 8", "bits 4", "keep 0.5 bits 4", "keep 0.25 bits 4", "keep 0.1 bits 3"});
  Philox random(5, 6);
  std::vector<FileModel::Sample> samples;
  for (int network = 0; network < 10; ++network) {
    const Point point = space.point(random.below(space.size()));
    for (int i = 0; i < 4; ++i) samples.push_back(written(space, point, options, random));
  }
  FileModel model(options, 8);
  for (const FileModel::Sample& sample : samples) {  // nothing calibrated yet
    const double ratio = model.bytes(sample.options, sample.cells) / static_cast<double>(sample.parts.all());
    EXPECT_GT(ratio, 0.7);
    EXPECT_LT(ratio, 1.4);
  }
  model.calibrate(samples);
  RecordProperty("mape_left", std::to_string(model.quality().mape_left));
  EXPECT_EQ(model.quality().samples, 40U);
  EXPECT_LT(model.quality().mape, 0.02);
  EXPECT_LT(model.quality().mape_left, 0.03);
  EXPECT_LT(model.quality().worst_left, 0.1);
  const FileModel again = file_model_from_json(to_json(model));
  EXPECT_EQ(again.bytes(samples[7].options, samples[7].cells),
            model.bytes(samples[7].options, samples[7].cells));
}

TEST(FileModel, DenseCellsTakeFourBytesAValue) {
  const FileModel model({cell_option("dense")}, 8);
  const FileCounts counts{
      .weights = 1e6, .matrices = 1, .values = 1000, .vectors = 2, .nodes = 3, .gathered = 0};
  EXPECT_NEAR(model.cell(0, counts), 4e6 + 4000, 100);
}

TEST(FileModel, RefusesOthersNumbers) {
  Json json = to_json(FileModel({cell_option("dense"), cell_option("bits 4")}, 8));
  json["values"] = {1.0};
  EXPECT_THROW(file_model_from_json(json), Error);
  json["values"] = {1.0, -1.0};
  EXPECT_THROW(file_model_from_json(json), Error);
  json["options"] = {"bits 4"};
  EXPECT_THROW(file_model_from_json(json), Error);
}

TEST(FileModel, CountsOfColumnsAreThoseOfOperators) {
  const Space space(small_space({3, 5}, {3, 6}));
  const auto columns = space.geometry().columns(file_quantities());
  for (const Stratum& stratum : space.strata())
    for (std::size_t slot = 0; slot < 2; ++slot)
      for (std::int64_t k = 0; k < stratum.options[slot]; ++k) {
        const FileCounts counts = file_counts(space.geometry().part(stratum.shape, slot, -1, k));
        const double told[] = {counts.weights, counts.matrices, counts.values,
                               counts.vectors, counts.nodes,    counts.gathered};
        for (std::size_t q = 0; q < 6; ++q)
          EXPECT_EQ(columns->column(stratum.shape, slot, q)[static_cast<std::size_t>(k)], told[q]);
      }
}

}  // namespace
}  // namespace flash
