// .fcn files: every code of masks and values, every form, what is damaged, what the bytes are.
#include "flash/fcn/file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "flash/core/error.hpp"
#include "flash/core/random.hpp"
#include "mask_codecs.hpp"
#include "range_coder.hpp"
#include "sample_networks.hpp"

namespace flash {
namespace {

Mask random_mask(std::size_t rows, std::size_t columns, double share, std::uint64_t seed) {
  Philox random(seed);
  Mask mask{rows, columns, {}};
  std::vector<double> of_column;
  for (std::size_t c = 0; c < columns; ++c) of_column.push_back(std::pow(random.uniform(), 4) * 5 / 2);
  for (std::size_t k = 0; k < rows * columns; ++k)
    mask.kept.push_back(random.uniform() < 2 * share * of_column[k % columns]);
  return mask;
}

TEST(RangeCoder, GivesBackWhatWasPut) {
  for (const double likely : {0.001, 0.1, 0.5, 0.97, 1.0}) {
    Philox random(3);
    std::vector<bool> said;
    for (int k = 0; k < 20'000; ++k) said.push_back(random.uniform() < likely);
    RangeEncoder encoder;
    AdaptiveBit a, b;
    for (std::size_t k = 0; k < said.size(); ++k) {
      encoder.put(said[k], k % 2 == 0 ? a : b);
      if (k % 100 == 0) encoder.put_plain(static_cast<std::uint32_t>(k), 17);
    }
    const std::string bytes = encoder.bytes();
    RangeDecoder decoder(bytes);
    AdaptiveBit c, d;
    for (std::size_t k = 0; k < said.size(); ++k) {
      ASSERT_EQ(decoder.get(k % 2 == 0 ? c : d), said[k]) << k << " of " << likely;
      if (k % 100 == 0) {
        ASSERT_EQ(decoder.get_plain(17), k);
      }
    }
    const double p = likely, entropy = p >= 1 ? 0 : -(p * std::log2(p) + (1 - p) * std::log2(1 - p));
    EXPECT_LT(static_cast<double>(bytes.size()), (20'000 * entropy + 200 * 17) / 8 * 1.02 + 20) << likely;
  }
}

TEST(MaskCodecs, GiveBackTheMask) {
  for (const double share : {0.0, 0.004, 0.1, 0.5, 1.0})
    for (const auto& [rows, columns] : {std::pair{50UL, 80UL}, {1UL, 7UL}, {9UL, 1UL}, {20UL, 25UL}}) {
      const Mask mask = random_mask(rows, columns, share, rows + columns);
      for (int codec = 1; codec < mask_codecs; ++codec)
        for (const bool by_columns : {false, true}) {
          const CodedMask coded = code(mask, static_cast<MaskCodec>(codec), by_columns);
          const Mask again = decode_mask(coded.bytes, coded.codec, by_columns, rows, columns);
          EXPECT_EQ(again.kept, mask.kept) << share << " " << rows << " " << codec;
        }
      const CodedMask best = shortest_code(mask);
      EXPECT_LE(best.bytes.size(), (rows * columns + 7) / 8);
      EXPECT_EQ(decode_mask(best.bytes, best.codec, best.by_columns, rows, columns).kept, mask.kept);
    }
}

TEST(MaskCodecs, SparseMasksTakeAboutTheirEntropy) {
  Philox random(4);
  Mask mask{500, 800, {}};
  for (std::size_t k = 0; k < 400'000; ++k) mask.kept.push_back(random.uniform() < 0.01);
  const double p = 0.01, entropy = -(p * std::log2(p) + (1 - p) * std::log2(1 - p)) * 400'000 / 8;
  EXPECT_LT(static_cast<double>(code(mask, MaskCodec::range, false).bytes.size()), 1.03 * entropy);
  EXPECT_LT(static_cast<double>(code(mask, MaskCodec::rice, false).bytes.size()), 1.06 * entropy);
  // Columns of very different density: what a column had is told by the bits before it.
  const Mask uneven = random_mask(500, 800, 0.01, 5);
  EXPECT_LT(code(uneven, MaskCodec::range, false).bytes.size(),
            code(uneven, MaskCodec::rice, false).bytes.size() * 97 / 100);
}

TEST(FcnFile, GivesBackTheNetwork) {
  for (const CompressedMatrix::Form form : forms)
    for (const int bits : {32, 8, 2}) {
      const CompressedNetwork network = network_of(form, bits);
      FileParts parts;
      const std::string file = fcn_file(network, &parts);
      EXPECT_EQ(parts.all(), file.size());
      const CompressedNetwork again = network_of_fcn(file);
      EXPECT_EQ(fcn_file(again), file);
      ASSERT_EQ(again.graph.nodes().size(), network.graph.nodes().size());
      for (std::size_t k = 0; k < again.nodes.size(); ++k) {
        const Operator& op = again.graph.nodes()[k].op;
        EXPECT_EQ(op.macs(), network.graph.nodes()[k].op.macs());
        EXPECT_EQ(again.graph.nodes()[k].reads, network.graph.nodes()[k].reads);
        EXPECT_EQ(again.graph.nodes()[k].columns.size(), network.graph.nodes()[k].columns.size());
        EXPECT_EQ(again.nodes[k].weights.dense(), network.nodes[k].weights.dense());
        for (std::size_t i = 0; i < network.nodes[k].first.size(); ++i)
          EXPECT_EQ(again.nodes[k].first.at(i), network.nodes[k].first.at(i));
      }
    }
}

TEST(FcnFile, DamageIsOneError) {
  for (const CompressedMatrix::Form form : forms) {
    const std::string file = fcn_file(network_of(form, 8));
    for (std::size_t length = 0; length < file.size(); ++length)
      EXPECT_THROW(network_of_fcn(file.substr(0, length)), Error) << length;
    for (std::size_t k = 0; k < file.size(); ++k) {
      std::string damaged = file;
      damaged[k] = static_cast<char>(damaged[k] ^ 0x11);
      EXPECT_THROW(network_of_fcn(damaged), Error) << k;
    }
    EXPECT_THROW(network_of_fcn(file + "x"), Error);
  }
}

}  // namespace
}  // namespace flash
